"""Running a statement on Django's connection, in the transaction that is open."""

from __future__ import annotations

from typing import TypeVar

from django.db import connection

from chat.log.statement import Statement

Answer = TypeVar("Answer")


def run(statement: Statement[Answer]) -> Answer:
    """The answer of the statement. Must be called inside a transaction: its locks hold until the end."""
    if not connection.in_atomic_block:
        raise RuntimeError("a statement of the log belongs into a transaction")
    with connection.cursor() as cursor:
        for step in statement.steps:
            cursor.execute(step, dict(statement.params))
        return statement.read(cursor.fetchall())
