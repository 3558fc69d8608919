"""Exchange rates to start with, until staff enter the day's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings

from key2key.common.currency import Currency
from key2key.common.models import ExchangeRate

# Birr for one unit; round figures of the year, no bank's quotation.
IN_BIRR = {
    Currency.USD: Decimal("156.00"),
    Currency.EUR: Decimal("182.00"),
    Currency.GBP: Decimal("209.00"),
    Currency.AED: Decimal("42.50"),
}
VALID_FROM = date(2026, 1, 1)


def lay_default_rates() -> int:
    """Give each currency that has no rate at all its default one. Returns how many were given."""
    if settings.BASE_CURRENCY != Currency.ETB:
        return 0
    rated = set(ExchangeRate.objects.values_list("currency", flat=True))
    rates = [
        ExchangeRate(currency=currency, rate=rate, valid_from=VALID_FROM)
        for currency, rate in IN_BIRR.items()
        if currency not in rated
    ]
    ExchangeRate.objects.bulk_create(rates, ignore_conflicts=True)
    return len(rates)
