"""What payments hold on a person, and how it is handed out. The law makes us keep all of it."""

from __future__ import annotations

from typing import Any

from key2key.common.plugins import PrivacyPart, privacy
from payments.models import Hold, Payment, Refund

_PAYMENT = {
    "payer": "who paid; kept as long as the law on books says",
    "amount": "what was paid",
    "description": "what for",
    "reference": "what the payment is called",
    "gateway_reference": "what the payment company calls it",
    "return_url": "where the payer came from",
}
_HOLD = {"buyer": "whose deposit it is; kept as long as the law on books says", "amount": "how much it is"}
_REFUND = {"amount": "what went back", "reason": "why"}
_PAYMENT_COLUMNS = (
    "id", "reference", "purpose", "target_type", "target_id", "description", "status", "amount", "currency",
    "refunded_amount", "gateway", "gateway_reference", "return_url", "created_at", "paid_at",
)  # fmt: skip
_HOLD_COLUMNS = (
    "id",
    "state",
    "amount",
    "refunded_amount",
    "currency",
    "listing_id",
    "created_at",
    "ended_at",
)
_REFUND_COLUMNS = ("id", "reference", "payment_id", "amount", "currency", "status", "reason", "created_at")


def register_parts() -> None:
    """Name the models with personal data."""
    privacy.register("payments.payment", PrivacyPart(Payment, _PAYMENT, _export, _keep))
    privacy.register("payments.hold", PrivacyPart(Hold, _HOLD, _export_holds, _keep))
    privacy.register("payments.refund", PrivacyPart(Refund, _REFUND, _export_refunds, _keep))


def _export(user: Any) -> list[dict[str, Any]]:
    return list(Payment.objects.filter(payer=user).order_by("pk").values(*_PAYMENT_COLUMNS))


def _export_holds(user: Any) -> list[dict[str, Any]]:
    return list(Hold.objects.filter(buyer=user).order_by("pk").values(*_HOLD_COLUMNS))


def _export_refunds(user: Any) -> list[dict[str, Any]]:
    return list(Refund.objects.filter(payment__payer=user).order_by("pk").values(*_REFUND_COLUMNS))


def _keep(_user: Any) -> None:
    """Books are kept; the person in them is anonymous once their account is."""
