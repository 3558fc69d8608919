"""How Stripe is set up, and how it counts money."""

from __future__ import annotations

from decimal import Decimal

import pytest

from key2key.common.errors import InvalidInput
from payments import checks, gateways
from payments.gateways.contract import Mode
from payments.gateways.stripe import Stripe
from payments.gateways.stripe.money import from_units, to_units

# amounts (payments.md 3.9)


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("10.99", "USD", 1099),
        ("150", "ETB", 15000),
        ("1099", "JPY", 1099),
        ("5000", "XAF", 5000),
        ("1099", "ISK", 109900),
        ("37", "UGX", 3700),
        ("1.25", "KWD", 1250),
        ("1.250", "BHD", 1250),
        ("999999.99", "USD", 99999999),
    ],
)
def test_amounts_are_counted_in_the_smallest_unit(amount, currency, units):
    assert to_units(Decimal(amount), currency=currency) == units
    assert from_units(units, currency=currency) == Decimal(amount)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("1.005", "USD"),
        ("10.5", "JPY"),
        ("10.5", "ISK"),
        ("1.255", "KWD"),
        ("0", "USD"),
        ("-1", "USD"),
        ("1000000", "USD"),
    ],
)
def test_amounts_that_cannot_be_said_are_refused(amount, currency):
    with pytest.raises(InvalidInput):
        to_units(Decimal(amount), currency=currency)


@pytest.mark.parametrize("units", ["150", 1.5, None, True])
def test_what_is_no_number_of_units_is_not_read_as_one(units):
    with pytest.raises(ValueError, match="units"):
        from_units(units, currency="USD")


# how it is set up


def test_the_mode_is_that_of_the_key(settings):
    for key, mode in (
        ("sk_test_1", Mode.TEST),
        ("rk_test_1", Mode.TEST),
        ("sk_live_1", Mode.LIVE),
        ("rk_live_1", Mode.LIVE),
    ):
        settings.STRIPE_SECRET_KEY = key
        assert Stripe().mode == mode


GOOD = {
    "PAYMENT_GATEWAYS": ["stripe"],
    "STRIPE_SECRET_KEY": "sk_test_1",
    "STRIPE_WEBHOOK_SECRETS": ["whsec_1"],
    "STRIPE_ACCOUNT_ID": "acct_1",
}
REAL = {**GOOD, "ENVIRONMENT": "production", "STRIPE_SECRET_KEY": "rk_live_1"}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (GOOD, []),
        (REAL, []),
        ({**GOOD, "STRIPE_SECRET_KEY": ""}, ["k2k.E060"]),
        ({**GOOD, "STRIPE_WEBHOOK_SECRETS": []}, ["k2k.E060"]),
        ({**GOOD, "STRIPE_ACCOUNT_ID": ""}, ["k2k.E060"]),
        ({"PAYMENT_GATEWAYS": ["sandbox"]}, []),
        ({**GOOD, "STRIPE_SECRET_KEY": "sk_live_1"}, ["k2k.E061"]),
        ({**REAL, "STRIPE_SECRET_KEY": "sk_test_1"}, ["k2k.E061"]),
        ({**GOOD, "STRIPE_SECRET_KEY": "pk_test_1"}, ["k2k.E061"]),
        ({**GOOD, "STRIPE_WEBHOOK_SECRETS": ["whsec_1", "sk_test_1"]}, ["k2k.E062"]),
        ({**GOOD, "STRIPE_ACCOUNT_ID": "key2key"}, ["k2k.E062"]),
        ({**REAL, "STRIPE_API_BASE": "http://api.stripe.com"}, ["k2k.E063"]),
    ],
)
def test_a_stripe_that_is_not_set_up_stops_the_start(settings, given, found):
    for name, value in given.items():
        setattr(settings, name, value)

    told = checks.stripe_is_set_up(None)

    assert [one.id for one in told] == found
    assert "_test_1" not in str(told)


def test_stripe_takes_the_currencies_of_its_setting(settings):
    settings.PAYMENT_GATEWAYS, settings.STRIPE_CURRENCIES = ["stripe"], ["USD", "EUR"]

    assert gateways.gateway("stripe").currencies == {"USD", "EUR"}
