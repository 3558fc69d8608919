from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from key2key.common import clock
from key2key.common.errors import InvalidInput
from key2key.common.models import ExchangeRate
from key2key.common.money import Money, in_base_currency, rate_to_base, round_money

amounts = st.decimals(min_value=0, max_value=10**11, places=2)


@given(amounts, amounts)
def test_sums_and_differences_are_exact(a, b):
    assert (Money(a, "ETB") + Money(b, "ETB") - Money(b, "ETB")).amount == a


def test_money_of_two_currencies_does_not_mix():
    birr, dollar = Money(Decimal("1.00"), "ETB"), Money(Decimal("1.00"), "USD")
    for mix in (lambda: birr + dollar, lambda: birr - dollar, lambda: birr < dollar):
        with pytest.raises(ValueError, match="do not mix"):
            mix()


def test_money_has_no_third_decimal():
    with pytest.raises(ValueError, match="two decimals"):
        Money(Decimal("1.005"), "ETB")


def test_rounding_is_half_to_even():
    assert [round_money(Decimal(word)) for word in ("0.005", "0.015", "0.025")] == [
        Decimal("0.00"), Decimal("0.02"), Decimal("0.02"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_newest_rate_counts():
    ExchangeRate.objects.filter(currency="USD").delete()
    ExchangeRate.objects.create(currency="USD", rate=Decimal(100), valid_from=date(2025, 1, 1))
    ExchangeRate.objects.create(currency="USD", rate=Decimal("150.5"), valid_from=date(2026, 1, 1))
    assert in_base_currency(Money(Decimal("10.00"), "USD")) == Decimal("1505.00")
    assert in_base_currency(Money(Decimal("10.00"), "ETB")) == Decimal("10.00")


@pytest.mark.django_db
def test_a_currency_without_a_rate_is_refused():
    ExchangeRate.objects.filter(currency="EUR").delete()
    with pytest.raises(InvalidInput) as refused:
        in_base_currency(Money(Decimal("10.00"), "EUR"))
    assert refused.value.code == "no_exchange_rate"


@pytest.mark.django_db
def test_a_rate_counts_from_its_day_on():
    ExchangeRate.objects.filter(currency="USD").delete()
    tomorrow = clock.today() + timedelta(days=1)
    ExchangeRate.objects.create(currency="USD", rate=Decimal(100), valid_from=clock.today())
    ExchangeRate.objects.create(currency="USD", rate=Decimal(999), valid_from=tomorrow)
    assert rate_to_base("USD") == 100
    with clock.advanced(timedelta(days=1)):
        assert rate_to_base("USD") == 999
