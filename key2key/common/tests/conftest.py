"""Fixtures of the floor's tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import kombu.pools
import pytest
import redis
from celery import current_app
from django.conf import settings as django_settings
from django.core.cache import caches

from key2key.common import rates


@pytest.fixture
def celery_messages() -> Iterator[Callable[[], list[str]]]:
    """The names of the wake-ups that lie in the broker."""
    broker = redis.from_url(django_settings.REDIS_URL)
    queue = current_app.conf.task_default_queue
    broker.delete(queue)
    yield lambda: [json.loads(message)["headers"]["task"] for message in broker.lrange(queue, 0, -1)]
    broker.delete(queue)


@pytest.fixture
def broken_broker() -> Iterator[None]:
    """Celery's broker answers nobody."""
    before = current_app.conf.broker_url
    _connect_to("redis+socket:///nowhere/valkey.sock")
    yield
    _connect_to(before)


def _connect_to(url: str) -> None:
    current_app.conf.broker_url = url
    kombu.pools.reset()
    current_app._pool = None
    current_app.amqp._producer_pool = None


@pytest.fixture
def redis_away(settings) -> Iterator[None]:
    """Redis answers nobody: the cache's and the limiter's."""
    nowhere = "unix:///nowhere/valkey.sock?db=0"
    settings.REDIS_URL = nowhere
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": nowhere}}
    rates._shared.cache_clear()
    yield
    rates._shared.cache_clear()
    caches.close_all()
