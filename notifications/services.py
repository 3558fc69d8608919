"""News: written down with its cause, sent afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from key2key.common import background, clock
from key2key.common.plugins import notification_kinds
from key2key.common.sealing import seal, unseal
from notifications import letters
from notifications.channels import Channel, Message, Refused
from notifications.channels.email import EmailChannel
from notifications.channels.sms import ConsoleSms
from notifications.models import Notification

Status = Notification.Status
SECRETS_KEPT = timedelta(days=1)


def notify(
    *,
    kind: str,
    user: Any = None,
    channel: str = "",
    to: str = "",
    language: str = "",
    data: Mapping[str, Any] | None = None,
    secret: Mapping[str, str] | None = None,
) -> Notification | None:
    """Write news down in the caller's transaction; it leaves soon after the commit.

    For a user the channel, address and language follow from the account: the kind's first channel for
    which there is an address, or None when there is none. `secret` holds codes and links: encrypted
    while they wait, gone when sent. Raises KeyError for an unknown kind.
    """
    channel = channel or _channel_for(kind, user=user, to=to)
    to = to or _address(user, channel=channel)
    if not to:
        return None
    row = Notification.objects.create(
        user=user,
        kind=kind,
        channel=channel,
        recipient=to,
        language=language or getattr(user, "language", settings.LANGUAGE_CODE),
        data=dict(data or {}),
        secret=seal(json.dumps(dict(secret))) if secret else "",
    )
    background.wake("notifications.tasks.send_notifications")
    return row


def send_due() -> int:
    """Send what waits, up to twenty pieces. Returns how many were claimed."""
    return background.perform(Notification)


def send(row: Notification) -> None:
    """Hand one piece of news to its channel: the handler of this kind of work.

    Nothing is held open meanwhile. A recipient that the channel refuses for good ends as failed; when
    the channel is away the work is tried again, and parked after the eighth time.
    """
    try:
        _channel(row.channel).send(_message(row))
    except Refused as refusal:
        _end(row, status=Status.FAILED, last_error=str(refusal))
    except Exception:
        if row.attempts >= background.ATTEMPTS:
            Notification.objects.filter(pk=row.pk).update(status=Status.PARKED)
        raise
    else:
        _end(row, status=Status.SENT, sent_at=clock.now())


def forget_secrets() -> None:
    """Wipe secrets that never left within a day: what they open is closed by now."""
    old = Notification.objects.filter(created_at__lt=clock.now() - SECRETS_KEPT).exclude(secret="")
    old.update(secret="")


def _message(row: Notification) -> Message:
    secret = json.loads(unseal(row.secret)) if row.secret else {}
    return letters.write(
        kind=row.kind,
        language=row.language,
        channel=row.channel,
        to=row.recipient,
        known={**row.data, **secret},
    )


@transaction.atomic
def _end(row: Notification, **values: Any) -> None:
    background.finish(row)
    Notification.objects.filter(pk=row.pk).update(secret="", **values)


def _channel(name: str) -> Channel:
    known: dict[str, type[Channel]] = {
        "email": EmailChannel,
        "sms": {"console": ConsoleSms}[settings.SMS_CHANNEL],
    }
    return known[name]()


def _channel_for(kind: str, *, user: Any, to: str) -> str:
    channels: tuple[str, ...] = notification_kinds[kind].channels
    return next((name for name in channels if to or _address(user, channel=name)), channels[0])


def _address(user: Any, *, channel: str) -> str:
    return str((user.email if channel == "email" else user.phone) or "") if user else ""
