"""What can be paid for: apps above say so here, and payments stay ignorant of deals.

Registered as `plugins.payable_targets.register("deal", PayableTarget(...))`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from key2key.common.money import Money


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
class PayableTarget:
    """How payments ask the owner of a target.

    `quote(user, id)` raises NotFound, NotAllowed or Conflict when this person cannot pay for it now.
    `lock(id)` locks its row; it is called first, inside the transaction that makes the payment.
    """

    purpose: str
    quote: Callable[[Any, UUID], Quote]
    lock: Callable[[UUID], None]
