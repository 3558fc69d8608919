import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from key2key.tests.test_embedded.clients import (
    Client,
    assert_ended_in_order,
    eventually,
    log_of,
    pid_of,
    processes_on,
)

pytestmark = [pytest.mark.slow, pytest.mark.alone]
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="macOS finds what was left at the next start")


def test_killing_the_only_client_ends_both_servers(data: Path) -> None:
    client = Client(data)
    client.ask("select 1")
    client.kill()
    assert_ended_in_order(data)
    again = Client(data)
    assert again.ask("select 1") == [(1,)]
    again.leave()


@linux_only
def test_killing_the_guard_ends_both_servers_in_order(data: Path) -> None:
    client = Client(data)
    client.ask("select 1")
    os.kill(pid_of("guard", data), signal.SIGKILL)
    assert_ended_in_order(data)
    client.leave()


def test_a_start_right_after_the_guard_was_killed_succeeds(data: Path) -> None:
    client = Client(data)
    client.ask("create table kept as select 1", role="database_owner_url")
    os.kill(pid_of("guard", data), signal.SIGKILL)
    again = Client(data)
    assert again.ask("select * from kept", role="database_owner_url") == [(1,)]
    assert again.ping() == b"+PONG\r\n"
    assert len([process for process in processes_on(data) if "guard" in process.cmdline()]) == 1
    for each in (client, again):
        each.leave()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_guard_is_an_ordered_stop(data: Path, sign: signal.Signals) -> None:
    client = Client(data)
    client.ask("select 1")
    os.kill(pid_of("guard", data), sign)
    assert_ended_in_order(data)
    client.leave()


@pytest.mark.parametrize("server", ["postgres", "valkey"])
def test_when_one_server_dies_the_guard_says_so_and_stops_the_other(data: Path, server: str) -> None:
    client = Client(data)
    client.ask("select 1")
    os.kill(pid_of(server, data), signal.SIGKILL)
    assert eventually(lambda: not processes_on(data))
    assert "ended unexpectedly" in log_of("guard", data)
    again = Client(data)
    assert again.ask("select 1") == [(1,)]
    for each in (client, again):
        each.leave()


def test_killing_the_guard_while_it_makes_the_cluster_leaves_nothing_half(data: Path) -> None:
    client = Client(data)
    assert eventually((data / "postgres.new" / "PG_VERSION").exists)
    os.kill(pid_of("guard", data), signal.SIGKILL)
    assert not (data / "postgres").exists()
    assert "guard" in client.answer["refused"]
    again = Client(data)
    assert again.ask("select 1") == [(1,)]
    for each in (client, again):
        each.leave()


def test_a_stale_pid_that_belongs_to_a_stranger_does_not_stop_the_start(data: Path) -> None:
    client = Client(data)
    client.ask("select 1")
    os.kill(pid_of("postgres", data), signal.SIGKILL)
    assert eventually(lambda: not processes_on(data))
    client.leave()
    account: dict[str, Any] = {"user": "nobody"} if os.geteuid() == 0 else {}
    stranger = subprocess.Popen(["sleep", "60"], **account)
    stale = data / "postgres" / "postmaster.pid"
    lines = stale.read_text().splitlines()
    stale.write_text("\n".join([str(stranger.pid), *lines[1:]]))
    again = Client(data)
    assert again.ask("select 1") == [(1,)]
    again.leave()
    stranger.kill()
    stranger.wait()


def test_removing_the_data_ends_the_servers(data: Path) -> None:
    client = Client(data)
    client.ask("select 1")
    shutil.rmtree(data)
    assert eventually(lambda: not processes_on(data))
    again = Client(data)
    assert again.ask("select 1") == [(1,)]
    for each in (client, again):
        each.leave()
