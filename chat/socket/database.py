"""The socket process's own way to PostgreSQL: few asynchronous connections for all its sockets."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

import structlog
from django.conf import settings
from psycopg import AsyncConnection, OperationalError, errors
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from chat.log import Statement

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer")

CONNECTIONS = 4
PATIENCE_SECONDS = 2.0
NOTHING_HAPPENED = (
    errors.LockNotAvailable,
    errors.QueryCanceled,
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.TooManyConnections,
    errors.CannotConnectNow,
)


class BusyError(Exception):
    """No connection, no lock or no time was to be had: nothing was stored."""


class UnknownError(Exception):
    """The line broke while the statement ran: it may have been stored."""


class Database:
    """A small pool. Every statement of `chat.log` is a transaction of its own."""

    def __init__(self) -> None:
        self._pool: AsyncConnectionPool[AsyncConnection[TupleRow]] = AsyncConnectionPool(
            kwargs=_address(),
            min_size=1,
            max_size=_connections(),
            timeout=PATIENCE_SECONDS,
            reconnect_timeout=PATIENCE_SECONDS,
            open=False,
        )

    async def open(self) -> None:
        """Begin; the first connection may come later."""
        await self._pool.open()

    async def close(self) -> None:
        """Let go of all connections."""
        await self._pool.close(timeout=PATIENCE_SECONDS)

    async def run(self, statement: Statement[Answer]) -> Answer:
        """What the statement answers. All of `chat.log` may run twice: one broken line is tried once more.

        Raises BusyError, UnknownError.
        """
        try:
            return await self._run(statement)
        except errors.UniqueViolation:  # its twin came in at the same moment, and is found now
            return await self._run(statement)
        except UnknownError:
            await self._replace_broken()
            return await self._run(statement)

    async def _run(self, statement: Statement[Answer]) -> Answer:
        try:
            async with self._pool.connection() as connection:
                return statement.read(await _rows(connection, statement))
        except (PoolTimeout, PoolClosed, *NOTHING_HAPPENED) as error:
            raise BusyError(type(error).__name__) from error
        except OperationalError as error:
            raise UnknownError(type(error).__name__) from error

    async def _replace_broken(self) -> None:
        """After a restart of the server all connections are dead, not only the one that was tried."""
        try:
            await asyncio.wait_for(self._pool.check(), PATIENCE_SECONDS)
        except (TimeoutError, OperationalError) as error:
            log.warning("database_away", error=type(error).__name__)


async def _rows(connection: AsyncConnection[TupleRow], statement: Statement[Any]) -> list[TupleRow]:
    *first, last = (step.encode() for step in statement.steps)
    if not first:
        cursor = await connection.execute(last, statement.params)
        return await cursor.fetchall()
    async with connection.transaction():
        for step in first:
            await connection.execute(step, statement.params)
        cursor = await connection.execute(last, statement.params)
        return await cursor.fetchall()


def _address() -> dict[str, Any]:
    database = settings.DATABASES["default"]
    options = {name: value for name, value in database["OPTIONS"].items() if name != "pool"}
    named = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT", "dbname": "NAME"}
    given = {word: database[name] for word, name in named.items() if database[name]}
    named_us = {"application_name": "key2key sockets"}
    return {"autocommit": True, "connect_timeout": 2, **named_us, **options, **given}


def _connections() -> int:
    pool = settings.DATABASES["default"]["OPTIONS"].get("pool")
    return int(pool["max_size"]) if pool else CONNECTIONS
