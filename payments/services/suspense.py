"""Money that matches nothing: how it comes into suspense, and how it leaves. What decides is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from key2key.common import audit, clock
from payments import ledger
from payments.enums import Cause, SuspenseState
from payments.models import Payment, SuspenseItem, Transfer
from payments.services.ledger import book


@dataclass(frozen=True)
class Stray:
    """Money that came to a gateway and is not what a payment asked for; `key` names it for ever.

    `payment` is the one that it came beside, if there is one.
    """

    key: str
    gateway: str
    amount: Decimal
    currency: str
    gateway_reference: str = ""
    payment: Payment | None = None


@dataclass(frozen=True)
class WayOut:
    """Where money in suspense goes: the cause, the accounts, and whom or what it belongs to."""

    cause: str
    parties: ledger.Parties
    state: str = SuspenseState.MATCHED
    payment: Payment | None = None
    owed_to: UUID | None = None
    hold_id: UUID | None = None


def keep_stray(stray: Stray) -> SuspenseItem | None:
    """Book money that matches nothing, in the caller's transaction. None when it lies there already."""
    key = stray.key[:120]
    if Transfer.objects.filter(key=key).exists():
        return None
    one = ledger.posting(
        Cause.UNKNOWN_PAID,
        key=key,
        amount=stray.amount,
        parties=ledger.Parties(gateway=stray.gateway),
    )
    payment_id = stray.payment.pk if stray.payment else None
    [transfer] = book(one, currency=stray.currency, payment_id=payment_id)
    item = SuspenseItem.objects.create(
        transfer=transfer,
        gateway=stray.gateway,
        gateway_reference=stray.gateway_reference[:100],
        amount=stray.amount,
        currency=stray.currency,
        payment=stray.payment,
        created_at=clock.now(),
    )
    audit.record(actor=None, action="suspense.came", subject=item)
    return item


def odd_key(payment: Payment) -> str:
    """The name of money that came for a payment, but not as it was asked for."""
    return f"payment:{payment.pk}:odd"


def lies_in_suspense(payment: Payment) -> bool:
    """Whether finance put what came for a payment into suspense: it never counts for it by itself then."""
    return Transfer.objects.filter(key=odd_key(payment)).exists()


def move_out(item: SuspenseItem, *, way: WayOut, by: Any, reason: str) -> Transfer:
    """Book that a locked item leaves suspense for where it belongs: once for each item."""
    one = ledger.posting(
        way.cause, key=f"suspense:{item.pk}:matched", amount=item.amount, parties=way.parties
    )
    payment_id = way.payment.pk if way.payment else None
    [transfer] = book(one, currency=item.currency, payment_id=payment_id, hold_id=way.hold_id)
    decide(
        item,
        state=way.state,
        by=by,
        reason=reason,
        payment=way.payment or item.payment,
        owed_to=way.owed_to,
    )
    return transfer


def decide(item: SuspenseItem, *, state: str, by: Any, reason: str, **values: Any) -> None:
    """Write down what became of a locked item, audited. `by` is None when the product decides."""
    decided = {**values, "state": state, "reason": reason, "decided_by": by, "decided_at": clock.now()}
    for name, value in decided.items():
        setattr(item, name, value)
    item.save(update_fields=[*decided, "updated_at"])
    audit.record(actor=by, action=f"suspense.{state}", subject=item, reason=reason)
