"""Fixtures of the floor's tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
import redis
from celery import current_app
from django.conf import settings as django_settings


@pytest.fixture
def celery_messages() -> Iterator[Callable[[], list[str]]]:
    """The names of the wake-ups that lie in the broker."""
    broker = redis.from_url(django_settings.REDIS_URL)
    queue = current_app.conf.task_default_queue
    broker.delete(queue)
    yield lambda: [json.loads(message)["headers"]["task"] for message in broker.lrange(queue, 0, -1)]
    broker.delete(queue)
