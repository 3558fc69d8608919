"""The page on which the payers of the sandbox press buttons."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from key2key.common import clock
from key2key.common.models import Work
from payments.gateways.contract import MoneyStatus
from payments.gateways.sandbox import Sandbox
from payments.models import SandboxCharge, SandboxCheckout, SandboxWebhook
from payments.tests.company import order, path_of, standing, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway(sandbox):
    return Sandbox()


@pytest.fixture
def checkout(gateway):
    return gateway.open_checkout(order())


def shown(checkout, **headers: str) -> str:
    answer = Client(headers=headers).get(path_of(checkout))
    assert answer.status_code == 200
    return answer.content.decode()


def buttons(page: str) -> set[str]:
    return set(re.findall(r'name="button" value="([a-z_]+)"', page))


def test_the_page_says_what_is_paid_and_offers_what_fits(checkout):
    page = shown(checkout)

    for words in (
        "50,000.00",
        "ETB",
        "Deposit for a villa in Bole",
        "Hana Bekele",
        "K2K-7F3A",
        "no real money",
    ):
        assert words in page, words
    assert buttons(page) == {"pay", "fail", "cancel", "pay_twice", "close"}
    assert "https://app.example/deals/7" not in page


def test_after_paying_the_page_leads_back_and_says_what_happened(sandbox, checkout):
    sandbox.press(checkout.checkout_url, "pay")

    page = shown(checkout)

    assert 'href="https://app.example/deals/7"' in page
    assert buttons(page) == {"pay_again", "charge_back", "refuse_refund"}
    assert "Key2Key is being told" in page
    assert 'http-equiv="refresh"' in page
    SandboxWebhook.objects.update(work_state=Work.WorkState.DONE)
    page = shown(checkout)
    assert "Key2Key was told" in page
    assert 'http-equiv="refresh"' not in page


def test_the_page_tells_no_one_else_its_address_and_loads_nothing_from_elsewhere(checkout):
    answer = Client().get(path_of(checkout))

    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.content.decode())
    assert "<script" not in answer.content.decode()


def test_texts_of_an_order_are_shown_not_obeyed(gateway):
    checkout = gateway.open_checkout(order(description="<script>alert(1)</script>", payer_name='"><b>'))

    page = shown(checkout)

    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_button_needs_the_form_of_the_page(checkout):
    path = path_of(checkout)

    answer = Client(enforce_csrf_checks=True).post(path, {"button": "pay"})

    assert answer.status_code == 403
    assert standing().status == MoneyStatus.PENDING
    browser = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(path).content.decode())[1]
    assert browser.post(path, {"button": "pay", "csrfmiddlewaretoken": token}).status_code == 302
    assert standing().status == MoneyStatus.SUCCEEDED


@pytest.mark.parametrize("button", ["pay", "pay_late", "fail", "cancel", "close", "win_chargeback"])
def test_a_button_that_does_not_fit_any_more_changes_nothing(sandbox, checkout, button):
    sandbox.press(checkout.checkout_url, "pay")
    before = SandboxCheckout.objects.values().get()

    answer = Client().post(path_of(checkout), {"button": button})

    assert answer.status_code == 409
    assert "not possible any more" in answer.content.decode()
    assert SandboxCheckout.objects.values().get() == before
    assert (SandboxCharge.objects.count(), told()) == (1, [SandboxWebhook.Kind.PAID])


@pytest.mark.parametrize("path", ["/sandbox/checkout/nobody-knows", "/sandbox/checkout/"])
def test_an_address_that_nobody_was_given_shows_nothing(path):
    assert Client().get(path).status_code == 404
    assert Client().post(path, {"button": "pay"}).status_code == 404


def test_a_button_that_does_not_exist_shows_nothing(checkout):
    answer = Client().post(path_of(checkout), {"button": "give_me_everything"})

    assert answer.status_code == 404


def test_a_page_whose_time_ran_out_stays_usable(checkout):
    with clock.advanced(timedelta(minutes=31)):
        page = shown(checkout)
        assert buttons(page) == {"pay_late"}
        assert "The time has run out" in page
        assert 'href="https://app.example/deals/7"' in page


def test_the_page_speaks_the_language_of_the_browser(checkout):
    assert '<html lang="en">' in shown(checkout)
    assert '<html lang="am">' in shown(checkout, **{"Accept-Language": "am"})
