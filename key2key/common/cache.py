"""Cached results: versioned keys, so that one bump forgets a whole family, and single flight."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.core.cache import cache
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
Value = TypeVar("Value")
AWAY = (ConnectionInterrupted, RedisError)


def cached(*, family: str, key: str, seconds: int, make: Callable[[], Value]) -> Value:
    """The value under the key, made once when it is missing, by one caller at a time.

    Others wait for that one up to 2 s, then make it themselves. The life is spread by ±10 %, so that
    keys of one moment do not end in one moment. With Redis away the value is simply made.
    """
    try:
        name = f"{family}:{version(family)}:{key}"
        found = cache.get(name)
        if found is not None:
            return found  # type: ignore[no-any-return]
        with cache.lock(f"{name}:flight", timeout=10, blocking_timeout=2):  # type: ignore[attr-defined]
            return _made_once(name, seconds=seconds, make=make)
    except AWAY as error:
        log.warning("cache_away", family=family, error=type(error).__name__)
        return make()


def version(family: str) -> int:
    """The present version of a family of keys."""
    return int(cache.get(f"{family}:version", 0))


def forget(family: str) -> None:
    """Let every key of the family count as missing from now on."""
    try:
        cache.add(f"{family}:version", 0, timeout=None)
        cache.incr(f"{family}:version")
    except AWAY as error:
        log.warning("cache_away", family=family, error=type(error).__name__)


def _made_once(name: str, *, seconds: int, make: Callable[[], Value]) -> Value:
    found = cache.get(name)
    if found is not None:
        return found  # type: ignore[no-any-return]
    value = make()
    cache.set(name, value, timeout=seconds * random.uniform(0.9, 1.1))  # noqa: S311 - no secret
    return value
