"""What the connections of each process are like (settings/databases.py)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.db.utils import ConnectionHandler

from key2key.settings.databases import databases, grant_worker_time, worker_time

pytestmark = pytest.mark.django_db(transaction=True)


def of_this_test(*, pool_size: int) -> dict[str, Any]:
    """The product's settings, on the database of this test."""
    made = databases(url="postgresql://somebody@nowhere/nothing", owner_url="", pool_size=pool_size)[
        "default"
    ]
    there = connections["default"].settings_dict
    return {
        **made,
        **{name: there[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")},
        "OPTIONS": {**made["OPTIONS"], "options": there["OPTIONS"]["options"]},
    }


@contextmanager
def connected(database: dict[str, Any]) -> Iterator[Any]:
    connection = ConnectionHandler({"default": deepcopy(database)})["default"]
    try:
        yield connection
    finally:
        connection.close()
        if connection.settings_dict["OPTIONS"].get("pool"):
            connection.close_pool()


def timeout_of(connection: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        return cursor.fetchone()[0]


def test_the_workers_statements_have_a_minute_and_requests_five_seconds():
    database = of_this_test(pool_size=0)
    with connected(database) as connection:
        assert timeout_of(connection) == "5s"
    grant_worker_time(database)
    with connected(database) as connection:
        assert timeout_of(connection) == "1min"


def test_a_command_in_a_process_of_others_gives_the_workers_time_back():
    database = of_this_test(pool_size=0)
    with worker_time(database), connected(database) as connection:
        assert timeout_of(connection) == "1min"
    with connected(database) as connection:
        assert timeout_of(connection) == "5s"


def lose_the_connection_of(connection: Any) -> None:
    """As a restart of PostgreSQL does, while it lies in the pool."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        lost = cursor.fetchone()
    connection.close()
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", lost)


def test_a_pooled_connection_that_the_server_closed_is_replaced():
    database = of_this_test(pool_size=1)
    with connected(database) as connection:
        lose_the_connection_of(connection)
        assert timeout_of(connection) == "5s"
    with connected({**database, "CONN_HEALTH_CHECKS": False}) as connection:
        lose_the_connection_of(connection)
        with pytest.raises(OperationalError):
            timeout_of(connection)
