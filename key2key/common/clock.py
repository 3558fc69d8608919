"""The one clock that rules read, so that tests and the sandbox can move time (decision 42).

`advanced` moves it for the caller alone; `move` moves it for every process, where settings allow that:
never in production, which therefore never asks how far it is ahead. What runs in real time, such as
tokens and the leases of background work, does not read this clock.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.apps import apps
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import F, Manager
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from key2key.common.errors import InvalidInput, NotAllowed

log = structlog.get_logger(__name__)

SECONDS_REMEMBERED = 1.0
_PATIENCE = 2.0
_FARTHEST = timedelta(days=3650)
_NEVER = float("-inf")
_ahead: ContextVar[timedelta] = ContextVar("ahead", default=timedelta())


@dataclass
class _Known:
    """How far the clock of all processes is ahead, as this process saw it last."""

    shift: timedelta = timedelta()
    seen_at: float = _NEVER


_known = _Known()


def now() -> datetime:
    """The present, in UTC, as the rules see it."""
    return timezone.now() + ahead()


def ahead() -> timedelta:
    """How far this clock is ahead of the real time: what to add to times that the database itself reads."""
    return _ahead.get() + shift() if settings.CLOCK_MAY_MOVE else _ahead.get()


def today() -> date:
    """The present day in the market's zone: what a person there calls today."""
    return now().astimezone(ZoneInfo(settings.MARKET_TIME_ZONE)).date()


@contextmanager
def advanced(by: timedelta) -> Iterator[None]:
    """Let the rules inside see a later present. For tests and for sowing a past."""
    token = _ahead.set(_ahead.get() + by)
    try:
        yield
    finally:
        _ahead.reset(token)


def shift() -> timedelta:
    """How far the clock of all processes is ahead, as it was at most a second ago.

    It is read on a thread of its own: the caller may be inside a transaction that has failed, or in an
    event loop. With the database away it is what it was.
    """
    if time.monotonic() - _known.seen_at > SECONDS_REMEMBERED:
        if _known.seen_at > _NEVER:
            _known.seen_at = time.monotonic()  # one thread looks, the others need not wait for it
        reader = threading.Thread(target=_look, name="clock", daemon=True)
        reader.start()
        reader.join(_PATIENCE)
    return _known.shift


def move(by: timedelta) -> timedelta:
    """Let every process see a later present, within a second. Returns how far it is ahead in all.

    Raises NotAllowed ("not_allowed") where settings forbid it, InvalidInput when it would go back (money
    and deadlines do not un-happen) or end more than ten years ahead.
    """
    if not settings.CLOCK_MAY_MOVE:
        raise NotAllowed("not_allowed", _("This clock shows real time and cannot be moved."))
    if by <= timedelta():
        raise InvalidInput(detail=_("The clock goes forward only."))
    with transaction.atomic():
        _rows().get_or_create(pk=1)
        _rows().filter(pk=1).update(seconds=F("seconds") + round(by.total_seconds()))
        ahead = timedelta(seconds=_rows().get(pk=1).seconds)
        if ahead > _FARTHEST:
            raise InvalidInput(detail=_("The clock goes ten years ahead at most."))
    _remember(ahead)
    return ahead


def _look() -> None:
    try:
        seconds = _rows().values_list("seconds", flat=True).first()
        _remember(timedelta(seconds=seconds or 0))
    except Error as error:
        log.warning("clock_not_read", error=type(error).__name__)
        _remember(_known.shift)
    finally:
        connection.close()


def _rows() -> Manager[Any]:
    """Found by name: models read this clock as they are made."""
    rows: Manager[Any] = apps.get_model("common", "ClockShift")._default_manager
    return rows


def _remember(shift: timedelta) -> None:
    _known.shift, _known.seen_at = shift, time.monotonic()
