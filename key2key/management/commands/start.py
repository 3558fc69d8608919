"""`manage.py start`, which is `make run`: everything, in one terminal, until Ctrl-C."""

from __future__ import annotations

import http.client
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from accounts.management.seeding.logins import demo_logins
from key2key import embedded
from key2key.management.crew import SIGNALS, TICK_SECONDS, Crew
from key2key.settings.environment import environment
from key2key.start import verify
from listings.models import Listing

READY_SECONDS = 60.0
# Frames above our own limit still reach us, so that we answer; beats are frames of ours, not the server's.
SOCKETS = (
    "--ws", "websockets-sansio", "--ws-max-size", "65536", "--ws-per-message-deflate", "false",
    "--ws-ping-interval", "0",
)  # fmt: skip
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - read, not bound
EMBEDDED = not environment.DATABASE_URL or not environment.REDIS_URL


class Command(BaseCommand):
    """One terminal, one Ctrl-C. The exit status is 1 when something ended that should not have."""

    help = "Start the servers, the API, the worker and the clock; migrate and seed first where needed."
    requires_system_checks = ()  # `verify` runs them when the tables are there

    def handle(self, *args: Any, **options: Any) -> None:
        for sign in SIGNALS:
            signal.signal(sign, signal.default_int_handler)
        try:
            self._hold()
            self._prepare()
        except KeyboardInterrupt:
            sys.exit(0)
        except embedded.EmbeddedError as error:
            sys.exit(f"key2key: {error}")
        self._run(Crew(self._say))

    def _hold(self) -> None:
        if EMBEDDED:
            embedded.hold_exclusively(settings.K2K_DATA)
        family = socket.AF_INET6 if ":" in environment.HOST else socket.AF_INET
        with closing(socket.socket(family)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((environment.HOST, environment.PORT))
            except OSError as error:
                sys.exit(
                    f"key2key: {environment.HOST}:{environment.PORT} cannot be used ({error.strerror}):"
                    f" set PORT to another one, as in `PORT={environment.PORT + 1} make run`."
                )

    def _prepare(self) -> None:
        executor = MigrationExecutor(connections["owner"])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._say("start | making the tables")
            call_command("migrate", verbosity=0)
        call_command("load_reference", verbosity=0)
        verify()
        settings.STATIC_ROOT.mkdir(
            parents=True, exist_ok=True
        )  # in development it stays empty: files come from the apps
        self._seed()
        for connection in connections.all(initialized_only=True):
            connection.close()
            with suppress(AttributeError):
                connection.close_pool()  # type: ignore[attr-defined]  # only a pooled one has it

    def _seed(self) -> None:
        """Seed an empty database, or go on where a seeding was broken off."""
        begun = settings.K2K_DATA / "seeding-is-not-finished"
        if settings.ENVIRONMENT == "production" or (Listing.objects.exists() and not begun.exists()):
            return
        begun.touch()
        call_command("seed")
        begun.unlink()

    def _run(self, crew: Crew) -> None:
        _start(crew)
        deadline = time.monotonic() + READY_SECONDS
        while (goes_on := crew.turn()) and not (ready := _is_ready()) and time.monotonic() < deadline:
            continue
        if goes_on and not ready:
            self._say(f"start | not ready after {READY_SECONDS:.0f} s: see {settings.BASE_URL}/health")
        elif goes_on:
            self._say("\n".join(_table()))
        while crew.turn(3600):
            continue
        dead = [] if crew.told_to_stop else crew.dead
        self._say(
            "start | stopping" if not dead else f"start | {' and '.join(dead)} ended: stopping the rest"
        )
        crew.end()
        sys.exit(1 if dead else 0)

    def _say(self, line: str) -> None:
        with suppress(OSError):  # whoever listened is gone; the children are still ours to end
            self.stdout.write(line)
            self.stdout.flush()


def _start(crew: Crew) -> None:
    crew.start(
        "web", "uvicorn", "key2key.asgi:application", "--host", environment.HOST,
        "--port", str(environment.PORT), "--no-access-log", "--log-level", "warning", "--lifespan", "off",
        "--timeout-graceful-shutdown", "10",
        *SOCKETS,
        "--no-proxy-headers",  # by itself it believes what any caller on this machine says of its address
    )  # fmt: skip
    # Threads: a forked pool would share the parent's database connections.
    crew.start(
        "worker", "celery", "--quiet", "-A", "key2key", "worker", "--pool", "threads", "--concurrency", "2",
        "--loglevel", "warning", "--without-gossip", "--without-mingle",
        PYTHONWARNINGS="ignore:You're running the worker with superuser privileges",
    )  # fmt: skip
    # Its own lock file would be stale after a kill; the data's lock says already that we are the only one.
    schedule = settings.K2K_DATA / "beat-schedule"
    crew.start(
        "beat", "celery", "--quiet", "-A", "key2key", "beat", "--schedule", str(schedule), "--pidfile", "",
        "--loglevel", "warning",
    )  # fmt: skip


def _is_ready() -> bool:
    host = ANYWHERE.get(environment.HOST, environment.HOST)
    connection = http.client.HTTPConnection(host, environment.PORT, timeout=5)
    try:
        connection.request("GET", "/health/ready", headers={"Host": _allowed_host()})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        time.sleep(TICK_SECONDS)
        return False
    finally:
        connection.close()


def _allowed_host() -> str:
    first = next((name for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
    return first.lstrip(".")


def _table() -> Iterator[str]:
    base = settings.BASE_URL
    yield ""
    yield "  Key2Key is ready."
    yield ""
    yield f"  API       {base}/api/v1/listings"
    yield f"  Docs      {base}/docs  {base}/redoc"
    yield f"  Admin     {base}/{settings.ADMIN_PATH}/"
    if settings.SANDBOX:
        yield f"  Outbox    {base}/sandbox/outbox"
    yield f"  Health    {base}/health"
    yield ""
    yield from _logins()
    yield from _places()
    yield "  Stop      Ctrl-C"
    yield ""


def _logins() -> Iterator[str]:
    if settings.ENVIRONMENT == "production":
        return
    for login in demo_logins():
        word = login.password or "(its password was changed)"
        yield f"  {login.email:<29} {word}"
        if login.otp_secret:
            yield f"  {'':<29} code {login.otp_now} now; secret {login.otp_secret}"
    yield ""


def _places() -> Iterator[str]:
    yield f"  Data      {settings.K2K_DATA}"
    rows = embedded.where(settings.K2K_DATA)["PostgreSQL"] if not environment.DATABASE_URL else None
    if rows is None:
        there = settings.DATABASES["default"]
        yield f"            rows in database {there['NAME']} on {there['HOST'] or 'this machine'}"
    elif settings.K2K_DATA not in rows.parents:
        yield f"            rows in {rows}"
