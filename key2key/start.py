"""One start for every process: the servers it needs, then the proof that the settings are safe."""

from __future__ import annotations

import sys
from contextlib import suppress

import django
from django.core.checks import ERROR, CheckMessage, run_checks
from django.db import connections

from key2key import embedded
from key2key.settings.environment import environment


def servers() -> None:
    """Start or join the embedded servers, those that the environment does not place elsewhere.

    Ends the process with one sentence when they cannot be had.
    """
    postgres, redis = not environment.DATABASE_URL, not environment.REDIS_URL
    if not (postgres or redis):
        return
    try:
        embedded.ensure(environment.K2K_DATA, postgres=postgres, redis=redis)
    except embedded.EmbeddedError as error:
        sys.exit(f"key2key: {error}")


def verify() -> None:
    """Set Django up and run all system checks, the database's too; a failed one ends the process.

    Servers do not run the checks by themselves: without this a wrong setting would show at a request.
    """
    servers()
    django.setup()
    failed = [found for found in run_checks(databases=["default"]) if found.is_serious(ERROR)]
    if failed:
        sys.exit("key2key does not start:\n" + "\n".join(_line(found) for found in failed))


def let_go_of_the_database() -> None:
    """Close this process's connections and pools; children that it forks or starts open their own."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        with suppress(AttributeError):  # only PostgreSQL's has it
            connection.close_pool()  # type: ignore[attr-defined]


def _line(found: CheckMessage) -> str:
    hint = f" {found.hint}" if found.hint else ""
    return f"  {found.id}: {found.msg}{hint}"
