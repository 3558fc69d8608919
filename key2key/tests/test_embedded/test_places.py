import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from key2key import embedded
from key2key.embedded.layout import SHARED
from key2key.tests.test_embedded.clients import (
    Client,
    assert_ended_in_order,
    erase,
    eventually,
    pid_of,
    processes_on,
)

pytestmark = [pytest.mark.slow, pytest.mark.alone]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the servers as somebody else")


@pytest.mark.parametrize("name", ["with spaces, 'quotes' and ቤት", "/".join(["long" * 12] * 5)])
def test_any_path_will_do(data: Path, name: str) -> None:
    client = Client(data / name)
    assert client.ask("select 1") == [(1,)]
    assert client.ping() == b"+PONG\r\n"
    client.leave()
    assert_ended_in_order(data / name)


def test_a_sockets_directory_that_somebody_else_made_is_refused(data: Path, tmp_path: Path) -> None:
    sockets = Path(embedded.addresses(data).redis_url.removeprefix("unix://")).parent
    (tmp_path / "kept").touch()
    sockets.symlink_to(tmp_path)
    refused = Client(data)
    assert f"{sockets} is no private directory of ours" in refused.answer["refused"]
    assert (tmp_path / "kept").exists()
    sockets.unlink()
    refused.leave()


@needs_root
def test_a_sockets_directory_of_another_user_is_refused(data: Path) -> None:
    sockets = Path(embedded.addresses(data).redis_url.removeprefix("unix://")).parent
    sockets.mkdir(mode=0o700)
    os.chown(sockets, 12345, 12345)
    refused = Client(data)
    assert f"{sockets} is no private directory of ours" in refused.answer["refused"]
    sockets.rmdir()
    refused.leave()


@needs_root
def test_an_ordinary_user_runs_them_too(data: Path, packages: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    data.mkdir()
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    client = Client(
        data,
        python=python_for_everybody(),
        env={"PYTHONPATH": str(packages)},
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
    )
    assert client.ask("select 1") == [(1,)]
    assert client.ping() == b"+PONG\r\n"
    assert {process.uids().effective for process in processes_on(data)} == {nobody.pw_uid}
    client.leave()
    assert_ended_in_order(data)


@needs_root
def test_root_in_a_private_place_opens_no_door_and_finds_the_rows_again(packages: Path) -> None:
    packages.chmod(0o700)
    data, environment = packages / "data", {"PYTHONPATH": str(packages)}
    client = Client(data, env=environment)
    client.ask("create table kept as select 1", role="database_owner_url")
    home = Path((data / "DATA-IS-ELSEWHERE.txt").read_text().splitlines()[-1])
    assert embedded.where(data)["PostgreSQL"] == home / "postgres"
    nobody = pwd.getpwnam("nobody").pw_uid
    assert (home / "postgres").stat().st_uid == nobody
    for server in ("postgres", "valkey"):
        assert psutil.Process(pid_of(server, data)).uids().effective == nobody
    assert packages.stat().st_mode & 0o777 == 0o700
    client.leave()
    assert eventually(lambda: not processes_on(home))
    again = Client(data, env=environment)
    assert again.ask("select * from kept", role="database_owner_url") == [(1,)]
    again.leave()
    erase(data)
    assert not home.exists()


@needs_root
def test_throw_away_rows_outside_a_private_place_go_with_it(packages: Path) -> None:
    packages.chmod(0o700)
    data = packages / "data"
    client = Client(data, "volatile", env={"PYTHONPATH": str(packages)})
    assert client.ask("select 1") == [(1,)]
    home = embedded.where(data)["PostgreSQL"].parent
    assert home.parent == SHARED
    client.leave()
    shutil.rmtree(data)
    assert eventually(lambda: not home.exists())
    assert not processes_on(home)


def python_for_everybody() -> str:
    """An interpreter of our version that an ordinary user can run."""
    minor = ".".join(map(str, sys.version_info[:2]))
    found = [sys.executable, shutil.which(f"python{minor}", path="/usr/local/bin:/usr/bin")]
    for python in filter(None, found):
        asked = [python, "-c", "import sys; print(*sys.version_info[:2], sep='.')"]
        try:
            tried = subprocess.run(asked, user="nobody", cwd="/", capture_output=True, text=True, check=False)
        except PermissionError:
            continue
        if tried.stdout.strip() == minor:
            return python
    pytest.skip(f"no Python {minor} that an ordinary user can run")
