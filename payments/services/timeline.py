"""What happened to a payment, as its timeline keeps it and as its payer hears it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from key2key.common import audit, clock
from notifications.services import notify
from payments import selectors
from payments.enums import EventKind
from payments.models import Payment, PaymentEvent


def note(
    payment: Payment, *, kind: str, source: str, amount: Decimal | None = None, by: Any = None, **data: Any
) -> None:
    """Write an event of a payment, and the audit entry.

    `source` is who told: a gateway by its name, the payer, the clock, the sweep, or the product itself.
    """
    PaymentEvent.objects.create(
        payment=payment,
        kind=kind,
        status=payment.status,
        amount=amount,
        source=source,
        data=data,
        created_at=clock.now(),
    )
    audit.record(actor=by, action=f"payment.{kind}", subject=payment, reason=str(data.get("reason", "")))


def was_accepted(payment: Payment, *, found: str) -> bool:
    """Whether finance has looked at this very finding and decided to live with it."""
    return PaymentEvent.objects.filter(payment=payment, kind=EventKind.REVIEWED, data__found=found).exists()


def tell_payer(payment: Payment, *, kind: str, amount: Decimal | None = None, reason: str = "") -> None:
    """News for whoever pays; `reason` is what a person wrote for them. Money that came has a receipt."""
    news = _words(payment, amount=payment.amount if amount is None else amount) | {"reason": reason}
    if kind == "payment_succeeded":
        news["link"] += "/receipt"
    notify(kind=kind, user=payment.payer, data=news)


def tell_payee(payee_id: UUID | None, *, payment: Payment, kind: str, amount: Decimal) -> None:
    """News for whoever is paid, or their people who may see money."""
    for person in selectors.people_of(payee_id):
        notify(kind=kind, user=person, data=_words(payment, amount=amount))


def _words(payment: Payment, *, amount: Decimal) -> dict[str, Any]:
    return {
        "amount": str(amount),
        "currency": payment.currency,
        "purpose": payment.purpose,
        "listing": payment.hold.listing.title if payment.hold else "",
        "link": f"/payments/{payment.pk}",
    }
