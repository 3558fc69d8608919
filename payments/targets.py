"""What can be paid for: apps above say so here, and payments stay ignorant of deals.

Registered by its name: `plugins.payable_targets.register(target.name, target)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from key2key.common.errors import InvalidInput
from key2key.common.money import Money
from key2key.common.plugins import payable_targets


@dataclass(frozen=True)
class Target:
    """Whose money it is: the kind of thing and its id; no relation (decision 4)."""

    type: str
    id: UUID


@dataclass(frozen=True)
class Quote:
    """What is asked for, to whom it goes, under which hold, and in which words."""

    amount: Money
    payee_id: UUID | None
    hold_id: UUID | None
    description: str


@dataclass(frozen=True)
class Wish:
    """What a payer chooses beside the target, where there is a choice. Whoever is not asked ignores it.

    `days` of a boost; the `organisation` that a plan is for, else it is for the payer; the currency.
    """

    days: int | None = None
    organisation: UUID | None = None
    currency: str = ""


@dataclass(frozen=True)
class PayableTarget:
    """How payments ask the owner of a target; one kind of thing may be paid for with several purposes.

    `quote(user, id, wish)` raises NotFound, NotAllowed, Conflict or InvalidInput when this person cannot pay
    for it now. `lock(id)` locks its row; it is called first, inside the transaction that makes the payment.
    """

    purpose: str
    type: str
    quote: Callable[[Any, UUID, Wish], Quote]
    lock: Callable[[UUID], None]

    @property
    def name(self) -> str:
        """Under which it is registered."""
        return _name(self.purpose, self.type)


def payable(purpose: str, target_type: str) -> PayableTarget:
    """What answers for such a target. Raises InvalidInput ("purpose_not_available")."""
    name = _name(purpose, target_type)
    if name not in payable_targets:
        raise InvalidInput("purpose_not_available", _("This cannot be paid for here."))
    found: PayableTarget = payable_targets[name]
    return found


def _name(purpose: str, target_type: str) -> str:
    return f"{purpose} {target_type}"
