"""Prices as people ask them: round, mostly in birr, now and then in dollars."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

BIRR_PER_DOLLAR = 155
NEGOTIABLE, ON_REQUEST = 0.55, 0.02


@dataclass(frozen=True)
class Price:
    """The body's fields of a price."""

    values: dict[str, Any]


def rounded(amount: float) -> int:
    """Two leading digits, the third to a half: nobody asks 13,482,113 birr."""
    step = 10 ** max(0, math.floor(math.log10(max(1.0, amount))) - 1) / 2
    return max(1, int(round(amount / step) * step))


def asked(rng: Random, birr: int, *, dollars: float = 0.0, period: str = "") -> Price:
    """The fields of a price; `dollars` is the chance that it is asked in them."""
    is_dollar = rng.random() < dollars
    amount = rounded(birr / BIRR_PER_DOLLAR) if is_dollar else birr
    chance = rng.random()
    if chance < ON_REQUEST:
        values: dict[str, Any] = {"price": None, "price_qualifier": "on_request"}
    else:
        qualifier = "negotiable" if chance < ON_REQUEST + NEGOTIABLE else "fixed"
        values = {"price": Decimal(amount), "price_qualifier": qualifier}
    values["currency"] = "USD" if is_dollar else "ETB"
    return Price(values | {"rent_period": period} if period else values)
