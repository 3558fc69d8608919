"""Where the embedded servers keep their things, and as whom they run."""

import hashlib
import os
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from .errors import EmbeddedError

if sys.platform != "win32":
    import pwd

# Only root writes here, everybody can reach it, and no cleaner empties it as one empties /var/tmp.
SHARED = Path("/var/lib/key2key-embedded")


@dataclass(frozen=True)
class Account:
    """Whom the servers run as when we are root, which PostgreSQL refuses to be."""

    uid: int
    gid: int

    @property
    def popen_arguments(self) -> dict[str, Any]:
        """The account in the words of `subprocess`."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_run(self, *argv: str | Path) -> bool:
        """Try it: a mode alone says nothing about parents, access lists and mount options."""
        try:
            tried = subprocess.run(  # noqa: S603
                argv, cwd="/", capture_output=True, check=False, **self.popen_arguments
            )
        except PermissionError:
            return False
        return tried.returncode == 0


@dataclass(frozen=True)
class Layout:
    """The places of one data root.

    `home` holds the rows. It is the data root itself unless we are root and the servers' account cannot enter
    that (a clone below /root): then it is a directory in SHARED, and a note in the data root says so.
    """

    data: Path
    home: Path
    account: Account | None

    @classmethod
    def of(cls, data: Path) -> Self:
        """Decide where the rows lie; once there, they stay there."""
        elsewhere = SHARED / f"data-{_tag(data)}"
        account = _account(data / "postgres", elsewhere / "postgres")
        stays = account is None or (data / "postgres").exists() or account.can_run("test", "-x", data)
        return cls(data=data, home=data if stays and not elsewhere.exists() else elsewhere, account=account)

    @property
    def locks(self) -> Path:
        """Who uses, runs, guards and serves the data."""
        return self.data / "locks"

    @property
    def logs(self) -> Path:
        """What the guard and the servers say."""
        return self.data / "logs"

    @property
    def sockets(self) -> Path:
        """The sockets' directory."""
        return socket_directory(self.data)

    @property
    def note(self) -> Path:
        """The file that says where the rows are, when they are elsewhere."""
        return self.data / "DATA-IS-ELSEWHERE.txt"

    def prepare(self) -> None:
        """Make the home and, when it is not the data root, the note."""
        if self.home != self.data:
            shared_directory()
            self.home.mkdir(exist_ok=True)
            self.home.chmod(0o755)
            self.note.write_text(
                "PostgreSQL refuses to run as root, and the user that it runs as instead cannot enter\n"
                f"{self.data}. `make reset` removes the rows; they are in\n\n{self.home}\n",
                encoding="utf-8",
            )

    def private(self, path: Path) -> Path:
        """Make a directory that only the servers may enter."""
        path.mkdir(mode=0o700, exist_ok=True)
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid)
        return path

    def remove_rows(self) -> None:
        """Remove what the servers stored; they must have stopped."""
        for part in (self.home / "postgres", self.home / "postgres.new", self.home / "valkey"):
            if part.exists():
                shutil.rmtree(part)
        if self.home != self.data and self.home.exists():
            self.home.rmdir()
        self.note.unlink(missing_ok=True)

    def clear_sockets(self) -> None:
        """Make the sockets' directory, or empty it of stale ones.

        Everybody can write where it lies, so what has its name already is used only when it is ours.
        """
        ours = {os.geteuid(), self.account.uid if self.account else os.geteuid()}
        try:
            self.sockets.mkdir(mode=0o700)
        except FileExistsError:
            found = self.sockets.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours or found.st_mode & 0o077:
                raise EmbeddedError(f"{self.sockets} is no private directory of ours: remove it.") from None
        for stale in self.sockets.iterdir():
            stale.unlink()
        self.private(self.sockets)


def socket_directory(data: Path) -> Path:
    """A short path, however long the data's is: a socket's may not have more than 103 bytes.

    The same for every process of this data, as `$XDG_RUNTIME_DIR` is not: cron has none, a logout empties it.
    """
    ours = os.geteuid() if os.name == "posix" else 0
    owner = data.stat().st_uid if data.exists() else ours
    return Path("/tmp") / f"k2k-{owner}-{_tag(data)}"  # noqa: S108 - `clear_sockets` checks whose it is


def shared_directory() -> Path:
    """Make SHARED, or refuse one that others than root can fill."""
    if not SHARED.exists():
        SHARED.mkdir(parents=True)
        SHARED.chmod(0o755)
    found = SHARED.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
        raise EmbeddedError(f"{SHARED} must be a directory that only root can write to.")
    return SHARED


def _account(*clusters: Path) -> Account | None:
    if os.geteuid() != 0:
        return None
    for cluster in clusters:
        if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError("PostgreSQL refuses to be root, and there is no user 'nobody' here.") from None
    return Account(nobody.pw_uid, nobody.pw_gid)


def _tag(data: Path) -> str:
    return hashlib.sha256(os.fsencode(data)).hexdigest()[:8]
