"""PostgreSQL, which holds the truth."""

import locale
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from .errors import EmbeddedError
from .server import Server
from .wheels import postgres_major, postgres_programs

SMALL_SHM_BYTES = 128_000_000

# The owner migrates, the app works; the cluster's superuser `key2key` is for tests and psql.
ROLES = {
    "key2key_owner": b"create role key2key_owner login createdb",
    "key2key_app": b"create role key2key_app login",
}
EXTENSIONS = (
    b"create extension if not exists pg_trgm",
    b"create extension if not exists btree_gin",
    b"create extension if not exists btree_gist",
)


class Postgres(Server):
    """One cluster, and in it the product's database with its two roles."""

    name = "postgres"
    title = "PostgreSQL"
    polite = signal.SIGINT  # fast shutdown; at SIGTERM it would wait for its clients to leave

    @property
    def cluster(self) -> Path:
        """The data directory."""
        return self.layout.home / "postgres"

    def answers(self) -> bool:
        """Whether it runs a query."""
        return answers(self.layout.sockets)

    def prepare(self) -> None:
        """Make what is missing of the roles, the database and its extensions."""
        with _connect(self.layout.sockets, "postgres") as server:
            present = {name for (name,) in server.execute("select rolname from pg_roles")}
            for role in ROLES.keys() - present:
                server.execute(ROLES[role])
            server.execute(
                "grant key2key_app to key2key_owner"
            )  # the owner may end the product's connections
            if not server.execute("select from pg_database where datname = 'key2key'").fetchall():
                server.execute("create database key2key owner key2key_owner")
        with _connect(self.layout.sockets, "key2key") as product:
            for statement in EXTENSIONS:
                product.execute(statement)

    def _launch(self) -> subprocess.Popen[bytes]:
        programs = postgres_programs(account=self.layout.account)
        if not self.cluster.exists():
            self._create_cluster(programs / "initdb")
        self._refuse_other_major()
        options = [word for setting in self._settings().items() for word in ("-c", "=".join(setting))]
        return self.spawn(programs / "postgres", "-D", self.cluster, *options, **self._past_stale_pid())

    def _create_cluster(self, initdb: Path) -> None:
        """Make it under another name first: killed half-way, it leaves nothing that looks like a cluster.

        The order of letters is built in, so no upgrade of the system corrupts an index; their classes are the
        system's, because with LC_CTYPE=C pg_trgm finds no letters in Amharic.
        """
        half = self.cluster.with_name("postgres.new")
        if half.exists():
            shutil.rmtree(half)
        self.layout.private(half)
        made = self.spawn(
            *(initdb, "-D", half, "-U", "key2key", "-A", "trust", "-E", "UTF8", "--locale=C"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--lc-ctype={_utf8_ctype()}"),
            *("--no-sync", "--no-instructions"),
        )
        if made.wait() != 0:
            raise EmbeddedError(f"initdb failed: {self.complaint()}")
        half.rename(self.cluster)

    def _refuse_other_major(self) -> None:
        found = (self.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        if found != postgres_major():
            raise EmbeddedError(
                f"{self.cluster} was written by PostgreSQL {found}, and the bundled server is "
                f"{postgres_major()}: dump it with version {found} (pg_dump), move the directory away, "
                "start again and restore the dump (pg_restore)."
            )

    def _settings(self) -> dict[str, str]:
        settings = {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_directories": str(self.layout.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "shared_buffers": "256MB",
        }
        if sys.platform == "linux" and _is_small(Path("/dev/shm")):  # noqa: S108 - only measured
            settings["dynamic_shared_memory_type"] = "mmap"
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        return settings

    def _past_stale_pid(self) -> dict[str, str]:
        """Keep a stale postmaster.pid from stopping the start when a stranger has its number today.

        The server's lock is free, so the writer of that file is gone. Named as our grandparent its number is
        not looked up; PostgreSQL's search for processes attached to the data still takes place.
        """
        try:
            return {"PG_GRANDPARENT_PID": (self.cluster / "postmaster.pid").read_text().split()[0]}
        except (FileNotFoundError, IndexError):
            return {}


def answers(sockets: Path) -> bool:
    """Whether PostgreSQL runs a query."""
    try:
        with _connect(sockets, "postgres") as connection:
            return connection.execute("select 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def _connect(sockets: Path, database: str) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=str(sockets), port=5432, user="key2key", dbname=database, connect_timeout=5, autocommit=True
    )


def _utf8_ctype() -> str:
    names = ["C.UTF-8", "en_US.UTF-8"]
    with suppress(FileNotFoundError):
        listed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False)  # noqa: S607
        names += [name for name in listed.stdout.split() if "utf" in name.lower()]
    for name in names:
        with suppress(locale.Error):
            return locale.setlocale(locale.LC_CTYPE, name)
    raise EmbeddedError("Search in Amharic needs a UTF-8 locale, and this system has none: add en_US.UTF-8.")


def _is_small(directory: Path) -> bool:
    return not directory.exists() or shutil.disk_usage(directory).total < SMALL_SHM_BYTES
