"""What a process that uses the servers does: hold a lease, see to a guard, wait for answers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from . import postgres as _postgres
from . import valkey as _valkey
from .errors import DataHeld, EmbeddedError
from .guard import START_SECONDS
from .layout import Layout, socket_directory
from .locks import LockFile, this_process
from .server import PATIENCE_SECONDS, open_log
from .wheels import postgres_programs, valkey_server

PROJECT = Path(__file__).parents[2]
ANSWERS = {"postgres": _postgres.answers, "valkey": _valkey.answers}

# Kept open on purpose: the kernel ends a lease, and closes a guard's pipe, with the process that has them.
_held: dict[Path, LockFile] = {}
_guards: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Servers:
    """Where the servers of a data root are: for the product, for migrations, for tests and psql."""

    database_url: str
    database_owner_url: str
    database_admin_url: str
    redis_url: str
    data: Path


def addresses(data: Path) -> Servers:
    """Where the servers are when they run. Starts and makes nothing: settings may ask it on every machine."""
    data = data.expanduser().resolve()
    sockets = socket_directory(data)
    database = f"key2key?host={quote(str(sockets), safe='')}&port=5432"  # without it PGPORT would choose
    return Servers(
        database_url=f"postgresql://key2key_app@/{database}",
        database_owner_url=f"postgresql://key2key_owner@/{database}",
        database_admin_url=f"postgresql://key2key@/{database}",
        redis_url=f"unix://{sockets / _valkey.SOCKET}?db=0",
        data=data,
    )


def ensure(data: Path, *, postgres: bool = True, redis: bool = True, durable: bool = True) -> Servers:
    """Start the servers of `data` or join those that run; return when they answer real queries.

    This process counts as their user until it ends, in whichever way; calling again changes nothing. Without
    `durable` rows survive a crash of the servers but not one of the machine, for data that is thrown away.
    Raises EmbeddedUnavailable without wheels, EmbeddedError with the reason when a server does not start.
    """
    if postgres:
        postgres_programs()
    if redis:
        valkey_server()
    data = _prepared(data)
    lease = data / "locks" / "lease"
    if not _holds(lease):
        _held[lease] = LockFile(lease)
        _held[lease].take(shared=True, wait=True)  # at most until a guard that is leaving has left
    names = [name for name, wanted in (("postgres", postgres), ("valkey", redis)) if wanted]
    _see_to_guard(data, names=names, durable=durable)
    return addresses(data)


def hold_exclusively(data: Path) -> None:
    """Make this process the one runner of the data until it ends. Raises DataHeld, naming the present one."""
    runner = _prepared(data) / "locks" / "runner"
    if _holds(runner):
        return
    lock = LockFile(runner)
    if not lock.take():
        who = {"pid": "?", "command": "just starting", "since": "now"} | lock.read()
        raise DataHeld(f"{data} is held by process {who['pid']} ({who['command']}) since {who['since']}.")
    lock.write(**this_process())
    _held[runner] = lock


def stop(data: Path) -> None:
    """Stop the servers now, whoever uses them, and wait until they are gone."""
    with _stopped(_prepared(data)):
        pass


def erase(data: Path) -> None:
    """Stop the servers and remove their rows, wherever these lie. Raises DataHeld while a runner has them."""
    hold_exclusively(data)
    data = _prepared(data)
    with _stopped(data):
        layout = Layout.of(data)
        layout.remove_rows()
        layout.clear_sockets()
        layout.sockets.rmdir()


def where(data: Path) -> dict[str, Path]:
    """Where things lie, for people. Below /root the rows are outside the data root (see Layout)."""
    layout = Layout.of(data.expanduser().resolve())
    return {"PostgreSQL": layout.home / "postgres", "Valkey": layout.home / "valkey", "logs": layout.logs}


def _prepared(data: Path) -> Path:
    data = data.expanduser().resolve()
    try:
        for part in ("locks", "logs"):
            (data / part).mkdir(mode=0o700, parents=True, exist_ok=True)
    except PermissionError as error:
        raise EmbeddedError(f"{data} cannot be written to: set K2K_DATA to a place of yours.") from error
    return data


def _holds(path: Path) -> bool:
    return path in _held and _held[path].exists()


def _see_to_guard(data: Path, *, names: list[str], durable: bool) -> None:
    """Return when there is a guard whose servers answer. Whoever finds its lock free starts it."""
    mine: subprocess.Popen[bytes] | None = None
    deadline = time.monotonic() + START_SECONDS + 3 * PATIENCE_SECONDS
    while time.monotonic() < deadline:
        ended = mine is not None and mine.poll() is not None
        with LockFile(data / "locks" / "guard") as lock:
            if mine is None and lock.take():
                mine = _start_guard(data, lock=lock, names=names, durable=durable)
            facts = lock.read()
        if ended:
            raise EmbeddedError(facts.get("error", f"The guard ended (see {data / 'logs' / 'guard.log'})."))
        if "ready" in facts:
            if not set(names) <= set(facts["ready"]) or durable > facts["durable"]:
                raise EmbeddedError(
                    f"Process {facts['pid']} ({facts['command']}) guards {data} since {facts['since']} with "
                    "other servers or less safety than asked for now: stop it first."
                )
            if all(ANSWERS[name](socket_directory(data)) for name in names):
                return
        time.sleep(0.02)
    raise EmbeddedError(f"The servers of {data} do not answer (see {data / 'logs'}).")


def _start_guard(data: Path, *, lock: LockFile, names: list[str], durable: bool) -> subprocess.Popen[bytes]:
    """Start the guard as heir of our lock: there is no moment in which a second one could start."""
    lock.write()
    options = [f"--lock-fd={lock.fd}", f"--servers={','.join(names)}"]
    if not durable:
        options.append("--volatile")
    with open_log(data / "logs" / "guard.log") as log:
        guard = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", __package__, "guard", data, *options],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=PROJECT,
            start_new_session=True,
            pass_fds=[lock.fd],
        )
    _guards.append(guard)
    return guard


@contextmanager
def _stopped(data: Path) -> Iterator[None]:
    """In here there is neither guard nor server, and none can start."""
    with LockFile(data / "locks" / "guard") as lock:
        told: set[int] = set()
        while not lock.take():
            pid = lock.read().get("pid")
            if pid is not None and pid not in told:
                told.add(pid)
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            time.sleep(0.02)
        layout = Layout.of(data)
        _valkey.Valkey(layout, durable=True).end_earlier()
        _postgres.Postgres(layout, durable=True).end_earlier()
        yield
