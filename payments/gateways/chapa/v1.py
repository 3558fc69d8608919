"""Chapa's first generation: amounts in birr, words in lower case, orders by our `tx_ref`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import structlog
from django.conf import settings

from key2key.common.errors import InvalidInput, NotFound
from payments.gateways.chapa import fitting, line
from payments.gateways.chapa.hints import hint_url
from payments.gateways.chapa.line import Said
from payments.gateways.contract import (
    Chargeback,
    Mode,
    MoneyStatus,
    Order,
    RefundOrder,
    RefundStanding,
    RefundStatus,
    Standing,
)

log = structlog.get_logger(__name__)

STATUSES = {
    "success": MoneyStatus.SUCCEEDED,
    "refunded": MoneyStatus.SUCCEEDED,
    "reversed": MoneyStatus.SUCCEEDED,
    "failed": MoneyStatus.FAILED,
    "cancelled": MoneyStatus.CANCELLED,
    "failed/cancelled": MoneyStatus.FAILED,
    "pending": MoneyStatus.PENDING,
}
REFUNDS = {
    "initiated": RefundStatus.PENDING,
    "processing": RefundStatus.PENDING,
    "pending": RefundStatus.PENDING,
    "refunded": RefundStatus.SUCCEEDED,
    "success": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "reversed": RefundStatus.FAILED,  # the money came back to us
}
_IS_KNOWN = re.compile(r"already|been used|reference.*(unique|taken|exist|duplicate)|duplicate.*reference")


def open_checkout(order: Order) -> str:
    """The address of a page that asks for the money."""
    said = line.call(
        "POST",
        "transaction/initialize",
        {
            "amount": str(order.amount),
            "currency": order.currency,
            "tx_ref": order.reference,
            "callback_url": hint_url(order.reference),
            "return_url": order.return_url,
            "customization": {"title": fitting.TITLE, "description": fitting.description(order)},
            "meta": {"merchant": settings.CHAPA_MERCHANT},
            **fitting.payer(order, phone_prefix="0"),
        },
    )
    return line.text(said.data().get("checkout_url"))


def look_up(reference: str) -> Standing:
    """How an order stands, by our `tx_ref`. Until somebody pays, Chapa tells neither amount nor currency."""
    said = line.call("GET", f"transaction/verify/{quote(reference, safe='')}")
    if said.status == line.NOT_FOUND:
        return _unpaid(said, reference=reference)
    return _standing(said.data())


def cancel(reference: str) -> None:
    """Close the page. A second time Chapa refuses, which says no more than that the page is closed."""
    said = line.call("PUT", f"transaction/cancel/{quote(reference, safe='')}")
    if said.is_refusal and look_up_or_none(reference) != MoneyStatus.CANCELLED:
        raise line.refusal(said)


def look_up_or_none(reference: str) -> MoneyStatus | None:
    """The status of an order, if Chapa knows it."""
    try:
        return look_up(reference).status
    except NotFound:
        return None


def refund(order: RefundOrder) -> RefundStanding:
    """Give money back once under our reference; asked again, say how that one stands.

    Chapa finds the payment by its own number. One that it has not told us is asked for first.
    """
    if order.known_as:
        return _refund_known(order.known_as, order=order)
    said = _ask_for_refund(order.transaction or _transaction(order), order=order)
    by_other_name = said.status == line.NOT_FOUND and settings.CHAPA_REFUND_BY_TX_REF
    if by_other_name:
        said = _ask_for_refund(order.gateway_reference, order=order)
    if said.is_refusal and _IS_KNOWN.search(said.message.lower()):
        return _refund_asked_before(order)
    return _refund_standing(said.data(), order=order)


def _ask_for_refund(payment: str, *, order: RefundOrder) -> Said:
    words = {
        "amount": str(order.amount),
        "reason": order.reason[:200] or "Refund",
        "reference": order.refund_reference,
    }
    return line.call("POST", f"refund/{quote(payment, safe='')}", words)


def _transaction(order: RefundOrder) -> str:
    try:
        standing = look_up(order.gateway_reference)
    except NotFound as unknown:
        raise InvalidInput("gateway_refused", vendor_code="not_paid") from unknown
    if standing.status != MoneyStatus.SUCCEEDED:
        raise InvalidInput("gateway_refused", vendor_code="not_paid")
    return standing.transaction


def _refund_known(known_as: str, *, order: RefundOrder) -> RefundStanding:
    said = line.call("GET", f"refund/{quote(known_as, safe='')}/verify")
    if said.status == line.NOT_FOUND:
        raise line.unreadable()
    return _refund_standing(said.data(), order=order)


def _refund_asked_before(order: RefundOrder) -> RefundStanding:
    """Chapa took it on when its answer was lost. It may find it by our name for it, or not at all.

    Not found says nothing of the money: it is on its way until Chapa or its statement says otherwise.
    """
    said = line.call("GET", f"refund/{quote(order.refund_reference, safe='')}/verify")
    if said.status == line.NOT_FOUND:
        return RefundStanding(status=RefundStatus.PENDING, refund_reference=order.refund_reference)
    return _refund_standing(said.data(), order=order)


def _refund_standing(data: dict[str, Any], *, order: RefundOrder) -> RefundStanding:
    word = str(data.get("status", "")).lower().removeprefix("refund ")
    amount, currency = line.amount(data["amount"]), line.text(data["currency"])
    if (amount, currency) != (order.amount, order.currency):
        log.error("refund_does_not_match", refund=order.refund_reference, told=f"{amount} {currency}")
        raise ValueError("a refund of another amount")
    status = REFUNDS[word]
    return RefundStanding(
        status=status,
        code=word if status == RefundStatus.FAILED else "",
        refund_reference=order.refund_reference,
        amount=amount,
        known_as=str(data.get("ref_id") or data.get("ref") or ""),
    )


def _unpaid(said: Said, *, reference: str) -> Standing:
    """404 is three answers: unknown, waiting, and closed. Anything else in it is none."""
    if said.tells("cancel"):
        return _bare(MoneyStatus.CANCELLED, reference=reference)
    if said.tells("not paid"):
        return _bare(MoneyStatus.PENDING, reference=reference)
    if said.tells("invalid transaction", "transaction not found"):
        raise NotFound
    raise line.unreadable()


def _bare(status: MoneyStatus, *, reference: str) -> Standing:
    return Standing(
        status=status,
        amount=Decimal(0),
        currency="",
        reference=reference,
        gateway_reference=reference,
        merchant=settings.CHAPA_MERCHANT,
        mode=line.mode(),
    )


def _standing(data: dict[str, Any]) -> Standing:
    """The outer "success" says only that the call worked: what counts is the word beside the amount."""
    word, amount = str(data["status"]).lower(), line.amount(data["amount"])
    status, reference = STATUSES[word], line.text(data["tx_ref"])
    is_paid = status == MoneyStatus.SUCCEEDED
    return Standing(
        status=status,
        amount=amount,
        currency=line.text(data["currency"]),
        reference=reference,
        gateway_reference=reference,
        merchant=_merchant(data.get("meta")),
        mode=Mode(data["mode"]),
        charged=amount if is_paid else Decimal(0),
        chargeback=Chargeback.OPEN if word == "reversed" else Chargeback.NONE,
        fee=_fee(data.get("charge")) if is_paid else None,
        failure_code=word if status == MoneyStatus.FAILED else "",
        paid_at=line.moment(data.get("updated_at")) if is_paid else None,
        transaction=line.text(data["reference"]) if is_paid else "",
    )


def _merchant(meta: Any) -> str:
    """Who opened the order, as we wrote beside it; Chapa itself names nobody but by the key."""
    told = meta.get("merchant") if isinstance(meta, dict) else None
    return str(told) if told else settings.CHAPA_MERCHANT


def _fee(said: Any) -> Decimal | None:
    """What Chapa keeps of the money, unless its dashboard lets the payer pay it on top."""
    return line.amount(said) if settings.CHAPA_FEE_IS_OURS and said is not None else None
