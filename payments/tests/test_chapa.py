"""What is Chapa's own: its fields and words, its refunds, its two signatures."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from key2key.common.errors import InvalidInput, NotFound, Unavailable
from payments.gateways.chapa import Chapa, fitting
from payments.gateways.chapa.hints import hint_url
from payments.gateways.contract import (
    BadSignature,
    Chargeback,
    Mode,
    MoneyStatus,
    Order,
    RefundOrder,
    RefundStatus,
)
from payments.tests.chapa_desk import connected
from payments.tests.standins.chapa import ChapaStandIn


@pytest.fixture
def company(settings: Any) -> Iterator[ChapaStandIn]:
    with connected(settings) as standin:
        yield standin


ORDER = Order(
    reference="K2K7F3A",
    amount=Decimal("1500.50"),
    currency="ETB",
    description="Deposit for a home in Bole: 3 rooms, garden & parking (upper floor)",
    return_url="https://app.example/deals/1",
    webhook_url="https://api.example/api/v1/payments/webhooks/chapa",
    payer_name="Hana Bekele Tesfaye",
    payer_email="hana@gmail.com",
    payer_phone="+251911223344",
)


def asked_of(company: ChapaStandIn, **other: Any) -> dict[str, Any]:
    """What Chapa is sent for an order."""
    Chapa().open_checkout(replace(ORDER, **other))
    return company.requests[-1]


def test_an_order_is_told_as_chapa_wants_it(company):
    asked = asked_of(company)

    assert asked["customization"] == {
        "title": "Key2Key",
        "description": "Deposit for a home in Bole 3 rooms garden parking",
    }
    assert (asked["amount"], asked["currency"], asked["tx_ref"]) == ("1500.50", "ETB", "K2K7F3A")
    assert (asked["first_name"], asked["last_name"]) == ("Hana", "Bekele Tesfaye")
    assert (asked["email"], asked["phone_number"]) == ("hana@gmail.com", "0911223344")
    assert asked["callback_url"] == hint_url("K2K7F3A")
    assert asked["meta"] == {"merchant": "key2key"}


@pytest.mark.parametrize(
    "email",
    [
        "",
        "hana",
        "hana@desk.local",
        "hana@example.com",
        "a@b",
        "ሃና@gmail.com",
        "h@mail.test",
        "x@y.c0m",
        "a b@c.et",
    ],
)
def test_an_address_that_chapa_would_call_fake_is_left_out(company, email):
    assert "email" not in asked_of(company, payer_email=email)


@pytest.mark.parametrize(
    "phone", ["", "+251111223344", "+4915112345678", "0911223344", "+25191122334", "+2519112233445"]
)
def test_a_number_that_is_no_mobile_of_ethiopia_is_left_out(company, phone):
    assert "phone_number" not in asked_of(company, payer_phone=phone)


def test_the_second_generation_is_told_in_santim(settings):
    with connected(settings, version="v2") as company:
        asked = asked_of(company)
    assert (asked["amount"], asked["merchant_reference"]) == (150050, "K2K7F3A")
    assert asked["customer"]["phone_number"] == "+251911223344"
    assert "callback_url" not in asked  # ours is not https on a desk, which it refuses


@pytest.mark.parametrize(
    "said", ["የመኖሪያ ቤት ቀብድ", "", "12 %", "<script>", "x" * 200, "- . _", "Villa ቪላ, Bole" * 9]
)
def test_a_description_always_fits(company, said):
    asked_of(company, description=said)

    assert fitting.description(replace(ORDER, description=said))


def test_a_refusal_is_told_in_one_sentence_whatever_its_shape(company):
    with pytest.raises(InvalidInput) as refusal:
        Chapa().open_checkout(replace(ORDER, reference="K2K_7F3A"))

    assert refusal.value.extra["vendor_code"] == "tx_ref: validation.regex"


def test_a_used_reference_is_refused_in_the_words_of_chapa(company):
    Chapa().open_checkout(ORDER)

    with pytest.raises(InvalidInput) as refusal:
        Chapa().open_checkout(ORDER)

    assert refusal.value.extra["vendor_code"] == "Transaction reference has been used before"
    assert len(company.orders) == 1


@pytest.mark.parametrize("bad_day", ["500", "html", "garbage", "empty", "lost"])
def test_an_answer_that_is_none_leaves_all_open(company, bad_day):
    company.misbehave(bad_day)

    with pytest.raises(Unavailable):
        Chapa().open_checkout(ORDER)

    assert (ORDER.reference in company.orders) == (bad_day == "lost")


# look_up


def test_unpaid_unknown_and_closed_are_told_apart_by_their_words(company):
    Chapa().open_checkout(ORDER)
    assert Chapa().look_up(ORDER.reference, "").status == MoneyStatus.PENDING
    with pytest.raises(NotFound):
        Chapa().look_up("K2KOTHER", "")
    company.expire(ORDER.reference)
    assert Chapa().look_up(ORDER.reference, "").status == MoneyStatus.CANCELLED


def test_a_404_in_other_words_settles_nothing(company, settings):
    settings.CHAPA_BASE_URL = f"{company.url}/elsewhere"

    with pytest.raises(Unavailable):
        Chapa().look_up(ORDER.reference, "")


def test_whole_birr_and_cents_are_the_same_money(company):
    for reference, amount in (("K2KA", "400.00"), ("K2KB", "400.50")):
        Chapa().open_checkout(replace(ORDER, reference=reference, amount=Decimal(amount)))
        company.pay(reference)
        standing = Chapa().look_up(reference, "")
        assert (standing.amount, standing.charged) == (Decimal(amount), Decimal(amount))
        assert standing.transaction == company.orders[reference].number


def test_a_charge_that_the_payer_bears_is_no_fee_of_ours(company, settings):
    Chapa().open_checkout(ORDER)
    company.pay(ORDER.reference)
    assert Chapa().look_up(ORDER.reference, "").fee == Decimal("37.51")
    settings.CHAPA_FEE_IS_OURS = False
    assert Chapa().look_up(ORDER.reference, "").fee is None


def test_what_the_bank_takes_back_is_disputed(company):
    Chapa().open_checkout(ORDER)
    company.pay(ORDER.reference)
    company.reverse(ORDER.reference)

    standing = Chapa().look_up(ORDER.reference, "")

    assert (standing.status, standing.chargeback) == (MoneyStatus.SUCCEEDED, Chargeback.OPEN)


def test_the_mode_is_the_one_that_chapa_says(company):
    Chapa().open_checkout(ORDER)
    company.pay(ORDER.reference)
    company.mode = "live"

    assert Chapa().look_up(ORDER.reference, "").mode == Mode.LIVE != Chapa().mode


def test_an_order_that_another_installation_opened_is_not_ours(company, settings):
    Chapa().open_checkout(ORDER)
    company.pay(ORDER.reference)
    settings.CHAPA_MERCHANT = "key2key-staging"

    assert Chapa().look_up(ORDER.reference, "").merchant == "key2key" != Chapa().merchant


# refund


def back(company: ChapaStandIn, **other: Any) -> RefundOrder:
    """A refund of a paid order."""
    if ORDER.reference not in company.orders:
        Chapa().open_checkout(ORDER)
        company.pay(ORDER.reference)
    order = RefundOrder("R2K1-1", ORDER.reference, Decimal("500.00"), "ETB", reason="Cancelled")
    return replace(order, **other)


def test_a_refund_that_waits_is_asked_about_by_its_number(company):
    company.refunds_wait, company.finds_refunds_by = True, "number"
    first = Chapa().refund(back(company))
    assert (first.status, first.known_as) == (RefundStatus.PENDING, company.refunds[0].number)

    again = Chapa().refund(back(company, known_as=first.known_as))
    company.finish_refunds()
    last = Chapa().refund(back(company, known_as=first.known_as))

    assert (again.status, last.status) == (RefundStatus.PENDING, RefundStatus.SUCCEEDED)
    assert len(company.refunds) == 1


def test_a_refund_whose_answer_was_lost_is_not_given_twice(company):
    order = back(company, transaction="")
    order = replace(order, transaction=company.orders[ORDER.reference].number)
    company.misbehave("lost")
    with pytest.raises(Unavailable):
        Chapa().refund(order)

    assert Chapa().refund(order).status == RefundStatus.SUCCEEDED
    company.finds_refunds_by = "number"  # nobody told us its number: it is on its way, not refused
    assert Chapa().refund(order).status == RefundStatus.PENDING
    assert len(company.refunds) == 1


@pytest.mark.parametrize("word", ["failed", "reversed"])
def test_money_that_came_back_to_us_is_a_refund_that_failed(company, word):
    company.refunds_wait = True
    first = Chapa().refund(back(company))
    company.finish_refunds(status=word)

    told = Chapa().refund(back(company, known_as=first.known_as))

    assert (told.status, told.code) == (RefundStatus.FAILED, word)


def test_a_refund_of_another_amount_is_not_believed(company):
    first = Chapa().refund(back(company))

    with pytest.raises(Unavailable):
        Chapa().refund(back(company, known_as=first.known_as, amount=Decimal("500.01")))


def test_a_payment_that_chapa_finds_by_our_reference_only_is_refunded_by_it(company, settings):
    company.refunds_under = "tx_ref"
    with pytest.raises(InvalidInput):
        Chapa().refund(back(company))

    settings.CHAPA_REFUND_BY_TX_REF = True

    assert Chapa().refund(back(company)).status == RefundStatus.SUCCEEDED


def test_a_balance_that_does_not_suffice_is_a_refusal(company):
    order = back(company)
    company.balance = Decimal(0)

    with pytest.raises(InvalidInput) as refusal:
        Chapa().refund(order)

    assert refusal.value.extra["vendor_code"] == "Insufficient available balance"


# cancel, read_webhook


def test_a_page_that_chapa_keeps_silent_about_counts_as_open(company):
    company.hides_cancelled = True
    Chapa().open_checkout(ORDER)
    Chapa().cancel(ORDER.reference)

    with pytest.raises(InvalidInput):  # heard by the sweep, which asks again later
        Chapa().cancel(ORDER.reference)

    assert Chapa().look_up(ORDER.reference, "").status == MoneyStatus.PENDING


BODY = b'{"event":"charge.success","tx_ref":"k2k-1"}'


def test_the_vectors_of_the_documentation_hold(settings):
    settings.CHAPA_WEBHOOK_SECRET = "test-secret"
    proof = "0987a7f7dbc6c3c7a422071e49d44f24cc024e58b95531dcf7316c0a4789a1ca"
    constant = "2d972946c078beac993fab91ae5c2c1783ecbb95cef2e22bac32711a7667d435"

    report = Chapa().read_webhook({"X-Chapa-Signature": proof, "Chapa-Signature": constant}, BODY)

    assert (report.reference, report.kind) == ("k2k-1", "charge.success")
    for headers in (
        {"Chapa-Signature": constant},
        {"x-chapa-signature": constant},
        {"chapa-signature": proof},
    ):
        with pytest.raises(BadSignature):
            Chapa().read_webhook(headers, BODY)


def test_without_a_secret_nothing_is_proved(settings):
    settings.CHAPA_WEBHOOK_SECRET = ""
    proof = hmac.new(b"", BODY, hashlib.sha256).hexdigest()

    with pytest.raises(BadSignature):
        Chapa().read_webhook({"x-chapa-signature": proof}, BODY)


@pytest.mark.parametrize(
    "said, key, reference, kind",
    [
        (
            {"event": "charge.success", "reference": "AP1", "tx_ref": "K2K1", "status": "success"},
            "charge.success:AP1:success",
            "K2K1",
            "charge.success",
        ),
        (
            {"event": "charge.failed/cancelled", "reference": "AP1", "tx_ref": "K2K1", "status": "failed"},
            "charge.failed/cancelled:AP1:failed",
            "K2K1",
            "charge.failed/cancelled",
        ),
        (
            {"event": "payment.success", "data": {"chapa_reference": "CH1", "merchant_reference": "K2K1"}},
            "payment.success:CH1:",
            "K2K1",
            "payment.success",
        ),
        (
            {"type": "payment", "chapa_reference": "CH1", "merchant_referece": "K2K1", "status": "SUCCESS"},
            "payment:CH1:SUCCESS",
            "K2K1",
            "payment",
        ),
        (
            {"event": "payout.success", "reference": "P2K1", "chapa_reference": "TR1", "status": "success"},
            "payout.success:TR1:success",
            "P2K1",
            "payout.success",
        ),
        ({"event": "refund.success", "reference": "AP1"}, "refund.success:AP1:", "", "refund.success"),
    ],
)
def test_both_families_of_events_are_read(settings, said, key, reference, kind):
    report = read(settings, json.dumps(said).encode())

    assert (report.event_key, report.reference, report.kind) == (key, reference, kind)
    assert report.reference or report.gateway_reference == "AP1"


@pytest.mark.parametrize(
    "body", [b"[]", b"7", b"{}", b'{"event":"charge.success"}', b'{"event":7,"tx_ref":"K2K1"}', b"\xff"]
)
def test_a_proved_notification_that_says_nothing_is_refused(settings, body):
    with pytest.raises(InvalidInput):
        read(settings, body)


def read(settings: Any, body: bytes) -> Any:
    settings.CHAPA_WEBHOOK_SECRET = "test-secret"
    proof = hmac.new(b"test-secret", body, hashlib.sha256).hexdigest()
    return Chapa().read_webhook({"x-chapa-signature": proof.upper()}, body)
