"""The one clock that rules read, so that tests and the sandbox can move time (decision 42)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

_ahead: ContextVar[timedelta] = ContextVar("ahead", default=timedelta())


def now() -> datetime:
    """The present, in UTC, as the rules see it."""
    return timezone.now() + _ahead.get()


def today() -> date:
    """The present day in the market's zone: what a person there calls today."""
    return now().astimezone(ZoneInfo(settings.MARKET_TIME_ZONE)).date()


@contextmanager
def advanced(by: timedelta) -> Iterator[None]:
    """Let the rules inside see a later present. For tests."""
    token = _ahead.set(_ahead.get() + by)
    try:
        yield
    finally:
        _ahead.reset(token)
