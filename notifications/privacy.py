"""What notifications holds on a person, how it is handed out and how it is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model, Q, QuerySet

from key2key.common.plugins import PrivacyPart, privacy
from notifications.models import Notification, OutboxMessage, Preference, PushDevice

Rows = Callable[[Any], QuerySet[Any]]

_NEWS = {"recipient": "where the message went", "data": "what it said", "secret": "codes, until sent"}
_WISH = {"kind": "of which news the person wants to hear", "enabled": "whether"}
_DEVICE = {
    "endpoint": "where the browser is reached",
    "p256dh": "so that only the browser can read it",
    "auth": "so that only the browser can read it",
    "name": "so that the person recognises it",
}
_COPY = {"to": "where the message went", "text": "what it said; in the sandbox only, 7 days"}


def register_parts() -> None:
    """Name each model with personal data."""
    _register(
        Notification,
        _NEWS,
        of=lambda user: Notification.objects.filter(Q(user=user) | Q(recipient__in=_addresses(user))),
        told=("kind", "channel", "recipient", "status", "data", "created_at", "sent_at", "read_at"),
    )
    _register(
        Preference,
        _WISH,
        of=lambda user: Preference.objects.filter(user=user),
        told=("kind", "channel", "enabled"),
    )
    _register(
        PushDevice,
        _DEVICE,
        of=lambda user: PushDevice.objects.filter(user=user),
        told=("name", "endpoint", "created_at", "reached_at"),
    )
    _register(
        OutboxMessage,
        _COPY,
        of=lambda user: OutboxMessage.objects.filter(to__in=[*_addresses(user), str(user.pk)]),
        told=("channel", "to", "subject", "text", "created_at"),
    )


def _register(model: type[Model], fields: Mapping[str, str], *, of: Rows, told: tuple[str, ...]) -> None:
    def export(user: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in of(user).values(*told)]

    def erase(user: Any) -> None:
        of(user).delete()

    privacy.register(model._meta.label_lower, PrivacyPart(model, fields, export, erase))


def _addresses(user: Any) -> list[str]:
    return [address for address in (user.email, user.phone) if address]
