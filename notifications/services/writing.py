"""News are written down with their cause."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings

from key2key.common import background
from key2key.common.models import Work
from key2key.common.plugins import notification_kinds
from key2key.common.realtime import hint
from key2key.common.sealing import seal
from notifications import selectors
from notifications.kinds import EMAIL, IN_APP, PUSH, Channel, Kind
from notifications.models import Notification

Status = Notification.Status
_feed_only: ContextVar[bool] = ContextVar("feed_only", default=False)


def notify(
    *,
    kind: str,
    user: Any = None,
    channel: str = "",
    to: str = "",
    language: str = "",
    data: Mapping[str, Any] | None = None,
    secret: Mapping[str, str] | None = None,
) -> list[Notification]:
    """Write news down in the caller's transaction; they leave soon after the commit. Returns the rows.

    For a user that is one row in the feed, where the kind has one, and one for each way out that the kind
    has, the person wants and has an address for: a text message stands in for a missing e-mail address
    unless the person asked for it beside. With `to` it is one row, to that address over `channel` (the
    kind's first when not named) whatever the person wants. `data` are plain JSON values; its `link` is a
    path of the app. `secret` holds codes and links: encrypted while they wait, gone when sent, never in the
    feed. Raises KeyError for an unknown kind.
    """
    known: Kind = notification_kinds[kind]
    ways = [(channel or known.channels[0], to)] if to else _ways(known, name=kind, user=user)
    sealed = seal(json.dumps(dict(secret))) if secret else ""
    rows = [
        Notification(
            user=user,
            kind=kind,
            channel=way,
            recipient=address,
            language=language or getattr(user, "language", settings.LANGUAGE_CODE),
            data=dict(data or {}),
            **_shown() if way == IN_APP else {"secret": sealed},
        )
        for way, address in ways
        if (not channel or way == channel) and (way == IN_APP or not _feed_only.get())
    ]
    Notification.objects.bulk_create(rows)
    _tell(rows)
    return rows


@contextmanager
def in_the_feed_only() -> Iterator[None]:
    """News inside stand in the feed and take no way out: for demo data, whose people live nowhere."""
    before = _feed_only.set(True)
    try:
        yield
    finally:
        _feed_only.reset(before)


def _ways(kind: Kind, *, name: str, user: Any) -> list[tuple[str, str]]:
    if user is None:
        return []
    wanted = selectors.wanted_channels(user, kind=name)
    return [(way, address) for way in kind.everywhere if way in wanted for address in _addresses(user, way)]


def _addresses(user: Any, way: Channel) -> Iterator[str]:
    if way == IN_APP:
        yield ""
    elif way == PUSH:
        yield from selectors.device_ids(user)
    elif address := user.email if way == EMAIL else user.phone:
        yield address


def _shown() -> dict[str, Any]:
    """A row of the feed has arrived when it is written."""
    return {"status": Status.DELIVERED, "work_state": Work.WorkState.DONE}


def _tell(rows: list[Notification]) -> None:
    if any(row.channel != IN_APP for row in rows):
        background.wake("notifications.tasks.send_notifications")
    if shown_to := {row.user_id for row in rows if row.channel == IN_APP and row.user_id}:
        hint(shown_to)
