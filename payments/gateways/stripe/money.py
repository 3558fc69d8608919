"""Amounts as Stripe counts them: whole numbers of the smallest unit (payments.md 3.9)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from key2key.common.errors import InvalidInput

WITHOUT_CENTS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"}
    | {"PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
CENTS_ALWAYS_ZERO = frozenset({"ISK", "UGX"})  # counted in cents, for history's sake
THOUSANDTHS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
MOST = 99_999_999


def to_units(amount: Decimal, *, currency: str) -> int:
    """The amount for Stripe. Raises InvalidInput ("gateway_refused") when it cannot be said exactly."""
    units = amount.scaleb(_places(currency))
    if units % _step(currency) or not 0 < units <= MOST:
        raise InvalidInput("gateway_refused", vendor_code="amount_not_payable")
    return int(units)


def from_units(units: Any, *, currency: str) -> Decimal:
    """The amount that Stripe speaks of. Raises ValueError for anything but a whole number."""
    if type(units) is not int:
        raise ValueError("not a number of units")
    return Decimal(units).scaleb(-_places(currency))


def _places(currency: str) -> int:
    if currency in WITHOUT_CENTS:
        return 0
    return 3 if currency in THOUSANDTHS else 2


def _step(currency: str) -> int:
    if currency in CENTS_ALWAYS_ZERO:
        return 100
    return 10 if currency in THOUSANDTHS else 1
