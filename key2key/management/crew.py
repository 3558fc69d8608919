"""Processes that live and die together, their lines in one stream. One thread, one loop."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from key2key.management.attached import PATIENCE_SECONDS

ROOT = Path(__file__).resolve().parents[2]
TICK_SECONDS = 0.2
READ_SIZE = 65536
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(eq=False)
class Member:
    """One process of the crew. `rest` is the beginning of a line that has not ended yet."""

    name: str
    process: subprocess.Popen[bytes]
    rest: bytes = b""

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.process.poll() is None


class Crew:
    """Starts processes, passes their lines on, and ends all when one has ended or we are told to stop.

    However we die, they die: each holds the other end of our lifeline (see `attached`).
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self.told_to_stop = 0
        self._say = say
        self._members: list[Member] = []
        self._ears = selectors.DefaultSelector()
        self._lifeline, self._our_end = os.pipe()
        self._hear_signals()

    def start(self, name: str, *argv: str, **environment: str) -> None:
        """Run a Python module, in a session of its own: Ctrl-C is for us alone."""
        process = subprocess.Popen(  # words of our own
            [sys.executable, "-m", "key2key.management.attached", str(self._lifeline), *argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"} | environment,
            pass_fds=[self._lifeline],
            start_new_session=True,
        )
        member = Member(name, process)
        self._members.append(member)
        if process.stdout is not None:
            os.set_blocking(process.stdout.fileno(), False)
            self._ears.register(process.stdout, selectors.EVENT_READ, member)

    def turn(self, seconds: float = TICK_SECONDS) -> bool:
        """Pass lines on for at most so long. False when it is over."""
        for key, _events in self._ears.select(seconds):
            if key.data is None:
                os.read(key.fd, READ_SIZE)
            elif not self._pass_on(key.data, os.read(key.fd, READ_SIZE)):
                self._ears.unregister(key.fileobj)
        return not self.told_to_stop and not self.dead

    @property
    def dead(self) -> list[str]:
        """The names of those that have ended."""
        return [member.name for member in self._members if not member.is_alive]

    def end(self) -> None:
        """Ask all to end; force those that have not after the patience, or at the second Ctrl-C."""
        told_before, deadline = self.told_to_stop, time.monotonic() + PATIENCE_SECONDS
        for member in self._members:
            with suppress(ProcessLookupError):
                member.process.terminate()
        while len(self.dead) < len(self._members):
            self.turn()
            if time.monotonic() > deadline or self.told_to_stop > max(1, told_before):
                self._kill()
        self.turn(0)

    def _kill(self) -> None:
        for member in self._members:
            if member.is_alive:
                with suppress(ProcessLookupError):
                    os.killpg(member.process.pid, signal.SIGKILL)

    def _pass_on(self, member: Member, data: bytes) -> bool:
        *lines, member.rest = (member.rest + data).split(b"\n")
        if not data and member.rest:
            lines, member.rest = [member.rest], b""
        for line in lines:
            self._say(f"{member.name:<6}| {line.decode(errors='replace')}")
        return bool(data)

    def _hear_signals(self) -> None:
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        self._ears.register(reading, selectors.EVENT_READ, None)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # wakes the loop when one ends
        for sign in SIGNALS:
            signal.signal(sign, self._stop)

    def _stop(self, _sign: int, _frame: FrameType | None) -> None:
        self.told_to_stop += 1
