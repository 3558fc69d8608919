"""A stand-in for the app above, which owns what is paid for: a deposit is asked of the hold's buyer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from key2key.common.errors import NotFound
from key2key.common.money import Money
from key2key.common.plugins import payable_targets
from payments.enums import Purpose
from payments.models import Hold
from payments.targets import PayableTarget, Quote, Wish

TARGET = "stand"


def quote(user: Any, target_id: UUID, _wish: Wish) -> Quote:
    """What the buyer of the hold is asked for."""
    hold = Hold.objects.filter(target_type=TARGET, target_id=target_id, buyer=user).first()
    if hold is None:
        raise NotFound
    return Quote(
        amount=Money(hold.amount, hold.currency),
        payee_id=hold.payee_id,
        hold_id=hold.pk,
        description="Deposit for a villa with a garden",
    )


def lock(target_id: UUID) -> None:
    """There is no row of its own."""


STAND = PayableTarget(purpose=Purpose.DEPOSIT, type=TARGET, quote=quote, lock=lock)


def stand_up() -> None:
    """Let the stand-in be known; safe to repeat."""
    payable_targets.register(STAND.name, STAND)
