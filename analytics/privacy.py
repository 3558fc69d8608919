"""What analytics hold on a person, how it is handed out and how it is forgotten."""

from __future__ import annotations

from typing import Any

from analytics.models import JourneyEvent
from key2key.common.plugins import PrivacyPart, privacy

_EVENT = {"viewer": "who looked, so that a person counts once a day", "owner": "whose listing it was"}


def register_parts() -> None:
    """Name the model with personal data."""
    privacy.register("analytics.journeyevent", PrivacyPart(JourneyEvent, _EVENT, _export, _keep))


def _export(user: Any) -> list[dict[str, Any]]:
    rows = JourneyEvent.objects.filter(viewer=f"user:{user.pk}").order_by("pk")
    return [dict(row) for row in rows.values("kind", "listing", "happened_at")]


def _keep(user: Any) -> None:
    """Events are append-only and name nobody but the account's id, which leads nowhere once it is erased."""
