"""What notifications holds on a person, how it is handed out and how it is forgotten."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from key2key.common.plugins import PrivacyPart, privacy
from notifications.models import Notification

_FIELDS = {"recipient": "where the message went", "data": "what it said", "secret": "codes, until sent"}


def register_parts() -> None:
    """Name each model with personal data."""
    privacy.register("notifications.notification", PrivacyPart(Notification, _FIELDS, _export, _erase))


def _of(user: Any) -> QuerySet[Notification]:
    targets = [target for target in (user.email, user.phone) if target]
    return Notification.objects.filter(Q(user=user) | Q(recipient__in=targets))


def _export(user: Any) -> list[dict[str, Any]]:
    return [
        dict(row)
        for row in _of(user).values("kind", "channel", "recipient", "status", "data", "created_at", "sent_at")
    ]


def _erase(user: Any) -> None:
    _of(user).delete()
