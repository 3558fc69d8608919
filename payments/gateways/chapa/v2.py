"""Chapa's second generation: amounts in santim, words in upper case, orders by our `merchant_reference`.

Of refunds and of closing a page its pages say nothing: those are people's work in its dashboard.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.conf import settings

from key2key.common.errors import NotFound
from payments.gateways.chapa import fitting, line
from payments.gateways.chapa.hints import hint_url
from payments.gateways.contract import MoneyStatus, Order, Standing

STATUSES = {
    "success": MoneyStatus.SUCCEEDED,
    "pending": MoneyStatus.PENDING,
    "failed": MoneyStatus.FAILED,
    "cancelled": MoneyStatus.CANCELLED,
}
MINOR = 100  # both currencies have hundredths


@dataclass(frozen=True)
class Page:
    """A page, and until when it is open where that is told."""

    url: str
    expires_at: datetime | None


def open_checkout(order: Order) -> Page:
    """A page that asks for the money."""
    callback = hint_url(order.reference)
    data = line.call(
        "POST",
        "payments/hosted",
        {
            "amount": int(order.amount * MINOR),
            "currency": order.currency,
            "merchant_reference": order.reference,
            "return_url": order.return_url,
            **({"callback_url": callback} if callback.startswith("https://") else {}),
            "customer": fitting.payer(order, phone_prefix="+251"),
            "meta": {"merchant": settings.CHAPA_MERCHANT},
        },
    ).data()
    return Page(line.text(data.get("checkout_url")), line.moment(data.get("expires_at")))


def look_up(reference: str) -> Standing:
    """How an order stands, by our `merchant_reference`."""
    said = line.call("GET", f"payments/{quote(reference, safe='')}/verify")
    if said.status == line.NOT_FOUND:
        if not said.tells("not found"):
            raise line.unreadable()
        raise NotFound
    return _standing(said.data())


def _standing(data: dict[str, Any]) -> Standing:
    status, amount = STATUSES[str(data["status"]).lower()], line.amount(data["amount"]) / MINOR
    reference = line.text(
        data.get("merchant_reference") or data.get("merchant_referece")
    )  # as older ones spell it
    is_paid = status == MoneyStatus.SUCCEEDED
    return Standing(
        status=status,
        amount=amount,
        currency=line.text(data["currency"]),
        reference=reference,
        gateway_reference=reference,
        merchant=settings.CHAPA_MERCHANT,
        mode=line.mode(),  # its answers do not say; a key of the other mode is refused
        charged=amount if is_paid else Decimal(0),
        failure_code="failed" if status == MoneyStatus.FAILED else "",
        paid_at=line.moment(data.get("updated_at")) if is_paid else None,
        transaction=line.text(data["chapa_reference"]) if is_paid else "",
    )
