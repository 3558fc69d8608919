"""How a sum is paid where no way takes it at once: the arithmetic."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.limits import Limits
from payments.splitting import Leg, Way, split


def way(name: str, least: str, most: str, *, by_hand: bool = False) -> Way:
    return Way(name, Limits(Decimal(least), Decimal(most)), by_hand=by_hand)


TELEBIRR = way("telebirr", "1", "75000")
CHAPA = way("chapa", "1", "1000000")
BANK = way("bank_transfer", "1000", "10000000", by_hand=True)


@pytest.mark.parametrize(
    ("amount", "ways", "legs"),
    [
        ("300000", [TELEBIRR, BANK], ["telebirr 75000", "telebirr 75000", "bank_transfer 150000"]),
        ("300000", [BANK, TELEBIRR], ["telebirr 75000", "telebirr 75000", "bank_transfer 150000"]),
        ("300000", [TELEBIRR, CHAPA, BANK], ["chapa 300000"]),
        ("75000", [TELEBIRR, BANK], ["telebirr 75000"]),
        ("150000", [TELEBIRR, BANK], ["telebirr 75000", "telebirr 75000"]),
        # What is left would be too little for the bank: the wallet takes less.
        ("150500", [TELEBIRR, BANK], ["telebirr 75000", "telebirr 74500", "bank_transfer 1000"]),
        ("300000", [BANK], ["bank_transfer 300000"]),
        ("300000", [TELEBIRR], ["telebirr 75000"] * 4),
        ("0.50", [TELEBIRR, BANK], []),
        ("300000", [], []),
        ("9000000", [TELEBIRR], []),
    ],
)
def test_a_sum_is_split(amount: str, ways: list[Way], legs: list[str]) -> None:
    assert split(Decimal(amount), ways=ways) == [
        Leg(name, Decimal(part)) for name, part in (leg.split() for leg in legs)
    ]


AMOUNTS = st.decimals(min_value="0.01", max_value="900000", places=2)
WAYS = st.builds(
    lambda name, least, more, by_hand: Way(name, Limits(least, least + more), by_hand=by_hand),
    st.sampled_from(["a", "b", "c"]),
    st.decimals(min_value="0.01", max_value="5000", places=2),
    st.decimals(min_value="0", max_value="500000", places=2),
    st.booleans(),
)


@given(amount=AMOUNTS, ways=st.lists(WAYS, max_size=4, unique_by=lambda way: way.gateway))
def test_the_parts_sum_to_it_within_every_limit_and_leave_no_rest_that_the_way_would_not_take(
    amount: Decimal, ways: list[Way]
) -> None:
    legs = split(amount, ways=ways)
    limits = {way.gateway: way.limits for way in ways}
    assert sum(leg.amount for leg in legs) == (amount if legs else 0)
    left = amount
    for leg in legs:
        left -= leg.amount
        assert limits[leg.gateway].allow(leg.amount)
        assert left == 0 or left >= limits[leg.gateway].least
    if any(way.limits.allow(amount) for way in ways if not way.by_hand):
        assert len(legs) == 1
