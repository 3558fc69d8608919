"""Exact rate limits: one atomic count in Redis per hit (library `limits`).

With Redis away, reads are let through and counted in a metric; policies that guard sign-in are then
kept by this process alone (decision: fail closed there).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import cast

import structlog
from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, Storage, storage_from_string
from redis.exceptions import RedisError

from key2key.common import metrics

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Allowance:
    """What a subject may still do under a policy."""

    policy: str
    quota: int
    window_seconds: int
    allowed: bool
    remaining: int
    reset_seconds: float


def hit(policy: str, subject: str, *, cost: int = 1) -> Allowance:
    """Count `cost` against the policy (a row of settings.RATE_LIMITS) for the subject."""
    item = _item(policy)
    key = item.key_for(policy, subject)
    try:
        return _count(_shared(), item, policy=policy, key=key, cost=cost)
    except RedisError as error:
        log.warning("limiter_away", policy=policy, error=type(error).__name__)
        if policy in settings.GUARDED_RATE_LIMITS:
            return _count(_own(), item, policy=policy, key=key, cost=cost)
        metrics.limiter_open.inc()
        return Allowance(
            policy=policy,
            quota=item.amount,
            window_seconds=item.get_expiry(),
            allowed=True,
            remaining=item.amount,
            reset_seconds=0,
        )


def peek(policy: str, subject: str) -> Allowance:
    """What is left, without counting."""
    return hit(policy, subject, cost=0)


def forgive(policy: str, subject: str) -> None:
    """Begin the subject's window anew, for instance after a right password."""
    key = _item(policy).key_for(policy, subject)
    try:
        _shared().clear(key)
    except RedisError as error:
        log.warning("limiter_away", policy=policy, error=type(error).__name__)
    _own().clear(key)


def _count(storage: Storage, item: RateLimitItem, *, policy: str, key: str, cost: int) -> Allowance:
    used = storage.incr(key, item.get_expiry(), amount=cost) if cost else storage.get(key)
    reset = max(1.0, storage.get_expiry(key) - time.time())
    return Allowance(
        policy=policy,
        quota=item.amount,
        window_seconds=item.get_expiry(),
        allowed=used <= item.amount if cost else used < item.amount,
        remaining=max(0, item.amount - used),
        reset_seconds=reset,
    )


@cache
def _item(policy: str) -> RateLimitItem:
    return parse(settings.RATE_LIMITS[policy])


@cache
def _shared() -> Storage:
    url = settings.REDIS_URL.replace("unix://", "redis+unix://", 1)
    storage = storage_from_string(
        url, socket_timeout=0.5, socket_connect_timeout=0.5, key_prefix="k2k:limits"
    )
    return cast("Storage", storage)


@cache
def _own() -> Storage:
    return MemoryStorage()
