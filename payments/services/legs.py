"""How the money of a deposit moves: back along its legs, or to the accounts of those who earned it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from payments import ledger, selectors
from payments.enums import Cause, RefundSource
from payments.models import Hold
from payments.services.ledger import book
from payments.services.refunds import order_refund
from payments.services.timeline import tell_payee

ZERO = Decimal(0)


@dataclass(frozen=True)
class Shares:
    """What is released: of `whole` we keep the fee, an agent gets the commission, the payee the rest."""

    whole: Decimal
    platform_fee: Decimal = ZERO
    commission: Decimal = ZERO
    commission_payee: UUID | None = None


def send_along_legs(hold: Hold, *, amount: Decimal, reason: str, by: Any = None) -> Decimal:
    """Order refunds along the legs of a locked hold, the last leg first. Returns how much goes back.

    A leg that the payer's bank disputes, or has taken, is passed over.
    """
    left = amount
    for leg in selectors.legs_of(hold).reverse():
        part = min(left, selectors.refundable(leg))
        if part > 0:
            leg.hold = hold
            order_refund(leg, source=RefundSource.HOLD, amount=part, reason=reason, by=by)
            left -= part
    return amount - left


def credit_payee(hold: Hold, *, shares: Shares) -> None:
    """Book that a locked hold is released, once, and tell the payee."""
    parties = ledger.Parties(hold=hold.pk, payable=hold.payee_id, other_payable=shares.commission_payee)
    is_own = shares.commission_payee in {None, hold.payee_id}
    amounts = {
        Cause.RELEASED: shares.whole,
        Cause.PLATFORM_FEE: shares.platform_fee,
        Cause.COMMISSION: ZERO if is_own else shares.commission,
    }
    book(
        *(
            ledger.posting(cause, key=f"hold:{hold.pk}:{cause}", amount=amount, parties=parties)
            for cause, amount in amounts.items()
            if amount
        ),
        currency=hold.currency,
        hold_id=hold.pk,
    )
    last = selectors.legs_of(hold).last()
    if last is not None and shares.whole:
        net = shares.whole - shares.platform_fee - amounts[Cause.COMMISSION]
        tell_payee(hold.payee_id, payment=last, kind="deposit_released", amount=net)
