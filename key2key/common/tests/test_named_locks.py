"""A lock with a name is held once, by whoever took it first, and keeps no connection of the pool."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection, connections

from key2key.common import named_locks

pytestmark = pytest.mark.django_db(transaction=True)
TRY = "SELECT pg_try_advisory_lock(hashtextextended(%s, 27))"


def elsewhere() -> psycopg.Connection:
    """Another process, as PostgreSQL sees it."""
    return psycopg.connect(**{**connections["default"].get_connection_params(), "autocommit": True})


def is_free_elsewhere(name: str) -> bool:
    with elsewhere() as line:
        return line.execute(TRY, [name]).fetchone()[0]


def holders() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE locktype = 'advisory' AND datname = current_database()"
        )
        return cursor.fetchone()[0]


def test_of_many_at_once_one_holds_it():
    def one(_number):
        with named_locks.held("a") as is_ours:
            seen.append(is_ours)
            while len(seen) < 8:
                pass

    seen: list[bool] = []
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(8)))
    assert sorted(seen) == [False] * 7 + [True]


def test_another_process_does_not_get_it_until_it_is_let_go():
    with named_locks.held("a") as is_ours:
        assert is_ours
        assert not is_free_elsewhere("a")
        assert is_free_elsewhere("b")
    assert is_free_elsewhere("a")


def test_what_another_process_holds_is_not_ours():
    with elsewhere() as line:
        line.execute(TRY, ["a"])
        with named_locks.held("a") as is_ours:
            assert not is_ours
        assert not is_free_elsewhere("a"), "what was not ours is not let go"
    with named_locks.held("a") as is_ours:
        assert is_ours


def test_all_of_a_process_hang_on_one_connection_and_none_is_kept_afterwards():
    with named_locks.held("a"), named_locks.held("b"), named_locks.held("c"):
        assert holders() == 1
    assert holders() == 0
    with named_locks.held("a"):
        with named_locks.held("b"):
            pass
        assert (is_free_elsewhere("a"), is_free_elsewhere("b")) == (False, True)


def test_a_connection_that_was_lost_is_replaced():
    with named_locks.held("a"):
        named_locks._keeper._line.close()
        with named_locks.held("b") as is_ours:
            assert is_ours
            assert not is_free_elsewhere("b")
        with named_locks.held("a") as is_ours:
            assert not is_ours, "this process knows what it does"
    assert holders() == 0
