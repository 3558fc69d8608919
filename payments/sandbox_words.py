"""What the sandbox says and understands: the JSON of its API, of its notifications, of its refusals."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from key2key.common.errors import NotFound
from key2key.common.money import CENT
from payments.gateways.contract import MoneyStatus, RefundStatus
from payments.gateways.sandbox import MERCHANT, Sandbox
from payments.models.sandbox import SandboxCheckout, SandboxRefund, SandboxWebhook

LINKS = frozenset({"http", "https", "key2key"})
_STATUSES = {
    SandboxCheckout.Status.OPEN: MoneyStatus.PENDING,
    SandboxCheckout.Status.PAID: MoneyStatus.SUCCEEDED,
    SandboxCheckout.Status.FAILED: MoneyStatus.FAILED,
    SandboxCheckout.Status.CANCELLED: MoneyStatus.CANCELLED,
}


class Refusal(Exception):
    """The sandbox says no, in its own word. It is a company of its own: its words are not ours."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Asked:
    """What a merchant asks money for."""

    reference: str
    amount: Decimal
    currency: str
    description: str
    payer_name: str
    return_url: str


@dataclass(frozen=True)
class AskedBack:
    """What a merchant gives back."""

    reference: str
    amount: Decimal
    currency: str


def asked(body: bytes) -> Asked:
    """The order in a body. Raises Refusal."""
    said = _words(body)
    order = Asked(
        reference=_text(said, "reference", longest=64),
        amount=_amount(said),
        currency=_text(said, "currency", longest=3),
        description=_text(said, "description", longest=2000)[:200],
        payer_name=_text(said, "payer_name", longest=2000, is_needed=False)[:200],
        return_url=_text(said, "return_url", longest=2000),
    )
    if order.currency not in Sandbox.currencies:
        raise Refusal("currency_not_supported")
    if not Sandbox.min_amount <= order.amount <= Sandbox.max_amount:
        raise Refusal("amount_out_of_range")
    if urlsplit(order.return_url).scheme not in LINKS:
        raise Refusal("return_url_not_valid")
    return order


def asked_back(body: bytes) -> AskedBack:
    """The refund in a body. Raises Refusal."""
    said = _words(body)
    return AskedBack(
        reference=_text(said, "reference", longest=64),
        amount=_amount(said),
        currency=_text(said, "currency", longest=3),
    )


def outcome(rule: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], int]:
    """What a rule of the sandbox says, and 0; or the word of its refusal, and the refusal's HTTP status."""
    try:
        return rule(), 0
    except Refusal as refusal:
        return {"code": refusal.code}, 422
    except NotFound as missing:
        return {"code": missing.code}, missing.status


def checkout_words(checkout: SandboxCheckout) -> dict[str, Any]:
    """A checkout as the API tells it, with all that happened to its money."""
    charges, refunds = list(checkout.charges.all()), list(checkout.refunds.all())
    back = [refund.amount for refund in refunds if refund.status == SandboxRefund.Status.SUCCEEDED]
    return {
        "id": str(checkout.pk),
        "reference": checkout.reference,
        "merchant": MERCHANT,
        "mode": Sandbox().mode,
        "url": settings.BASE_URL + page_of(checkout),
        "expires_at": checkout.expires_at.isoformat(),
        "status": status_of(checkout),
        "failure_code": "declined" if checkout.status == SandboxCheckout.Status.FAILED else "",
        "amount": str(checkout.amount),
        "currency": checkout.currency,
        "charged": str(sum((charge.amount for charge in charges), Decimal(0))),
        "fee": str(sum(charge.fee for charge in charges)) if charges else None,
        "paid_at": checkout.paid_at.isoformat() if checkout.paid_at else None,
        "refunded": str(sum(back, Decimal(0))),
        "refunds": [refund_words(refund) for refund in refunds],
        "chargeback": checkout.chargeback,
    }


def status_of(checkout: SandboxCheckout) -> MoneyStatus:
    """Its state in the word that merchants know."""
    return MoneyStatus.EXPIRED if checkout.is_closed else _STATUSES[SandboxCheckout.Status(checkout.status)]


def refund_words(refund: SandboxRefund) -> dict[str, Any]:
    """A refund as the API tells it."""
    return {
        "reference": refund.reference,
        "amount": str(refund.amount),
        "status": RefundStatus(refund.status),
        "code": refund.code,
    }


def notification(webhook: SandboxWebhook) -> bytes:
    """The body that is signed and sent: the same bytes at every attempt."""
    words = {
        "id": str(webhook.pk),
        "type": webhook.kind,
        "created_at": webhook.created_at.isoformat(),
        "data": {"checkout": str(webhook.checkout_id), "reference": webhook.checkout.reference},
    }
    return json.dumps(words).encode()


def page_of(checkout: SandboxCheckout) -> str:
    """The address of its page."""
    return f"/sandbox/checkout/{checkout.token}"


def _words(body: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refusal("malformed") from error
    if not isinstance(said, dict):
        raise Refusal("malformed")
    return said


def _text(said: Mapping[str, Any], name: str, *, longest: int, is_needed: bool = True) -> str:
    value = said.get(name, "")
    if not isinstance(value, str) or len(value) > longest or "\0" in value or (is_needed and not value):
        raise Refusal(f"{name}_not_valid")
    return value


def _amount(said: Mapping[str, Any]) -> Decimal:
    try:
        amount = Decimal(_text(said, "amount", longest=20))
        if amount <= 0 or amount != amount.quantize(CENT):
            raise Refusal("amount_not_valid")
    except InvalidOperation as error:
        raise Refusal("amount_not_valid") from error
    return amount
