"""How a sum can be paid where no way to pay takes all of it at once. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from payments.limits import Limits

# How often each wallet is asked, in the order in which that is tried: twice meets no limit of a day yet; more
# than that only where nobody else takes the rest.
TURNS = (2, 1, 0, 3, 4, 5, 6)
SLIPS = 6  # nobody walks to the bank more often for one deposit
ZERO = Decimal(0)


@dataclass(frozen=True)
class Way:
    """A way to pay, and how much it takes at once."""

    gateway: str
    limits: Limits
    by_hand: bool = False


@dataclass(frozen=True)
class Leg:
    """One payment of several."""

    gateway: str
    amount: Decimal


def split(amount: Decimal, *, ways: Iterable[Way]) -> list[Leg]:
    """Payments that sum to `amount`, each within its limits; empty when these ways cannot pay it.

    One payment that is made at once is best. Else the wallets take what they can, twice each where that is
    enough, and what is left is brought to the bank. No payment leaves a rest that nobody would take.
    """
    every = list(ways)
    quick = [way for way in every if not way.by_hand]
    slow = [way for way in every if way.by_hand]
    whole = next((way for way in quick if way.limits.allow(amount)), None)
    if whole is not None:
        return [Leg(whole.gateway, amount)]
    for count in TURNS:
        turns = [way for way in quick for _ in range(count)]
        turns += [way for way in slow for _ in range(_times(amount, way))]
        if plan := _fill(amount, turns=turns):
            return plan
    return []


def _fill(amount: Decimal, *, turns: list[Way]) -> list[Leg]:
    """Each takes as much as it can, in their order; empty when something is left over."""
    legs: list[Leg] = []
    left = amount
    for place, way in enumerate(turns):
        part = _part(left, way, after=turns[place + 1 :])
        if part:
            legs.append(Leg(way.gateway, part))
            left -= part
    return legs if not left else []


def _part(left: Decimal, way: Way, *, after: list[Way]) -> Decimal:
    """As much as the way takes, so that what is left then is nothing, or enough for whoever comes next."""
    part = min(left, way.limits.most)
    needed = max([way.limits.least, *(next_one.limits.least for next_one in after[:1])])
    if ZERO < left - part < needed:
        part = left - needed
    return part if way.limits.allow(part) else ZERO


def _times(amount: Decimal, way: Way) -> int:
    return min(ceil(amount / way.limits.most), SLIPS)
