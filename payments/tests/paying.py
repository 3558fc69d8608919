"""Paying without a gateway: what it would have answered is booked as if it had been asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from payments import gateways, services
from payments.gateways.contract import Chargeback, MoneyStatus, Standing
from payments.models import Hold, Payment
from payments.tests.factories import PaymentFactory


def standing_of(payment: Payment, **changes: Any) -> Standing:
    """What the gateway says of a payment that went well; `changes` let it say something else."""
    gateway = gateways.gateway(payment.gateway)
    said: dict[str, Any] = {
        "status": MoneyStatus.SUCCEEDED,
        "amount": payment.amount,
        "charged": payment.amount,
        "currency": payment.currency,
        "reference": payment.reference,
        "gateway_reference": payment.gateway_reference,
        "merchant": gateway.merchant,
        "mode": gateway.mode,
    }
    return Standing(**{**said, **changes})


def hear(payment: Payment, **changes: Any) -> Payment:
    """Let the gateway say it, and book what it said. Returns the payment as it is then."""
    services.settle_payment(
        payment_id=payment.pk, standing=standing_of(payment, **changes), source=payment.gateway
    )
    payment.refresh_from_db()
    if payment.hold is not None:
        payment.hold.refresh_from_db()
    return payment


def pay(hold: Hold, *, amount: Decimal | None = None) -> Payment:
    """One leg of a deposit, paid."""
    payment = PaymentFactory(hold=hold, amount=hold.amount if amount is None else amount)
    return hear(payment)


def pay_in_full(hold: Hold) -> Hold:
    """The whole deposit, paid in one leg: the hold, held."""
    pay(hold)
    hold.refresh_from_db()
    return hold


def charge_back(payment: Payment, *, outcome: Chargeback = Chargeback.OPEN) -> Payment:
    """The payer's bank takes the money of a payment back, for now, or decides so."""
    return hear(payment, chargeback=outcome)
