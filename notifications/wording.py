"""Filters and tags of the templates of news: amounts, days and times as a person here reads them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import Context, Library
from django.utils.translation import get_language

register = Library()
# Amharic has its own names of months, of another calendar; numbers cannot be mistaken for those.
_DAYS, _DAYS_IN_NUMBERS = "%-d %b %Y", "%d/%m/%Y"


@register.filter
def day(written: str) -> str:
    """A date or time in ISO 8601 as a day of the market; anything else as it is."""
    try:
        return _in_market(written).strftime(_form())
    except (TypeError, ValueError):
        return str(written)


@register.filter
def moment(written: str) -> str:
    """A time in ISO 8601 as day and hour of the market; anything else as it is."""
    try:
        return _in_market(written).strftime(f"{_form()}, %H:%M")
    except (TypeError, ValueError):
        return str(written)


@register.filter
def amount(written: str) -> str:
    """An amount and its currency (`12500000.00 ETB`), thousands apart; anything else as it is."""
    number, _, currency = str(written).partition(" ")
    return _shown(number, currency)


@register.simple_tag(takes_context=True)
def money(context: Context) -> str:
    """The `amount` with its `currency`."""
    return _shown(str(context.get("amount", "")), str(context.get("currency", "")))


def _shown(number: str, currency: str) -> str:
    """Thousands apart; cents only where there are some."""
    try:
        exact = Decimal(number)
    except InvalidOperation:
        return f"{number} {currency}".strip()
    shown = f"{exact:,.0f}" if exact == exact.to_integral_value() else f"{exact:,.2f}"
    return f"{shown} {currency}".strip()


def _in_market(written: str) -> date:
    if len(written) == len("2026-11-22"):
        return date.fromisoformat(written)
    told = datetime.fromisoformat(written)
    return told.astimezone(ZoneInfo(settings.MARKET_TIME_ZONE))


def _form() -> str:
    return _DAYS_IN_NUMBERS if get_language() == "am" else _DAYS
