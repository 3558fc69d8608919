"""Paying: a row, then a checkout at the gateway, then its address; each step committed (decision 27)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from constance import config
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.errors import Conflict, Fault, InvalidInput, NotAllowed
from key2key.common.money import Money
from payments import gateways, ledger, limits, selectors
from payments.enums import EventKind, HoldState, PaymentStatus
from payments.gateways.contract import Checkout, Gateway, Order
from payments.models import Hold, Payment
from payments.references import new_reference
from payments.services import calling
from payments.services.attempts import begin_attempt
from payments.services.closing import close_payment
from payments.services.entitlements import note_order
from payments.services.ledger import open_accounts
from payments.services.timeline import note
from payments.targets import Quote, Target, Wish, payable

WINDOW = timedelta(minutes=30)  # until the gateway has said how long its checkout stays open


@dataclass(frozen=True)
class Asked:
    """What a payer asks for. No amount means all that is still open; `key` names the request."""

    purpose: str
    target: Target
    gateway: str
    return_url: str
    amount: Decimal | None = None
    currency: str = ""
    key: str = ""
    days: int | None = None
    organisation: UUID | None = None

    @property
    def wish(self) -> Wish:
        """What the payer chooses beside the target."""
        return Wish(days=self.days, organisation=self.organisation, currency=self.currency)


def pay(*, by: Any, asked: Asked) -> Payment:
    """Make a payment and open its checkout. Asked again with the same key, it goes on where it stopped.

    Must not run inside a transaction: the gateway is called between two. Raises NotAllowed
    ("not_verified"), InvalidInput ("purpose_not_available" and faults), NotFound, Conflict
    ("nothing_to_pay", "hold_not_open"), Unavailable ("gateway_unavailable"): then the payment waits, and
    the same key tries the gateway again.
    """
    payment = start_payment(by=by, asked=asked)
    return open_checkout(payment=payment)


@transaction.atomic(durable=True)
def start_payment(*, by: Any, asked: Asked) -> Payment:
    """Write the payment down, pending. Locks the target, its hold. Raises as `pay` does."""
    before = selectors.payment_of_request(by, key=asked.key)
    if before is not None:
        return before
    if not by.has_verified_contact:
        raise NotAllowed("not_verified", _("Verify your e-mail address or phone before you pay."))
    quote = _quote(by, asked=asked)
    hold = selectors.lock_hold(quote.hold_id) if quote.hold_id else None
    left = left_to_pay(quote, hold=hold)
    amount = _amount(asked, left=left, currency=quote.amount.currency, in_parts=hold is not None)
    gateway = _gateway(asked.gateway, amount=amount)
    _require_payable_rest(left - amount.amount, gateway=gateway, currency=amount.currency)
    payment = Payment.objects.create(
        payer=by,
        payee_id=quote.payee_id,
        purpose=asked.purpose,
        target_type=asked.target.type,
        target_id=asked.target.id,
        hold=hold,
        gateway=gateway.name,
        mode=gateway.mode,
        amount=amount.amount,
        currency=amount.currency,
        description=quote.description[:200],
        reference=new_reference("K2K"),
        return_url=asked.return_url,
        request_key=asked.key,
        created_at=clock.now(),
        expires_at=clock.now() + _window(gateway),
    )
    note_order(payment, wish=asked.wish)
    note(payment, kind=EventKind.CREATED, source="payer", amount=payment.amount, by=by)
    parties = ledger.Parties(
        gateway=gateway.name, hold=payment.hold_id, payable=by.pk, other_payable=quote.payee_id
    )
    open_accounts(parties, currency=payment.currency)
    return payment


def open_checkout(*, payment: Payment) -> Payment:
    """Ask the gateway for its page, unless that is done; what it refuses has failed.

    Raises Unavailable, InvalidInput ("gateway_refused"), Conflict ("busy").
    """
    if payment.checkout_url or payment.status != PaymentStatus.PENDING:
        return payment
    payment = begin_attempt(payment)
    if payment.checkout_url or payment.status != PaymentStatus.PENDING:
        return payment
    try:
        checkout = calling.open_checkout(payment, order=_order(payment))
    except InvalidInput as refusal:
        _refused(payment.pk, code=str(refusal.extra.get("vendor_code", "")))
        raise
    return keep_checkout(payment_id=payment.pk, checkout=checkout)


@transaction.atomic(durable=True)
def keep_checkout(*, payment_id: UUID, checkout: Checkout) -> Payment:
    """Write down where the payer pays, and until when. Locks the hold, the payment."""
    payment = selectors.lock_payment(payment_id)
    payment.gateway_reference = checkout.gateway_reference
    payment.checkout_url = checkout.checkout_url
    payment.expires_at = checkout.expires_at
    payment.save(update_fields=["gateway_reference", "checkout_url", "expires_at", "updated_at"])
    note(payment, kind=EventKind.CHECKOUT_OPENED, source=payment.gateway)
    return payment


@transaction.atomic
def cancel_payment(*, payment_id: UUID, by: Any) -> Payment:
    """The payer thinks better of it; the gateway is told soon.

    Raises NotFound, Conflict ("payment_not_open").
    """
    payment = selectors.lock_own_payment(by, payment_id=payment_id)
    if payment.status != PaymentStatus.PENDING:
        raise Conflict(
            "payment_not_open", _("This payment does not wait any more."), status_now=payment.status
        )
    close_payment(payment, status=PaymentStatus.CANCELLED, source="payer", by=by)
    return selectors.seen_payment(by, payment_id=payment_id)


@transaction.atomic(durable=True)
def _refused(payment_id: UUID, *, code: str) -> None:
    payment = selectors.lock_payment(payment_id)
    if payment.status == PaymentStatus.PENDING:
        payment.request_key = ""  # the refusal frees the key: the next request with it is a new one
        payment.save(update_fields=["request_key"])
        close_payment(payment, status=PaymentStatus.FAILED, source=payment.gateway, code=code)


def _quote(by: Any, *, asked: Asked) -> Quote:
    """What the owner of the target asks for, its row locked."""
    target = payable(asked.purpose, asked.target.type)
    target.lock(asked.target.id)
    return target.quote(by, asked.target.id, asked.wish)


def left_to_pay(quote: Quote, *, hold: Hold | None) -> Decimal:
    """What neither lies there nor is under way: two payments never ask for the same money.

    Raises Conflict ("hold_not_open", "nothing_to_pay").
    """
    if hold is None:
        return quote.amount.amount
    if hold.state != HoldState.PENDING:
        raise Conflict("hold_not_open", _("The deposit has moved on."), state_now=hold.state)
    under_way = sum((leg.amount for leg in selectors.open_legs(hold)), Decimal(0))
    left = hold.amount - selectors.paid_into(hold) - under_way
    if left <= 0:
        raise Conflict("nothing_to_pay", _("All of it is paid, or being paid at this moment."))
    return left


def _amount(asked: Asked, *, left: Decimal, currency: str, in_parts: bool) -> Money:
    if asked.currency and asked.currency != currency:
        raise InvalidInput(faults=[Fault("/currency", "other_currency", _("This is paid in %s.") % currency)])
    amount = left if asked.amount is None else asked.amount
    if not 0 < amount <= left:
        raise InvalidInput(
            faults=[Fault("/amount", "amount_out_of_bounds", _("There are %s left to pay.") % left)]
        )
    if not in_parts and amount != left:
        raise InvalidInput(faults=[Fault("/amount", "amount_out_of_bounds", _("Pay it in full: %s.") % left)])
    return Money(amount, currency)


def _gateway(name: str, *, amount: Money) -> Gateway:
    found = next((one for one in gateways.enabled() if one.name == name), None)
    if found is None:
        raise InvalidInput(faults=[Fault("/gateway", "unknown_gateway", _("There is no such way to pay."))])
    if amount.currency not in found.currencies:
        raise InvalidInput(
            faults=[Fault("/gateway", "other_currency", _("This gateway does not take the currency."))]
        )
    taken = limits.limits_of(found, currency=amount.currency)
    if not taken.allow(amount.amount):
        bounds = {"least": taken.least, "most": taken.most}
        raise InvalidInput(
            **{name: str(bound) for name, bound in bounds.items()},
            faults=[
                Fault(
                    "/amount",
                    "amount_out_of_bounds",
                    _("This gateway takes from %(least)s to %(most)s at once.") % bounds,
                )
            ],
        )
    return found


def _require_payable_rest(rest: Decimal, *, gateway: Gateway, currency: str) -> None:
    """A part may not leave so little that nobody takes it: the deposit could never be complete."""
    least = limits.limits_of(gateway, currency=currency).least
    if 0 < rest < least:
        sentence = _("Pay all of it, or leave at least %s for the next time.") % least
        raise InvalidInput(faults=[Fault("/amount", "amount_out_of_bounds", sentence)])


def _window(gateway: Gateway) -> timedelta:
    """How long the payer has, as far as we know yet: a walk to the bank takes days, not minutes."""
    return timedelta(days=int(config.BANK_TRANSFER_DAYS)) if gateway.by_hand else WINDOW


def _order(payment: Payment) -> Order:
    payer = payment.payer
    return Order(
        reference=payment.order_reference,
        amount=payment.amount,
        currency=payment.currency,
        description=payment.description,
        return_url=payment.return_url,
        webhook_url=f"{settings.BASE_URL}/api/v1/payments/webhooks/{payment.gateway}",
        payer_name=payer.full_name,
        payer_email=payer.email or "",
        payer_phone=str(payer.phone or ""),
        language=payer.language,
        pay_until=payment.expires_at,
    )
