from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rest_framework.test import APIClient


@pytest.fixture(autouse=True)
def no_limit_reached() -> None:
    """Every test begins with unused limits."""
    from django_redis import get_redis_connection

    get_redis_connection("default").flushdb()


@pytest.fixture
def outbox(mailoutbox: list[Any]) -> Callable[[], list[Any]]:
    """`outbox()` sends what waits and returns the mails so far."""

    from key2key.common import background
    from notifications.models import Notification

    def delivered() -> list[Any]:
        background.perform(Notification)
        return mailoutbox

    return delivered


@pytest.fixture
def post(api: APIClient) -> Callable[..., Any]:
    """`post("auth/login", email=…)`: a JSON call of somebody who is not signed in."""

    def call(path: str, **body: Any) -> Any:
        return api.post(f"/api/v1/{path}", body, format="json")

    return call
