"""What a deposit, a commission and a fee come to by the rules of the market."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from zoneinfo import ZoneInfo

from constance import config
from django.conf import settings

from key2key.common.money import CENT, Money, rate_to_base
from listings.enums import Purpose

RENTS = frozenset({Purpose.LONG_RENT, Purpose.SHORT_RENT})
SATURDAY = 5


@dataclass(frozen=True)
class Shares:
    """What leaves the deposit when it is released."""

    commission: Decimal
    platform_fee: Decimal


def default_deposit(*, amount: Money, purpose: str) -> Decimal:
    """One period's rent; else a part of the price, at most the market's highest."""
    if purpose in RENTS:
        return amount.amount
    most = (Decimal(config.DEPOSIT_MAXIMUM) / rate_to_base(amount.currency)).quantize(CENT, ROUND_DOWN)
    return max(min(percent(amount.amount, Decimal(config.DEPOSIT_PERCENT)), most), CENT)


def shares_of(deposit: Decimal, *, has_agency: bool) -> Shares:
    """An agency's agent and the platform each get their part; a private seller has no agent."""
    commission = percent(deposit, Decimal(config.AGENT_COMMISSION_PERCENT)) if has_agency else Decimal("0.00")
    fee = min(percent(deposit, Decimal(config.PLATFORM_FEE_PERCENT)), deposit - commission)
    return Shares(commission, fee)


def percent(amount: Decimal, share: Decimal | int) -> Decimal:
    """So many percent of an amount, to the cent, in favour of whoever keeps the rest."""
    return (amount * share / 100).quantize(CENT, ROUND_DOWN)


def working_days_after(moment: datetime, *, days: int) -> datetime:
    """The same time of day so many working days (Monday to Friday in the market) later."""
    day: date = moment.astimezone(ZoneInfo(settings.MARKET_TIME_ZONE)).date()
    passed, left = 0, days
    while left:
        passed += 1
        left -= (day + timedelta(days=passed)).weekday() < SATURDAY
    return moment + timedelta(days=passed)
