"""A server as a child of the guard: how it starts, how it stops, and how it never outlives its use."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, ClassVar

from .errors import EmbeddedError
from .layout import Layout
from .locks import LockFile

PATIENCE_SECONDS = 20.0
LOG_BYTES = 10_000_000
PR_SET_PDEATHSIG = 1


class Server(ABC):
    """One server. The lock of its name is held while any process of it lives, backends included."""

    name: ClassVar[str]
    title: ClassVar[str]
    polite: ClassVar[signal.Signals]

    def __init__(self, layout: Layout, *, durable: bool) -> None:
        self.layout = layout
        self.durable = durable
        self.log = layout.logs / f"{self.name}.log"
        self._log_position = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Launch the server; it is ready when it answers."""
        self._process = self._launch()

    @property
    def has_ended(self) -> bool:
        """Whether it was started and is dead."""
        return self._process is not None and self._process.poll() is not None

    @abstractmethod
    def answers(self) -> bool:
        """Ask a real question."""

    @abstractmethod
    def prepare(self) -> None:
        """Bring the contents up to what the product expects; changes nothing the second time."""

    @abstractmethod
    def _launch(self) -> subprocess.Popen[bytes]: ...

    def stop(self) -> None:
        """Stop the server in order, after PATIENCE_SECONDS by force."""
        if (process := self._process) is not None:
            _end(process.pid, polite=self.polite, gone=lambda: process.poll() is not None)

    def end_earlier(self) -> None:
        """Wait for a server whose guard was killed. Linux has told it to stop by then, macOS has not."""
        with LockFile(self.layout.locks / self.name) as lock:
            if not lock.take() and not _end(lock.read().get("pid"), polite=self.polite, gone=lock.take):
                raise EmbeddedError(f"An earlier {self.title} works on {self.layout.home} and does not stop.")

    def complaint(self) -> str:
        """What the program launched last said about its failure, and where there is more."""
        said = self.log.read_bytes()[self._log_position :].decode(errors="replace").splitlines()
        telling = [line for line in said if "FATAL" in line or "error" in line.lower()]
        return f"{(telling or said or ['it said nothing'])[-1].strip()} (see {self.log})"

    def spawn(self, *argv: str | Path, **environment: str) -> subprocess.Popen[bytes]:
        """Run a program that holds the server's lock, writes to its log and dies with the guard."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        account = self.layout.account
        with LockFile(self.layout.locks / self.name) as lock, open_log(self.log) as log:
            if not lock.take():
                raise EmbeddedError(f"Another {self.title} works on {self.layout.home}.")
            lock.write()
            self._log_position = log.tell()
            process = subprocess.Popen(  # noqa: S603
                argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.layout.home,
                env=inherited | environment,
                pass_fds=[lock.fd],
                preexec_fn=dies_with_parent(self.polite),  # noqa: PLW1509 - the guard has no threads
                **(account.popen_arguments if account else {}),
            )
            lock.write(pid=process.pid)
        return process


def dies_with_parent(sign: signal.Signals) -> Callable[[], None] | None:
    """What a child does before it becomes its program: have Linux send it `sign` when its parent dies.

    None on macOS, which has no such call; there the next start finds and stops what was left.
    """
    if sys.platform != "linux":
        return None
    parent, libc = os.getpid(), ctypes.CDLL(None)

    def promise() -> None:
        libc.prctl(PR_SET_PDEATHSIG, sign)
        if os.getppid() != parent:  # it died before we could ask
            os.kill(os.getpid(), signal.SIGKILL)

    return promise


def open_log(path: Path) -> IO[bytes]:
    """Open a log for more lines; one that has grown large becomes `.1` first."""
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))
    return path.open("ab")


def _end(pid: int | None, *, polite: signal.Signals, gone: Callable[[], bool]) -> bool:
    for sign in (polite, signal.SIGKILL):
        if pid is not None and not gone():
            with suppress(ProcessLookupError):
                os.kill(pid, sign)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if gone():
                return True
            time.sleep(0.02)
    return False
