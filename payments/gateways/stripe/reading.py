"""What Stripe's objects mean to us (payments.md 3.13). What makes no sense fails: see `understood`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import structlog
from django.conf import settings

from key2key.common import clock
from key2key.common.errors import Unavailable
from payments.gateways.contract import (
    Chargeback,
    Checkout,
    Mode,
    MoneyStatus,
    RefundStanding,
    RefundStatus,
    Standing,
)
from payments.gateways.stripe.money import from_units

log = structlog.get_logger(__name__)

Said = Mapping[str, Any]
Read = TypeVar("Read")

REFUNDS = {
    "pending": RefundStatus.PENDING,
    "requires_action": RefundStatus.PENDING,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}
DISPUTES = {
    "needs_response": Chargeback.OPEN,
    "under_review": Chargeback.OPEN,
    "appeal_needs_response": Chargeback.OPEN,
    "appeal_under_review": Chargeback.OPEN,
    "won": Chargeback.WON,
    "prevented": Chargeback.WON,
    "lost": Chargeback.LOST,
    # The bank only asks: no money has moved.
    "warning_needs_response": Chargeback.NONE,
    "warning_under_review": Chargeback.NONE,
    "warning_closed": Chargeback.NONE,
}
GRAVEST_LAST = (Chargeback.NONE, Chargeback.WON, Chargeback.OPEN, Chargeback.LOST)


def understood(said: Said, read: Callable[[Said], Read]) -> Read:
    """What the answer means. Raises Unavailable: one that makes no sense settles nothing."""
    try:
        return read(said)
    except (KeyError, ValueError, TypeError, ArithmeticError, OSError) as error:
        raise Unavailable("gateway_unavailable") from error


def mode(is_live: Any) -> Mode:
    """Whether Stripe's `livemode` means real money."""
    if type(is_live) is not bool:
        raise ValueError("neither live nor test")
    return Mode.LIVE if is_live else Mode.TEST


def text(said: Any) -> str:
    """A text that is not empty. Raises ValueError."""
    if not isinstance(said, str) or not said:
        raise ValueError("a text is missing")
    return said


def checkout(session: Said) -> Checkout:
    """Where the payer goes. Stripe leaves its page open for a day; we close it sooner (`cancel`)."""
    ours = _moment(session["created"]) + timedelta(minutes=settings.STRIPE_CHECKOUT_MINUTES)
    return Checkout(
        gateway_reference=text(session["id"]),
        checkout_url=text(session["url"]),
        expires_at=min(ours, _moment(session["expires_at"])),
    )


def standing(session: Said) -> Standing:
    """All but the chargeback, of a session with its payment, charge, fee and refunds."""
    intent, charge = payment_of(session), charge_of(session)
    currency = _currency(charge or session)
    refunds = tuple(refund(said) for said in _refunds(charge))
    given = (one.amount for one in refunds if one.status == RefundStatus.SUCCEEDED)
    return Standing(
        status=_status(session, intent=intent),
        amount=from_units(session["amount_total"], currency=_currency(session)),
        currency=currency,
        reference=text(session["client_reference_id"]),
        gateway_reference=text(session["id"]),
        merchant=text(session["metadata"]["merchant"]),
        mode=mode(session["livemode"]),
        charged=from_units(intent["amount_received"], currency=currency) if intent else Decimal(0),
        refunded=sum(given, Decimal(0)),
        fee=_fee(charge, currency=currency),
        failure_code=_failure(intent),
        paid_at=_moment(charge["created"]) if charge and charge["paid"] else None,
        transaction=text(charge["id"]) if charge and charge["paid"] else "",
        refunds=refunds,
    )


def payment_of(session: Said) -> Said:
    """The payment under a session; empty until the payer has tried."""
    return _object(session["payment_intent"], "payment_intent")


def charge_of(session: Said) -> Said:
    """The last charge of the payment under a session, or empty."""
    intent = payment_of(session)
    return _object(intent["latest_charge"], "charge") if intent else {}


def refund(said: Said) -> RefundStanding:
    """A refund; one that we did not ask for bears Stripe's own number."""
    return RefundStanding(
        status=REFUNDS[said["status"]],
        code=str(said.get("failure_reason") or ""),
        refund_reference=text((said.get("metadata") or {}).get("refund") or said["id"]),
        amount=from_units(said["amount"], currency=_currency(said)),
    )


def refund_named(session: Said, *, reference: str) -> RefundStanding | None:
    """The refund that we asked for under that reference, if Stripe has given it before."""
    given = (refund(said) for said in _refunds(charge_of(session)))
    return next((one for one in given if one.refund_reference == reference), None)


def chargeback(disputes: Said) -> Chargeback:
    """The gravest of a payment's disputes."""
    told = [DISPUTES[said["status"]] for said in disputes["data"]]
    if any(said["status"].startswith("warning_") for said in disputes["data"]):
        log.warning("stripe_inquiry", disputes=[said["id"] for said in disputes["data"]])
    return max(told, key=GRAVEST_LAST.index, default=Chargeback.NONE)


def _status(session: Said, *, intent: Said) -> MoneyStatus:
    told = intent["status"] if intent else ""
    if session["payment_status"] == "paid" or told == "succeeded":
        return MoneyStatus.SUCCEEDED
    if told == "requires_capture":
        return MoneyStatus.AUTHORIZED
    if session["status"] == "open":
        return MoneyStatus.PENDING
    if told != "processing" and _failure(intent):
        return MoneyStatus.FAILED
    return _unpaid_end(session, intent=intent)


def _unpaid_end(session: Said, *, intent: Said) -> MoneyStatus:
    """Nobody paid and nothing failed: closed by us before its time, run out, or still on its way."""
    told = intent["status"] if intent else ""
    if session["status"] == "expired":
        is_over = _moment(session["expires_at"]) <= clock.now()
        return MoneyStatus.EXPIRED if is_over else MoneyStatus.CANCELLED
    if session["status"] != "complete":
        raise ValueError("a session in no state that we know")
    if told == "canceled":
        lapsed = intent["cancellation_reason"] == "automatic"
        return MoneyStatus.EXPIRED if lapsed else MoneyStatus.CANCELLED
    return MoneyStatus.PENDING


def _failure(intent: Said) -> str:
    error = (intent.get("last_payment_error") or {}) if intent else {}
    return str(error.get("decline_code") or error.get("code") or error.get("type") or "")[:60]


def _fee(charge: Said, *, currency: str) -> Decimal | None:
    """What Stripe keeps. Where it settles in another currency, only its statement says what that is here."""
    booked = _object(charge["balance_transaction"], "balance_transaction") if charge else {}
    if not booked or _currency(booked) != currency:
        return None
    return from_units(booked["fee"], currency=currency)


def _refunds(charge: Said) -> list[Said]:
    told = charge["refunds"] if charge else None
    if told is None:
        return []
    if told["has_more"]:
        raise ValueError("more refunds than Stripe shows at once")
    rows: list[Said] = told["data"]
    return rows


def _object(said: Any, kind: str) -> Said:
    """An object that Stripe was asked to unfold, or empty where there is none."""
    if said is None:
        return {}
    if not isinstance(said, dict) or said["object"] != kind:
        raise ValueError(f"no {kind}")
    return said


def _currency(said: Said) -> str:
    return text(said["currency"]).upper()


def _moment(said: Any) -> datetime:
    if type(said) is not int:
        raise ValueError("not a moment")
    return datetime.fromtimestamp(said, tz=UTC)
