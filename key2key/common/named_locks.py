"""Locks with a name that last over several transactions, and over calls to others between them.

All that a process holds hang on one connection beside the pool: whoever waits for a vendor keeps no
connection from others, and a process that dies lets go of everything.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections


class _Keeper:
    """The locks of this process. It is connected only while it holds one."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._line: psycopg.Connection[Any] | None = None
        self._mutex = threading.Lock()

    def take(self, name: str) -> bool:
        """Whether it is ours now; it is not when anybody has it, in this process or another."""
        with self._mutex:
            if name in self._names or not self._ask("pg_try_advisory_lock", name):
                self._hang_up_if_idle()
                return False
            self._names.add(name)
            return True

    def let_go(self, name: str) -> None:
        """Leave it to others."""
        with self._mutex:
            self._names.discard(name)
            if self._names:
                self._ask("pg_advisory_unlock", name)
            self._hang_up_if_idle()

    def _ask(self, function: str, name: str) -> bool:
        """What PostgreSQL says; a connection that was lost, and its locks with it, is replaced once."""
        statement = f"SELECT {function}(hashtextextended(%s, 27))"
        try:
            return self._answer(statement, name)
        except psycopg.OperationalError:
            self._line = None
            return self._answer(statement, name)

    def _answer(self, statement: str, name: str) -> bool:
        if self._line is None:
            parameters = connections["default"].get_connection_params()
            self._line = psycopg.connect(**{**parameters, "autocommit": True})
        row = self._line.execute(statement, [name]).fetchone()
        return bool(row and row[0])

    def _hang_up_if_idle(self) -> None:
        if not self._names and self._line is not None:
            self._line.close()
            self._line = None


_keeper = _Keeper()


@contextmanager
def held(name: str) -> Iterator[bool]:
    """Hold a lock inside, if it is free; whether it was is what the block gets. Nobody waits."""
    is_ours = _keeper.take(name)
    try:
        yield is_ours
    finally:
        if is_ours:
            _keeper.let_go(name)
