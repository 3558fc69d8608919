"""What is left to pay, and in which payments it could be paid. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from payments import gateways, limits, selectors
from payments.enums import Purpose
from payments.services.paying import left_to_pay
from payments.splitting import Leg, Way, split
from payments.targets import Target, Wish, payable


@dataclass(frozen=True)
class Suggestion:
    """What is left to pay; `at_once` are the ways that take all of it in one payment."""

    left: Decimal
    currency: str
    at_once: list[str]
    suggested_legs: list[Leg]


def suggest_payments(*, by: Any, target: Target, purpose: str = Purpose.DEPOSIT) -> Suggestion:
    """How this person could pay what is left of a target.

    Only the deposit of a deal is paid in parts: anything else is suggested whole or not at all. Raises
    NotFound, NotAllowed, Conflict as `pay` does, InvalidInput ("purpose_not_available").
    """
    quote = payable(purpose, target.type).quote(by, target.id, Wish())
    left = left_to_pay(quote, hold=selectors.hold(quote.hold_id) if quote.hold_id else None)
    ways = _ways(quote.amount.currency)
    at_once = [way.gateway for way in ways if way.limits.allow(left)]
    legs = split(left, ways=ways)
    is_in_parts = quote.hold_id is not None
    return Suggestion(
        left=left,
        currency=quote.amount.currency,
        at_once=at_once,
        suggested_legs=legs if is_in_parts or len(legs) == 1 else [Leg(name, left) for name in at_once[:1]],
    )


def _ways(currency: str) -> list[Way]:
    return [
        Way(one.name, limits.limits_of(one, currency=currency), by_hand=one.by_hand)
        for one in gateways.enabled()
        if currency in one.currencies
    ]
