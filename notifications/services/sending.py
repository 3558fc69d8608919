"""What was written down leaves the house."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from key2key.common import background, clock
from key2key.common.sealing import unseal
from notifications import letters
from notifications.channels import Channel, Gone, Message, Refused
from notifications.channels.email import EmailChannel
from notifications.channels.sms import ConsoleSms
from notifications.channels.webpush import WebPush
from notifications.kinds import EMAIL, KINDS, PUSH, SMS
from notifications.leaving import Leaving, address_for
from notifications.models import Notification, OutboxMessage, PushDevice

Status = Notification.Status
SECRETS_KEPT = timedelta(days=1)


def send_due() -> int:
    """Send what waits, up to twenty pieces. Returns how many were claimed."""
    return background.perform(Notification)


def send(row: Notification) -> None:
    """Hand one piece of news to its channel: the handler of this kind of work.

    Nothing is held open meanwhile. A recipient that the channel refuses for good ends as failed, and a
    browser that is gone is forgotten; when the channel is away the work is tried again, and parked after
    the eighth time.
    """
    secret = json.loads(unseal(row.secret)) if row.secret else {}
    try:
        message = _message(row, secret)
        _channel(row.channel).send(message)
    except Refused as refusal:
        _give_up(row, refusal)
    except Exception:
        if row.attempts >= background.ATTEMPTS:
            Notification.objects.filter(pk=row.pk).update(status=Status.PARKED)
        raise
    else:
        _book(row, message=message, secret=secret)


def forget_secrets() -> None:
    """Wipe secrets that never left within a day: what they open is closed by now."""
    old = Notification.objects.filter(created_at__lt=clock.now() - SECRETS_KEPT).exclude(secret="")
    old.update(secret="")


def _message(row: Notification, secret: Mapping[str, str]) -> Message:
    known = {**row.data, **secret}
    if row.channel != PUSH:
        return letters.write(
            kind=row.kind,
            language=row.language,
            channel=row.channel,
            to=row.recipient,
            known=known,
            leave=_leave(row),
        )
    device = PushDevice.objects.filter(pk=row.recipient).first()
    if device is None:
        raise Refused("the device was signed off")
    keys = {"p256dh": device.p256dh, "auth": device.auth, "server": device.server_key}
    return letters.ring(
        kind=row.kind, language=row.language, to=device.endpoint, known=known, keys=keys, tag=str(row.pk)
    )


def _leave(row: Notification) -> str:
    if row.user_id and row.channel == EMAIL and KINDS[row.kind].offer:
        return address_for(Leaving(row.user_id, row.kind))
    return ""


def _channel(name: str) -> Channel:
    known: dict[str, type[Channel]] = {
        EMAIL: EmailChannel,
        SMS: {"console": ConsoleSms}[settings.SMS_CHANNEL],
        PUSH: WebPush,
    }
    return known[name]()


@transaction.atomic
def _give_up(row: Notification, refusal: Refused) -> None:
    _end(row, status=Status.FAILED, last_error=str(refusal))
    if isinstance(refusal, Gone):
        PushDevice.objects.filter(pk=row.recipient).delete()


@transaction.atomic
def _book(row: Notification, *, message: Message, secret: Mapping[str, str]) -> None:
    now = clock.now()
    _end(row, status=Status.SENT, sent_at=now)
    if row.channel == PUSH:
        PushDevice.objects.filter(pk=row.recipient).update(reached_at=now)
    if settings.SANDBOX:
        OutboxMessage.objects.create(
            created_at=now,
            channel=row.channel,
            kind=row.kind,
            to=_person(row) if row.channel == PUSH else row.recipient,
            subject=message.subject[:300],
            text=message.text,
            html=message.html,
            codes=dict(secret),
        )


def _end(row: Notification, **values: Any) -> None:
    background.finish(row)
    Notification.objects.filter(pk=row.pk).update(secret="", **values)


def _person(row: Notification) -> str:
    """Under which name the sandbox looks for what rang in somebody's browser."""
    user: Any = row.user
    return str(user.email or user.phone or user.pk)
