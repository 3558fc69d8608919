"""The sandbox: a payment company of our own for desks and tests, called by HTTP like any other."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from key2key.common.errors import InvalidInput, Unavailable
from payments import gateways
from payments.gateways.contract import (
    BadSignature,
    Chargeback,
    Checkout,
    Gateway,
    Mode,
    MoneyStatus,
    Order,
    RefundOrder,
    RefundStanding,
    RefundStatus,
    Report,
    Standing,
)

MERCHANT = "key2key"
TOLERANCE_SECONDS = 300
SIGNATURE_HEADER = "Sandbox-Signature"
Read = TypeVar("Read")


class Sandbox(Gateway):
    """Money that is not real, moved by buttons on a page."""

    name = "sandbox"
    label = _("Sandbox (no real money)")
    currencies = frozenset({"ETB", "USD"})
    min_amount = Decimal("1.00")
    max_amount = Decimal("100000000.00")

    @property
    def merchant(self) -> str:
        """The one merchant that the sandbox knows."""
        return MERCHANT

    @property
    def mode(self) -> Mode:
        """Never real."""
        return Mode.TEST

    def open_checkout(self, order: Order) -> Checkout:
        """A page with buttons."""
        said = self._ask(
            "POST",
            "checkouts",
            {
                "reference": order.reference,
                "amount": str(order.amount),
                "currency": order.currency,
                "description": order.description,
                "return_url": order.return_url,
                "webhook_url": order.webhook_url,
                "payer_name": order.payer_name,
            },
        )
        return _understood(said, _checkout)

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> Report:
        """Signed over the time and the body, and not older than five minutes."""
        if not _is_signed(_header(headers, SIGNATURE_HEADER), body):
            raise BadSignature
        try:
            said = json.loads(body)
            return Report(
                event_key=_text(said["id"]),
                reference=_text(said["data"]["reference"]),
                gateway_reference=_text(said["data"]["checkout"]),
                kind=_text(said["type"]),
            )
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise InvalidInput("gateway_refused") from error

    def look_up(self, reference: str, gateway_reference: str) -> Standing:
        """By the sandbox's own reference where it is known."""
        path = f"checkouts/{quote(gateway_reference, safe='')}"
        if not gateway_reference:
            path = f"checkouts?reference={quote(reference, safe='')}"
        return _understood(self._ask("GET", path), _standing)

    def refund(self, order: RefundOrder) -> RefundStanding:
        """At once, unless somebody told the sandbox to refuse it."""
        path = f"checkouts/{quote(order.gateway_reference, safe='')}/refunds"
        said = self._ask(
            "POST",
            path,
            {"reference": order.refund_reference, "amount": str(order.amount), "currency": order.currency},
        )
        return _understood(said, _refund)

    def cancel(self, gateway_reference: str) -> None:
        """The page says so from then on."""
        self._ask("POST", f"checkouts/{quote(gateway_reference, safe='')}/cancel", {})

    def _ask(self, method: str, path: str, words: Mapping[str, Any] | None = None) -> dict[str, Any]:
        url = f"{settings.SANDBOX_URL}/sandbox/payments/{path}"
        key = {"Authorization": f"Bearer {settings.SANDBOX_API_KEY}"}
        return gateways.ask_json(method, url, headers=key, words=words)


def signature_of(body: bytes, *, at: int) -> str:
    """The value of the header that proves `body` was sent `at` that second (Unix time)."""
    signed = b"%d." % at + body
    digest = hmac.new(settings.SANDBOX_WEBHOOK_SECRET.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def _is_signed(header: str, body: bytes) -> bool:
    sent_at = header.partition(",")[0].removeprefix("t=")
    if not (sent_at.isascii() and sent_at.isdigit() and len(sent_at) <= 12):  # noqa: PLR2004 - seconds
        return False
    expected = signature_of(body, at=int(sent_at))
    is_ours = hmac.compare_digest(expected.encode(), header.encode())
    return is_ours and abs(time.time() - int(sent_at)) <= TOLERANCE_SECONDS


def _header(headers: Mapping[str, str], wanted: str) -> str:
    found = [value for name, value in headers.items() if name.lower() == wanted.lower()]
    return found[0] if len(found) == 1 else ""


def _understood(said: dict[str, Any], read: Callable[[dict[str, Any]], Read]) -> Read:
    """What the answer means. Raises Unavailable: one that makes no sense settles nothing."""
    try:
        return read(said)
    except (KeyError, ValueError, TypeError, ArithmeticError) as error:
        raise Unavailable("gateway_unavailable") from error


def _checkout(said: dict[str, Any]) -> Checkout:
    return Checkout(
        gateway_reference=_text(said["id"]),
        checkout_url=_text(said["url"]),
        expires_at=_time(said["expires_at"]),
    )


def _standing(said: dict[str, Any]) -> Standing:
    return Standing(
        status=MoneyStatus(said["status"]),
        amount=_amount(said["amount"]),
        currency=_text(said["currency"]),
        reference=_text(said["reference"]),
        gateway_reference=_text(said["id"]),
        merchant=_text(said["merchant"]),
        mode=Mode(said["mode"]),
        charged=_amount(said["charged"]),
        refunded=_amount(said["refunded"]),
        chargeback=Chargeback(said["chargeback"]),
        fee=None if said["fee"] is None else _amount(said["fee"]),
        failure_code=str(said["failure_code"]),
        paid_at=None if said["paid_at"] is None else _time(said["paid_at"]),
        refunds=tuple(_refund(refund) for refund in said["refunds"]),
    )


def _refund(said: dict[str, Any]) -> RefundStanding:
    return RefundStanding(
        status=RefundStatus(said["status"]),
        code=str(said["code"]),
        refund_reference=_text(said["reference"]),
        amount=_amount(said["amount"]),
    )


def _text(said: Any) -> str:
    if not isinstance(said, str) or not said:
        raise ValueError("a text is missing")
    return said


def _time(said: Any) -> datetime:
    moment = datetime.fromisoformat(_text(said))
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment


def _amount(said: Any) -> Decimal:
    amount = Decimal(_text(said))
    if not amount.is_finite():
        raise ValueError("not an amount")
    return amount
