"""What must be set before Telebirr is asked anything, and the question which padding it takes."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from payments import checks
from payments.tests.standins import telebirr_crypto as crypto

pytestmark = pytest.mark.django_db


def findings() -> set[str]:
    return {found.id for found in checks.telebirr_is_set_up(None)}


def test_who_does_not_use_telebirr_needs_nothing_of_it(settings):
    settings.PAYMENT_GATEWAYS = ["sandbox"]
    assert findings() == set()


def test_all_that_was_given_to_us_lets_it_start(telebirr):
    assert findings() == set()


@pytest.mark.parametrize("name", checks.TELEBIRR_NEEDS)
def test_what_is_missing_stops_the_start(telebirr, settings, name):
    setattr(settings, f"TELEBIRR_{name}", "")
    (found,) = checks.telebirr_is_set_up(None)

    assert found.id == "k2k.E040"
    assert f"TELEBIRR_{name}" in found.msg


@pytest.mark.parametrize(
    "change, fault",
    [
        ({"TELEBIRR_PRIVATE_KEY": "no key"}, "k2k.E041"),
        ({"TELEBIRR_PUBLIC_KEY": "AAAA"}, "k2k.E041"),
        ({"TELEBIRR_PUBLIC_KEY": crypto.public_text("merchant")}, "k2k.E043"),
        ({"TELEBIRR_NOTIFY_URL": "https://pay.example/" + "x" * 512}, "k2k.E045"),
        ({"TELEBIRR_CA_BUNDLE": "/nowhere/at/all.pem"}, "k2k.E047"),
        ({"ENVIRONMENT": "production", "TELEBIRR_LIVE": True}, "k2k.E044"),
    ],
)
def test_what_cannot_work_stops_the_start(telebirr, settings, change, fault):
    for name, value in change.items():
        setattr(settings, name, value)
    assert findings() == {fault}


def test_real_money_never_goes_over_a_line_that_nobody_proved(telebirr, settings):
    settings.TELEBIRR_BASE_URL = settings.TELEBIRR_WEB_BASE_URL = "https://telebirr.example/"
    settings.TELEBIRR_VERIFY_TLS = settings.TELEBIRR_VERIFY_RESPONSES = False
    assert findings() == set()
    settings.TELEBIRR_LIVE, settings.ENVIRONMENT = True, "production"
    assert findings() == {"k2k.E046", "k2k.E049"}
    settings.TELEBIRR_VERIFY_TLS = settings.TELEBIRR_VERIFY_RESPONSES = True
    assert findings() == set()


@pytest.mark.parametrize("environment, is_live", [("production", False), ("development", True)])
def test_real_money_belongs_to_production_and_nothing_else_does(telebirr, settings, environment, is_live):
    settings.TELEBIRR_BASE_URL = settings.TELEBIRR_WEB_BASE_URL = "https://telebirr.example/"
    settings.ENVIRONMENT, settings.TELEBIRR_LIVE = environment, is_live
    assert findings() == {"k2k.E048"}


def test_what_nobody_proves_is_refused_in_production_even_when_the_money_is_said_to_be_none(
    telebirr, settings
):
    settings.TELEBIRR_BASE_URL = settings.TELEBIRR_WEB_BASE_URL = "https://telebirr.example/"
    settings.TELEBIRR_VERIFY_TLS = settings.TELEBIRR_VERIFY_RESPONSES = False
    settings.ENVIRONMENT = "production"
    assert findings() == {"k2k.E046", "k2k.E048", "k2k.E049"}


@pytest.mark.parametrize("takes", ["pss32", "pssmax", "pkcs1"])
def test_the_probe_says_which_padding_works(telebirr, settings, takes):
    telebirr.pads = settings.TELEBIRR_SIGN_SCHEME = takes
    said = StringIO()

    call_command("probe_telebirr", stdout=said)

    lines = said.getvalue().splitlines()
    assert [line for line in lines if line.endswith(": works")] == [f"{takes}: works"]
    assert lines[-1] == "The present TELEBIRR_SIGN_SCHEME works."
    assert not telebirr.orders


def test_the_probe_says_so_when_the_present_padding_does_not_work(telebirr):
    telebirr.pads = "pkcs1"
    with pytest.raises(CommandError, match="does not work"):
        call_command("probe_telebirr", stdout=StringIO())


def test_the_probe_asks_nothing_where_money_is_real(telebirr, settings):
    settings.TELEBIRR_LIVE = True
    with pytest.raises(CommandError, match="testbed only"):
        call_command("probe_telebirr", stdout=StringIO())
    settings.TELEBIRR_LIVE, settings.TELEBIRR_APP_SECRET = False, ""
    with pytest.raises(CommandError, match="TELEBIRR_APP_SECRET"):
        call_command("probe_telebirr", stdout=StringIO())

    assert telebirr.calls == []
