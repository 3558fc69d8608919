from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from key2key.common.cache import cached, forget

pytestmark = pytest.mark.django_db


def test_a_value_is_made_once_and_kept():
    made = []
    for _ in range(3):
        assert cached(family="t1", key="a", seconds=30, make=lambda: made.append(1) or "value") == "value"
    assert made == [1]


def test_forgetting_a_family_forgets_all_its_keys():
    numbers = iter(range(10))
    first = [cached(family="t2", key=key, seconds=30, make=lambda: next(numbers)) for key in "ab"]
    forget("t2")
    second = [cached(family="t2", key=key, seconds=30, make=lambda: next(numbers)) for key in "ab"]
    assert (first, second) == ([0, 1], [2, 3])


def test_of_many_callers_at_once_one_makes_the_value():
    made, gate = [], threading.Barrier(8)

    def ask(_):
        gate.wait()
        return cached(family="t3", key="slow", seconds=30, make=slow)

    def slow():
        made.append(1)
        threading.Event().wait(0.2)
        return "value"

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"value"}
    assert made == [1]


def test_with_redis_away_the_value_is_made(redis_away):
    assert cached(family="t4", key="a", seconds=30, make=lambda: "made") == "made"
    forget("t4")
