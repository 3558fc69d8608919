"""`manage.py start` from outside: what it prints, what it serves, and that nothing is left of it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from key2key.tests.test_embedded.clients import (
    PROJECT,
    erase,
    eventually,
    processes_on,
    public_directory,
)

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(420)]
READY_SECONDS, GONE_SECONDS = 300, 30


class Run:
    """One `manage.py start`, its lines read as they come."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port, self.lines = data, port, []
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "start"],
            cwd=PROJECT,
            env=environment(data, port),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        assert eventually(self._is_ready_or_dead, seconds=READY_SECONDS), self.text
        assert self.process.poll() is None, self.text

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def get(self, path: str) -> dict:
        return json.loads(self.read(path))

    def read(self, path: str) -> bytes:
        """The body of a 200; anything else raises."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.read()

    def members(self) -> dict[str, psutil.Process]:
        named = {}
        for process in psutil.Process(self.process.pid).children():
            words = process.cmdline()
            for name, word in {"web": "uvicorn", "worker": "worker", "beat": "beat"}.items():
                if word in words:
                    named[name] = process
        return named

    def leaves_nothing(self, children: list[psutil.Process]) -> bool:
        return eventually(
            lambda: not any(child.is_running() for child in children) and not processes_on(self.data),
            seconds=GONE_SECONDS,
        )

    def _is_ready_or_dead(self) -> bool:
        return any("Stop " in line for line in self.lines) or self.process.poll() is not None

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))


def environment(data: Path, port: int) -> dict[str, str]:
    ours = {"DATABASE_URL", "REDIS_URL", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "key2key.settings",
        "K2K_DATA": str(data),
        "PORT": str(port),
    }


def start_in_vain(data: Path, port: int) -> str:
    ended = subprocess.run(
        [sys.executable, "manage.py", "start"],
        cwd=PROJECT,
        env=environment(data, port),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """Seeded by the first test, used again by the others."""
    with public_directory() as place:
        yield place / "da ta"
        erase(place / "da ta")


def test_a_first_start_seeds_serves_and_stops_without_a_trace(data, port):
    run = Run(data, port)
    assert run.get("/health/ready")["status"] == "ok"
    first = run.get("/api/v1/listings")["results"][0]
    assert run.read(f"/media/{first['photo']['url']}").startswith(b"RIFF")
    for page in ("/docs", "/redoc", "/admin/login/"):
        for asset in re.findall(r'(?:src|href)="(/static/[^"]+)"', run.read(page).decode()):
            assert run.read(asset), f"{asset} of {page}"
    assert re.search(r"buyer@key2key\.example +\S{4}-\S{4}-\S{4}", run.text)
    assert re.search(r"code \d{6} now; secret [A-Z2-7 ]+", run.text)
    assert str(data) in run.text
    said = start_in_vain(data, port + 1)
    assert f"held by process {run.process.pid}" in said
    assert said.count("\n") == 1
    children = list(run.members().values())
    assert len(children) == 3
    began = time.monotonic()
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(timeout=GONE_SECONDS) == 0, run.text
    assert time.monotonic() - began < 20
    assert run.leaves_nothing(children)
    assert "Traceback" not in run.text


def test_a_killed_start_takes_everything_with_it_and_the_next_one_starts(data, port):
    run = Run(data, port)
    children = list(run.members().values())
    run.process.kill()
    assert run.leaves_nothing(children), [child.cmdline() for child in children if child.is_running()]
    again = Run(data, port)
    assert "seed|" not in again.text
    again.process.send_signal(signal.SIGTERM)
    assert again.process.wait(timeout=GONE_SECONDS) == 0


def test_a_dead_worker_ends_the_rest_and_is_named(data, port):
    run = Run(data, port)
    members = run.members()
    members["worker"].kill()
    assert run.process.wait(timeout=GONE_SECONDS) == 1
    assert "worker ended" in run.text
    assert run.leaves_nothing(list(members.values()))


def test_a_port_in_use_is_named_before_anything_is_made(data, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        said = start_in_vain(data, port)
    assert "set PORT" in said
    assert str(port) in said
