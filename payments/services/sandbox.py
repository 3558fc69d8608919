"""The rules of the sandbox, the payment company of desks and tests.

It knows nothing of us: it keeps its own books, talks to us by HTTP alone, and its deeds are not audited,
for no money of ours moves until we have asked it and booked it ourselves.
"""

from __future__ import annotations

import time
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.crypto import constant_time_compare

from key2key.common import background, clock
from key2key.common.errors import NotFound, Unavailable
from key2key.common.money import round_money
from payments import gateways
from payments.gateways.sandbox import SIGNATURE_HEADER, signature_of
from payments.models.sandbox import SandboxCharge, SandboxCheckout, SandboxRefund, SandboxWebhook
from payments.sandbox_page import Page, page
from payments.sandbox_words import Asked, AskedBack, Refusal, checkout_words, notification, refund_words

WINDOW = timedelta(minutes=30)
FEE = Decimal("0.025")
WEBHOOK_PATH = "/api/v1/payments/webhooks/sandbox"
Status, Chargeback, Kind = SandboxCheckout.Status, SandboxCheckout.Chargeback, SandboxWebhook.Kind
REFUNDABLE = frozenset({Chargeback.NONE, Chargeback.WON})


def is_merchant(authorization: str) -> bool:
    """Whether the header of a call carries the merchant's key."""
    return constant_time_compare(authorization, f"Bearer {settings.SANDBOX_API_KEY}")


@transaction.atomic
def open_checkout(*, order: Asked) -> dict[str, Any]:
    """A page on which the order is paid. The same reference again is the same page.

    Raises Refusal when the reference stands for another order.
    """
    checkout, is_new = SandboxCheckout.objects.get_or_create(
        reference=order.reference,
        defaults={
            "amount": order.amount,
            "currency": order.currency,
            "description": order.description,
            "payer_name": order.payer_name,
            "return_url": order.return_url,
            "expires_at": clock.now() + WINDOW,
        },
    )
    if not is_new and (checkout.amount, checkout.currency) != (order.amount, order.currency):
        raise Refusal("reference_used")
    return checkout_words(checkout)


def checkout_told(*, checkout_id: UUID | None = None, reference: str = "") -> dict[str, Any]:
    """How a checkout stands. Raises NotFound."""
    which: dict[str, Any] = {"pk": checkout_id} if checkout_id else {"reference": reference}
    found = SandboxCheckout.objects.filter(**which).first()
    if found is None:
        raise NotFound
    return checkout_words(found)


def checkout_page(*, token: str) -> Page:
    """What its page shows. Raises NotFound."""
    found = SandboxCheckout.objects.filter(token=token).first()
    if found is None:
        raise NotFound
    return page(found, buttons=buttons_of(found))


@transaction.atomic
def refund(*, checkout_id: UUID, order: AskedBack) -> dict[str, Any]:
    """Give money back, once per reference. Raises Refusal when there is not so much of it, NotFound."""
    checkout = _lock(pk=checkout_id)
    before = checkout.refunds.filter(reference=order.reference).first()
    if before is not None:
        return refund_words(before)
    _require("currency_differs", fits=order.currency == checkout.currency)
    _require("charged_back", fits=checkout.chargeback in REFUNDABLE)
    _require("more_than_was_paid", fits=order.amount <= _left(checkout))
    refuses = checkout.refuses_next_refund
    if refuses:
        checkout.refuses_next_refund = False
        checkout.save(update_fields=["refuses_next_refund", "updated_at"])
    made = SandboxRefund.objects.create(
        checkout=checkout,
        reference=order.reference,
        amount=order.amount,
        status=SandboxRefund.Status.FAILED if refuses else SandboxRefund.Status.SUCCEEDED,
        code="refused_by_button" if refuses else "",
    )
    _tell(checkout, Kind.REFUND_FAILED if refuses else Kind.REFUND_SUCCEEDED)
    return refund_words(made)


@transaction.atomic
def cancel(*, checkout_id: UUID) -> dict[str, Any]:
    """Close a page by the merchant's wish; repeating it changes nothing. Raises Refusal when it is paid."""
    checkout = _lock(pk=checkout_id)
    _require("paid_already", fits=checkout.status != Status.PAID)
    if checkout.status != Status.CANCELLED:
        _end(checkout, Status.CANCELLED, Kind.CANCELLED)
    return checkout_words(checkout)


@transaction.atomic
def press(*, token: str, button: str) -> SandboxCheckout:
    """Do what a button of the page says. Raises Refusal when it does not fit any more, NotFound."""
    if button not in _BUTTONS:
        raise NotFound
    checkout = _lock(token=token)
    _require("does_not_fit", fits=button in buttons_of(checkout))
    _BUTTONS[button](checkout)
    return checkout


def buttons_of(checkout: SandboxCheckout) -> list[str]:
    """What may be pressed now, in the order of the page."""
    if checkout.status == Status.PAID:
        flag = "give_refunds" if checkout.refuses_next_refund else "refuse_refund"
        refunds = [flag] if checkout.chargeback in REFUNDABLE else []
        return [*_CHARGEBACK_BUTTONS[Chargeback(checkout.chargeback)], *refunds]
    if checkout.status == Status.OPEN and not checkout.is_closed:
        return ["pay", "fail", "cancel", "pay_twice", "close"]
    return ["pay_late"]


