"""Payments of the demo data, made and given back by the sandbox without a server, in this process."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings

from key2key.common import background
from key2key.common.models import Work
from key2key.common.money import round_money
from payments import gateways, services
from payments.enums import Purpose
from payments.gateways.contract import Checkout, MoneyStatus, RefundStanding, RefundStatus, Standing
from payments.models import Payment, RefundSending, SandboxCheckout, SandboxWebhook
from payments.sandbox_words import Asked as SandboxOrder
from payments.sandbox_words import AskedBack
from payments.services import sandbox
from payments.targets import Target

GATEWAY = "sandbox"


def pay_deposit(*, target: Target, by: Any, amount: Decimal | None = None) -> Payment:
    """Pay a deposit, whole or a leg of it, and book it: nothing is left to be done but hear the events.

    Not inside a transaction. The sandbox knows the payment afterwards: its buttons and refunds work.
    """
    return buy(purpose=Purpose.DEPOSIT, target=target, by=by, amount=amount)


def buy(*, purpose: str, target: Target, by: Any, **other: Any) -> Payment:
    """Pay for anything, as `pay_deposit` does; `other` is what the payer says beside the target."""
    asked = services.Asked(
        purpose=purpose, target=target, gateway=GATEWAY, return_url=f"{settings.BASE_URL}/", **other
    )
    payment = services.start_payment(by=by, asked=asked)
    page = _pressed(payment, button="pay")
    services.keep_checkout(
        payment_id=payment.pk,
        checkout=Checkout(
            gateway_reference=str(page.pk),
            checkout_url=f"{settings.BASE_URL}/sandbox/checkout/{page.token}",
            expires_at=page.expires_at,
        ),
    )
    return _settle(payment, page=page)


def send_refunds(*, target: Target) -> int:
    """Let the sandbox give back what is on its way of a deposit, and book it. Returns how many refunds."""
    orders = RefundSending.objects.filter(
        refund__payment__target_type=target.type, refund__payment__target_id=target.id
    ).exclude(work_state=Work.WorkState.DONE)
    waiting = list(orders.select_related("refund__payment"))
    for duty in waiting:
        payment = duty.refund.payment
        page = SandboxCheckout.objects.get(reference=payment.reference)
        asked_back = AskedBack(
            reference=duty.reference, amount=duty.refund.amount, currency=duty.refund.currency
        )
        sandbox.refund(checkout_id=page.pk, order=asked_back)
        _settle(payment, page=page)
    background.perform(RefundSending)  # they find that the sandbox has answered
    return len(waiting)


def _pressed(payment: Payment, *, button: str) -> SandboxCheckout:
    sandbox.open_checkout(
        order=SandboxOrder(
            reference=payment.reference,
            amount=payment.amount,
            currency=payment.currency,
            description=payment.description,
            payer_name=payment.payer.full_name,
            return_url=payment.return_url,
        )
    )
    page = SandboxCheckout.objects.get(reference=payment.reference)
    return sandbox.press(token=page.token, button=button)


def _settle(payment: Payment, *, page: SandboxCheckout) -> Payment:
    """Book how the payment stands at the sandbox; what it would notify us of is known then."""
    settled = services.settle_payment(payment_id=payment.pk, standing=_standing(page), source=GATEWAY)
    SandboxWebhook.objects.filter(checkout=page).update(work_state=Work.WorkState.DONE)
    return settled


def _standing(page: SandboxCheckout) -> Standing:
    gateway = gateways.gateway(GATEWAY)
    refunds = tuple(
        RefundStanding(
            status=RefundStatus(row.status), code=row.code, refund_reference=row.reference, amount=row.amount
        )
        for row in page.refunds.all()
    )
    return Standing(
        status=MoneyStatus.SUCCEEDED,
        amount=page.amount,
        charged=page.amount,
        currency=page.currency,
        reference=page.reference,
        gateway_reference=str(page.pk),
        merchant=gateway.merchant,
        mode=gateway.mode,
        fee=round_money(page.amount * sandbox.FEE),
        paid_at=page.paid_at,
        refunded=sum((one.amount for one in refunds if one.status == RefundStatus.SUCCEEDED), Decimal(0)),
        refunds=refunds,
    )
