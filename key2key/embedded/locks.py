"""Locks that the kernel takes back by itself, however their holder dies: none is ever stale."""

import json
import os
import shlex
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from .errors import EmbeddedError

if sys.platform != "win32":  # there `ensure` refuses before it asks for a lock
    import fcntl


class LockFile:
    """A file whose flock says that somebody lives, and whose text says who.

    The lock belongs to the open file: a child that inherits the descriptor holds it too, and it ends when the
    last copy is closed. Leaving the `with` block closes our copy only.
    """

    def __init__(self, path: Path, *, inherited_fd: int | None = None) -> None:
        self.path = path
        self.fd = self._open() if inherited_fd is None else inherited_fd

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.fd)

    def take(self, *, shared: bool = False, wait: bool = False) -> bool:
        """Lock and say whether it worked; waits for present holders only when told to."""
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        while True:
            try:
                fcntl.flock(self.fd, kind if wait else kind | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            if self.exists():
                return True
            os.close(self.fd)  # the file was removed meanwhile: lock the one that has its name now
            self.fd = self._open()

    def give_back(self) -> None:
        """Unlock, for all processes that share this open file."""
        fcntl.flock(self.fd, fcntl.LOCK_UN)

    def exists(self) -> bool:
        """Whether others still find the file that we have open under its name."""
        try:
            return os.path.samestat(os.fstat(self.fd), self.path.stat())
        except FileNotFoundError:
            return False

    def write(self, **facts: Any) -> None:
        """Replace the text, which only the holder may."""
        os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, json.dumps(facts).encode(), 0)

    def read(self) -> dict[str, Any]:
        """What the last holder wrote; empty while there is nothing, or half of it."""
        try:
            facts: dict[str, Any] = json.loads(os.pread(self.fd, 65536, 0))
        except ValueError:
            return {}
        return facts

    def _open(self) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError as error:
            raise EmbeddedError(
                f"{self.path} belongs to another user: become that one, or set K2K_DATA to a place of yours."
            ) from error


def this_process() -> dict[str, Any]:
    """Who we are, for whoever finds a lock of ours taken."""
    since = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
    return {"pid": os.getpid(), "command": shlex.join(sys.orig_argv), "since": since}
