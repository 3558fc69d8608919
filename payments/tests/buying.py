"""Buying what we sell, without a gateway: the payment is made by the rules, its answer is booked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from key2key.common.events import deliver_waiting
from payments import selectors, services
from payments.enums import Purpose, RefundSource
from payments.gateways.contract import RefundStanding
from payments.gateways.contract import RefundStatus as Told
from payments.models import Payment, Plan, PlanPrice
from payments.services import Asked
from payments.services.refunds import order_refund
from payments.targets import Target
from payments.tests.paying import hear

TYPES = {Purpose.BOOST: "listing", Purpose.LISTING_FEE: "listing", Purpose.SUBSCRIPTION: "plan"}


def plan(code: str = "plus", *, places: int = 20, amount: str = "900.00", days: int = 30) -> Plan:
    """A plan on sale."""
    made, is_new = Plan.objects.get_or_create(
        code=code,
        defaults={
            "name_en": code.title(),
            "name_am": code.title(),
            "live_quota": places,
            "photo_quota": 40,
            "period_days": days,
        },
    )
    if is_new:
        PlanPrice.objects.create(plan=made, currency="ETB", amount=Decimal(amount))
    return made


def start(purpose: str, target_id: UUID, *, by: Any, **wish: Any) -> Payment:
    """A payment that waits for its payer."""
    asked = Asked(
        purpose=purpose,
        target=Target(TYPES[Purpose(purpose)], target_id),
        gateway="sandbox",
        return_url="https://app.example/back",
        **wish,
    )
    return services.start_payment(by=by, asked=asked)


def buy(purpose: str, target_id: UUID, *, by: Any, **wish: Any) -> Payment:
    """The same, paid."""
    return hear(start(purpose, target_id, by=by, **wish))


def boost(listing: Any, *, by: Any = None, days: int = 7) -> Payment:
    """A boost of a listing, paid."""
    return buy(Purpose.BOOST, listing.pk, by=by or listing.owner, days=days)


def subscribe(by: Any, to: Plan, **wish: Any) -> Payment:
    """A plan, paid."""
    return buy(Purpose.SUBSCRIPTION, to.pk, by=by, **wish)


def listen() -> None:
    """Let everybody hear what happened."""
    while deliver_waiting():
        pass


def give_back(payment: Payment, *, amount: Decimal | None = None) -> Payment:
    """Money of a service goes back to its payer, all of it when no amount is said, and arrives there."""
    with transaction.atomic():
        refund = order_refund(
            selectors.lock_payment(payment.pk),
            source=RefundSource.REVENUE,
            amount=payment.amount if amount is None else amount,
            reason="By mistake",
        )
    refund.refresh_from_db()
    answer = RefundStanding(
        status=Told.SUCCEEDED, refund_reference=f"{refund.reference}-{refund.tries}", amount=refund.amount
    )
    hear(payment, refunded=refund.amount, refunds=(answer,))
    listen()
    return payment
