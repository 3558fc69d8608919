"""Processes that use the servers, and what can be seen of the servers from outside."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg

PROJECT = Path(__file__).parents[3]

SCRIPT = """
import dataclasses, json, os, sys
from pathlib import Path
from key2key import embedded

data = Path(os.environ["K2K_TEST_DATA"])
try:
    if "exclusively" in sys.argv:
        embedded.hold_exclusively(data)
    servers = embedded.ensure(data, durable="volatile" not in sys.argv)
except embedded.EmbeddedError as error:
    print(json.dumps({"refused": str(error)}), flush=True)
    sys.exit(1)
print(json.dumps(dataclasses.asdict(servers), default=str), flush=True)
sys.stdin.read()
"""


class Client:
    """A process that uses the servers until it is told to leave, or killed."""

    def __init__(self, data: Path, *words: str, python: str = sys.executable, **popen: Any) -> None:
        environment = os.environ | {"PYTHONPATH": str(PROJECT)} | popen.pop("env", {})
        self.process = subprocess.Popen(
            [python, "-c", SCRIPT, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
            env=environment | {"K2K_TEST_DATA": str(data)},
            **popen,
        )
        self._answer: dict[str, str] | None = None

    @property
    def answer(self) -> dict[str, str]:
        """What it got: the addresses, or the sentence with which it was refused."""
        if self._answer is None:
            assert self.process.stdout is not None
            self._answer = json.loads(self.process.stdout.readline())
        return self._answer

    def ask(self, query: str, *, role: str = "database_url") -> list[tuple[Any, ...]]:
        with psycopg.connect(self.answer[role], autocommit=True) as connection:
            cursor = connection.execute(query.encode())
            return cursor.fetchall() if cursor.description else []

    def ping(self) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.sockets / "valkey.sock"))
            connection.sendall(b"PING\r\n")
            return connection.recv(16)

    @property
    def sockets(self) -> Path:
        return Path(self.answer["redis_url"].removeprefix("unix://")).parent

    def leave(self) -> None:
        self.process.communicate()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextmanager
def public_directory() -> Iterator[Path]:
    """A directory that other users can reach, unlike pytest's."""
    place = Path(tempfile.mkdtemp(prefix="k2k-test-", dir="/tmp"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


def erase(data: Path) -> None:
    subprocess.run([sys.executable, "-m", "key2key.embedded", "erase", data], cwd=PROJECT, check=True)


def processes_on(data: Path) -> list[psutil.Process]:
    """The guard and the servers of a data root, with all their children; not its clients."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        words, cwd = process.info["cmdline"] or [], process.info["cwd"] or ""
        if str(data) in words or Path(cwd).is_relative_to(data):
            found.append(process)
    return found


def pid_of(name: str, data: Path) -> int:
    """The process that holds a lock: the guard, postgres or valkey."""
    return int(json.loads((data / "locks" / name).read_text())["pid"])


def log_of(name: str, data: Path) -> str:
    return (data / "logs" / f"{name}.log").read_text()


def eventually(condition: Callable[[], bool], *, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def assert_ended_in_order(data: Path) -> None:
    assert eventually(lambda: not processes_on(data)), processes_on(data)
    assert not (data / "postgres" / "postmaster.pid").exists()
    assert "database system is shut down" in log_of("postgres", data).splitlines()[-1]
    assert "bye bye" in log_of("valkey", data).splitlines()[-1]