def deliver_due() -> None:
    """Tell what has not been told yet."""
    background.perform(SandboxWebhook)


def deliver(webhook: SandboxWebhook) -> None:
    """Tell the merchant over HTTP, signed. Raises until it answers with 2xx; then tried again."""
    body = notification(webhook)
    # Signed anew each time: the signature binds the second of this attempt (Unix time).
    headers = {
        "Content-Type": "application/json",
        SIGNATURE_HEADER: signature_of(body, at=int(time.time())),
    }
    answer = gateways.ask("POST", settings.SANDBOX_URL + WEBHOOK_PATH, headers=headers, body=body)
    if answer.is_refusal:
        raise Unavailable("gateway_unavailable")


def _pay(checkout: SandboxCheckout) -> None:
    _charge(checkout)
    checkout.status, checkout.paid_at = Status.PAID, clock.now()
    checkout.save(update_fields=["status", "paid_at", "updated_at"])
    _tell(checkout, Kind.PAID)


def _pay_again(checkout: SandboxCheckout) -> None:
    _charge(checkout)
    _tell(checkout, Kind.PAID_AGAIN)


def _pay_twice(checkout: SandboxCheckout) -> None:
    _pay(checkout)
    _pay_again(checkout)


def _fail(checkout: SandboxCheckout) -> None:
    _end(checkout, Status.FAILED, Kind.FAILED)


def _cancel(checkout: SandboxCheckout) -> None:
    _end(checkout, Status.CANCELLED, Kind.CANCELLED)


def _close(checkout: SandboxCheckout) -> None:
    """As if the window had run out. Nobody is told, as with real companies: the merchant asks."""
    checkout.expires_at = clock.now()
    checkout.save(update_fields=["expires_at", "updated_at"])


def _charge_back(checkout: SandboxCheckout) -> None:
    _move_chargeback(checkout, Chargeback.OPEN, Kind.CHARGEBACK_OPENED)


def _win(checkout: SandboxCheckout) -> None:
    _move_chargeback(checkout, Chargeback.WON, Kind.CHARGEBACK_WON)


def _lose(checkout: SandboxCheckout) -> None:
    _move_chargeback(checkout, Chargeback.LOST, Kind.CHARGEBACK_LOST)


def _refuse_refund(checkout: SandboxCheckout) -> None:
    _set_refusing(checkout, refuses=True)


def _give_refunds(checkout: SandboxCheckout) -> None:
    _set_refusing(checkout, refuses=False)


_BUTTONS = {
    "pay": _pay,
    "pay_late": _pay,
    "pay_twice": _pay_twice,
    "pay_again": _pay_again,
    "fail": _fail,
    "cancel": _cancel,
    "close": _close,
    "charge_back": _charge_back,
    "win_chargeback": _win,
    "lose_chargeback": _lose,
    "refuse_refund": _refuse_refund,
    "give_refunds": _give_refunds,
}
_CHARGEBACK_BUTTONS = {
    Chargeback.NONE: ["pay_again", "charge_back"],
    Chargeback.OPEN: ["win_chargeback", "lose_chargeback"],
    Chargeback.WON: [],
    Chargeback.LOST: [],
}


def _lock(**which: Any) -> SandboxCheckout:
    found = SandboxCheckout.objects.select_for_update().filter(**which).first()
    if found is None:
        raise NotFound
    return found


def _require(code: str, *, fits: bool) -> None:
    if not fits:
        raise Refusal(code)


def _charge(checkout: SandboxCheckout) -> None:
    fee = round_money(checkout.amount * FEE)
    SandboxCharge.objects.create(checkout=checkout, amount=checkout.amount, fee=fee)


def _left(checkout: SandboxCheckout) -> Decimal:
    """What was paid and has not gone back."""
    given = checkout.refunds.filter(status=SandboxRefund.Status.SUCCEEDED)
    paid, back = (rows.aggregate(sum=Sum("amount"))["sum"] for rows in (checkout.charges, given))
    return (paid or Decimal(0)) - (back or Decimal(0))


def _end(checkout: SandboxCheckout, status: SandboxCheckout.Status, kind: SandboxWebhook.Kind) -> None:
    checkout.status = status
    checkout.save(update_fields=["status", "updated_at"])
    _tell(checkout, kind)


def _move_chargeback(
    checkout: SandboxCheckout, to: SandboxCheckout.Chargeback, kind: SandboxWebhook.Kind
) -> None:
    checkout.chargeback = to
    checkout.save(update_fields=["chargeback", "updated_at"])
    _tell(checkout, kind)


def _set_refusing(checkout: SandboxCheckout, *, refuses: bool) -> None:
    checkout.refuses_next_refund = refuses
    checkout.save(update_fields=["refuses_next_refund", "updated_at"])


def _tell(checkout: SandboxCheckout, kind: SandboxWebhook.Kind) -> None:
    """Write the duty to notify the merchant; the worker does it after this transaction."""
    SandboxWebhook.objects.create(checkout=checkout, kind=kind)
    background.wake("payments.tasks.deliver_sandbox_webhooks")
