"""Amounts of money. Never a float, never an amount without its currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Self

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.currency import Currency
from key2key.common.errors import InvalidInput
from key2key.common.models import ExchangeRate

__all__ = ["CENT", "Currency", "Money", "in_base_currency", "rate_to_base", "round_money"]

CENT = Decimal("0.01")


@dataclass(frozen=True, order=False)
class Money:
    """An amount in one currency; sums and comparisons across currencies raise ValueError."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if self.amount != self.amount.quantize(CENT):
            raise ValueError("money has at most two decimals; round explicitly")

    def __add__(self, other: Money) -> Self:
        self._same_currency(other)
        return type(self)(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Self:
        self._same_currency(other)
        return type(self)(self.amount - other.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same_currency(other)
        return self.amount < other.amount

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")


def round_money(value: Decimal) -> Decimal:
    """To the cent, half to even."""
    return value.quantize(CENT, rounding=ROUND_HALF_EVEN)


def in_base_currency(money: Money) -> Decimal:
    """The amount in the platform's base currency by the newest dated rate.

    Raises InvalidInput ("no_exchange_rate") when no rate for the currency is known.
    """
    return round_money(money.amount * rate_to_base(money.currency))


def rate_to_base(currency: str) -> Decimal:
    """How much of the base currency one unit of `currency` is today: the newest rate that is valid by now."""
    if currency == settings.BASE_CURRENCY:
        return Decimal(1)
    valid = ExchangeRate.objects.filter(currency=currency, valid_from__lte=clock.today())
    newest = valid.order_by("-valid_from").values_list("rate", flat=True).first()
    if newest is None:
        raise InvalidInput("no_exchange_rate", _("We have no exchange rate for this currency."))
    return newest
