"""Many at once, what became of each, and how it would be without the protections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import Error
from django.db.models import QuerySet
from psycopg import sql

from accounts.tests.parallel import at_once
from key2key.tests.databases import _as_owner, truncate_all_but_reference_data
from key2key.tests.machine.market import BUSY, outcome_of

CALLERS = 50
PATIENCE = 20


def crowd(deed: Callable[[int], Any], *, callers: int = CALLERS) -> list[str]:
    """What each of the callers got: done, or the code of a refusal, or the name of what broke."""

    def one(number: int) -> str:
        try:
            return outcome_of(lambda: deed(number))
        except Error as error:
            return type(error).__name__

    return at_once(callers, one)


def patient(deed: Callable[[], Any]) -> str:
    """As often as somebody is told that it is busy they try again, as workers do."""
    answer = BUSY
    for _attempt in range(PATIENCE):
        answer = outcome_of(deed)
        if answer != BUSY:
            break
    return answer


@contextmanager
def no_row_locks() -> Iterator[None]:
    """Inside, rows are read as if nobody else might change them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows.all())
        yield


@contextmanager
def no_index(*names: str) -> Iterator[None]:
    """Inside, these unique indexes do not exist. What was written is thrown away at the end."""
    with owner_of_tables() as connection:
        made_by = [_definition(connection, name) for name in names]
        for name in names:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        try:
            yield
        finally:
            truncate_all_but_reference_data()
            for statement in made_by:
                connection.execute(statement)


def owner_of_tables() -> psycopg.Connection[Any]:
    """A connection as the role that migrates, which the product is not."""
    return _as_owner(settings.DATABASES["owner"]["NAME"])


def _definition(connection: psycopg.Connection[Any], name: str) -> Any:
    row = connection.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name]).fetchone()
    assert row is not None, name
    return row[0]
