"""Many callers at the same moment, each on a connection of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

Answer = TypeVar("Answer")


def at_once(callers: int, call: Callable[[int], Answer]) -> list[Answer]:
    """What each of the callers got; all begin together."""
    start = Barrier(callers)

    def one(number: int) -> Answer:
        try:
            start.wait(timeout=30)
            return call(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(callers) as pool:
        return list(pool.map(one, range(callers)))
