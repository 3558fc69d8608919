"""Processes of the product, as a test has them: born in a hatchery, killed by their number."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from key2key.tests.test_worker import ROOT, environment


@dataclass(frozen=True)
class Living:
    """One process. `base` is where it answers, for a web server."""

    pid: int
    base: str = ""

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def wait(self, *, seconds: float = 20) -> None:
        """Until it is gone."""
        deadline = time.monotonic() + seconds
        while self.lives:
            assert time.monotonic() < deadline, "it does not die"
            time.sleep(0.005)

    @property
    def lives(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True


class Hatchery:
    """Where processes come from."""

    def __init__(self, process: subprocess.Popen[str], *, log: Path) -> None:
        self._process, self.log = process, log
        self._answer()

    def serve(self, *, die_at: str = "") -> Living:
        """A web server."""
        born = self._obey(do="serve", die_at=die_at)
        return Living(born["pid"], f"http://127.0.0.1:{born['port']}")

    def work(self, *, die_at: str = "") -> Living:
        """A worker."""
        return Living(self._obey(do="work", die_at=die_at)["pid"])

    def _obey(self, **order: str) -> dict[str, int]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, int]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self.log.read_text()[-4000:]
        answer: dict[str, int] = json.loads(line)
        return answer


@contextmanager
def hatchery(known: Mapping[str, Any], *, folder: Path) -> Iterator[Hatchery]:
    """One, on the database of these tests, whose processes have these settings."""
    log = folder / "processes.log"
    words = {
        **environment(folder),
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        **{name: ",".join(value) if isinstance(value, list) else str(value) for name, value in known.items()},
    }
    with (
        log.open("w") as said,
        subprocess.Popen(
            [sys.executable, "-m", "key2key.tests.money.hatchery"],
            cwd=ROOT,
            env=words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield Hatchery(process, log=log)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
