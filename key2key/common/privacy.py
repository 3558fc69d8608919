"""What the floor holds on a person, how it is handed out and how it is forgotten."""

from __future__ import annotations

from typing import Any

from key2key.common.models import IdempotencyKey
from key2key.common.plugins import PrivacyPart, privacy

_KEY = {
    "key": "so that a repeated request has its effect once; 30 days",
    "route": "what the request was",
    "body": "the answer that a repeated request gets again; 30 days",
}


def register_parts() -> None:
    """Name the model with personal data."""
    privacy.register("common.idempotencykey", PrivacyPart(IdempotencyKey, _KEY, _export, _erase))


def _export(user: Any) -> list[dict[str, Any]]:
    rows = IdempotencyKey.objects.filter(user=user).order_by("pk")
    return [
        {**row, "body": bytes(row["body"]).decode()}
        for row in rows.values("key", "route", "status", "body", "created_at")
    ]


def _erase(user: Any) -> None:
    IdempotencyKey.objects.filter(user=user).delete()
