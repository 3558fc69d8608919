"""What is Stripe's own: its words, its states, its errors, its days in which things go wrong."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from key2key.common.errors import InvalidInput, NotFound, Unavailable
from payments.gateways.contract import Chargeback, Mode, MoneyStatus, Order, RefundOrder, RefundStatus
from payments.gateways.stripe import Stripe
from payments.tests.standins.stripe import StripeStandIn
from payments.tests.stripe_desk import connect

ORDER = Order(
    reference="K2K7F3A",
    amount=Decimal("1500.50"),
    currency="USD",
    description="Deposit for a home in Bole & a garden [upper floor]",
    return_url="https://app.example/deals/1?tab=money&x=[1]",
    webhook_url="https://api.example/api/v1/payments/webhooks/stripe",
    payer_name="Hana Bekele",
    payer_email="hana@example.com",
)


@pytest.fixture
def company(settings):
    with StripeStandIn() as stand_in:
        connect(settings, stand_in)
        yield stand_in


@pytest.fixture
def checkout(company):
    return Stripe().open_checkout(ORDER)


def stands():
    return Stripe().look_up(ORDER.reference, "")


def back(checkout, *, reference="R2K1-1", amount="500.00", currency="USD"):
    return RefundOrder(
        reference, checkout.gateway_reference, Decimal(amount), currency, reason="The deal ended."
    )


# what is asked for


def test_the_page_is_asked_for_in_stripes_words_and_tells_nothing_of_the_payer(company, checkout):
    session = company.orders[ORDER.reference]

    assert (session["amount_total"], session["currency"], session["mode"]) == (150050, "usd", "payment")
    assert session["metadata"] == session["_intent"] == {"payment": "K2K7F3A", "merchant": company.account}
    assert checkout.checkout_url == session["url"]
    assert "hana" not in str(session).lower()


def test_the_page_is_ours_to_close_before_stripe_does(company, checkout, settings):
    session = company.orders[ORDER.reference]
    assert checkout.expires_at.timestamp() == session["created"] + 60 * 60
    settings.STRIPE_CHECKOUT_MINUTES = 24 * 60 + 1

    assert Stripe().open_checkout(ORDER).expires_at.timestamp() == session["expires_at"]


def test_the_same_order_of_a_payer_who_changed_is_the_same_page(company, checkout):
    changed = replace(ORDER, payer_email="h@example.com", payer_name="H. B.", language="am")

    assert Stripe().open_checkout(changed) == checkout


def test_a_page_whose_address_was_lost_on_the_way_is_the_same_when_asked_again(company):
    company.misbehave("lost")
    with pytest.raises(Unavailable):
        Stripe().open_checkout(ORDER)
    (first,) = company.list_sessions({})

    assert Stripe().open_checkout(ORDER).gateway_reference == first["id"]
    assert len(company.list_sessions({})) == 1


@pytest.mark.parametrize("day", ["500", "409", "429", "html", "garbage", "lost"])
def test_on_a_bad_day_stripe_is_away_and_nothing_is_asked_twice(company, checkout, day):
    company.calls.clear()
    company.misbehave(day)
    with pytest.raises(Unavailable) as refusal:
        Stripe().look_up("", checkout.gateway_reference)

    assert refusal.value.code == "gateway_unavailable"
    assert len(company.calls) == (day == "lost")  # the client does not try again by itself


def test_a_stripe_that_is_slow_is_away(company, checkout, monkeypatch):
    monkeypatch.setattr("payments.gateways.SECONDS", 0.2)
    company.misbehave("slow")
    with pytest.raises(Unavailable):
        Stripe().look_up("", checkout.gateway_reference)


def test_a_wrong_key_of_ours_says_nothing_of_the_order(company, checkout, settings):
    settings.STRIPE_SECRET_KEY = "sk_test_of_somebody_else"
    with pytest.raises(Unavailable):
        stands()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": Decimal("0.20"), "reference": "K2KTINY"}, "amount_too_small"),
        ({"amount": Decimal("1.001")}, "amount_not_payable"),
        ({"amount": Decimal("1000000.00")}, "amount_not_payable"),
        ({"currency": "GBP"}, "currency_not_taken"),
        ({"return_url": "app.example"}, "idempotency_error"),
        ({"return_url": "app.example", "reference": "K2KOTHER"}, "url_invalid"),
    ],
)
def test_a_refusal_says_why_in_stripes_word(company, checkout, change, code):
    with pytest.raises(InvalidInput) as refusal:
        Stripe().open_checkout(replace(ORDER, **change))

    assert (refusal.value.code, refusal.value.extra["vendor_code"]) == ("gateway_refused", code)
    assert len(company.list_sessions({})) == 1


# what comes back


def test_a_paid_page_is_told_whole_in_one_call(company, checkout):
    company.pay(ORDER.reference)
    company.calls.clear()

    standing = Stripe().look_up(ORDER.reference, checkout.gateway_reference)

    assert len(company.calls) == 1
    assert (standing.status, standing.charged, standing.currency) == (
        MoneyStatus.SUCCEEDED,
        Decimal("1500.50"),
        "USD",
    )
    assert standing.fee == Decimal("43.81")
    assert standing.transaction.startswith("ch_")
    assert standing.paid_at is not None
    assert (standing.merchant, standing.mode) == (company.account, Mode.TEST)


def test_a_fee_in_another_currency_is_left_to_the_statement(company, checkout):
    company.settles_in = "eur"
    company.pay(ORDER.reference)

    assert stands().fee is None


def test_a_page_is_found_by_our_reference_among_many(company, checkout):
    for number in range(120):
        company.create_session(company_words(f"K2KOTHER{number}"))
    company.pay(ORDER.reference)

    assert stands().gateway_reference == checkout.gateway_reference


def test_a_page_that_is_too_far_down_the_list_is_not_called_unknown(company, checkout, monkeypatch):
    monkeypatch.setattr("payments.gateways.stripe.gateway.PAGES", 1)
    for number in range(100):
        company.create_session(company_words(f"K2KOTHER{number}"))
    with pytest.raises(Unavailable):
        stands()


def test_a_page_is_found_by_the_payment_under_it(company, checkout):
    company.pay(ORDER.reference)
    intent = company.orders[ORDER.reference]["payment_intent"]

    assert Stripe().look_up("", intent) == stands()
    with pytest.raises(NotFound):
        Stripe().look_up("", "pi_of_nobody")


def happens(name, **words):
    return lambda company: getattr(company, name)(ORDER.reference, **words)


@pytest.mark.parametrize(
    ("happened", "status", "code"),
    [
        ([], MoneyStatus.PENDING, ""),
        ([happens("decline")], MoneyStatus.PENDING, "insufficient_funds"),
        ([happens("decline"), happens("pay")], MoneyStatus.SUCCEEDED, "insufficient_funds"),
        ([happens("let_wait")], MoneyStatus.PENDING, ""),
        ([happens("let_wait"), happens("pay")], MoneyStatus.SUCCEEDED, ""),
        ([happens("let_wait", status="requires_action")], MoneyStatus.PENDING, ""),
        ([happens("let_wait", status="requires_capture")], MoneyStatus.AUTHORIZED, ""),
        ([happens("let_wait", status="canceled")], MoneyStatus.CANCELLED, ""),
        ([happens("fail")], MoneyStatus.FAILED, "insufficient_funds"),
        ([happens("expire")], MoneyStatus.EXPIRED, ""),
        ([happens("decline"), happens("expire")], MoneyStatus.FAILED, "insufficient_funds"),
    ],
)
def test_stripes_states_are_ours(company, checkout, happened, status, code):
    for deed in happened:
        deed(company)

    standing = stands()

    assert (standing.status, standing.failure_code) == (status, code)
    assert standing.charged == (ORDER.amount if status == MoneyStatus.SUCCEEDED else 0)


def test_a_hold_that_lapsed_has_expired(company, checkout):
    company.let_wait(ORDER.reference, status="canceled")
    intent = company.find(company.orders[ORDER.reference]["payment_intent"], kind="payment_intent")
    intent["cancellation_reason"] = "automatic"

    assert stands().status == MoneyStatus.EXPIRED


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        (["warning_needs_response"], Chargeback.NONE),
        (["warning_needs_response", "warning_closed"], Chargeback.NONE),
        (["needs_response"], Chargeback.OPEN),
        (["needs_response", "under_review"], Chargeback.OPEN),
        (["needs_response", "won"], Chargeback.WON),
        (["prevented"], Chargeback.WON),
        (["needs_response", "lost"], Chargeback.LOST),
        (["needs_response", "lost", "appeal_under_review"], Chargeback.OPEN),
    ],
)
def test_disputes_are_chargebacks_and_questions_are_not(company, checkout, verdicts, told):
    company.pay(ORDER.reference)
    for verdict in verdicts:
        company.dispute(ORDER.reference, status=verdict)

    standing = stands()

    assert (standing.chargeback, standing.status) == (told, MoneyStatus.SUCCEEDED)


def test_a_dispute_in_a_state_that_nobody_told_us_of_settles_nothing(company, checkout):
    company.pay(ORDER.reference)
    company.dispute(ORDER.reference, status="arbitration")
    with pytest.raises(Unavailable):
        stands()


def test_money_of_another_mode_account_or_currency_is_told_as_what_it_is(company, checkout):
    company.pay(ORDER.reference)
    session = company.orders[ORDER.reference]
    session["livemode"], session["metadata"]["merchant"] = True, "acct_other"
    company.find(
        company.find(session["payment_intent"], kind="payment_intent")["latest_charge"], kind="charge"
    )["currency"] = "eur"

    standing = stands()

    assert (standing.mode, standing.merchant, standing.currency) == (Mode.LIVE, "acct_other", "EUR")


# refunds and closing


def test_a_refund_waits_fails_and_succeeds_as_stripe_says(company, checkout):
    company.pay(ORDER.reference)
    company.refunds_wait = True
    assert Stripe().refund(back(checkout)).status == RefundStatus.PENDING
    assert stands().refunded == 0

    company.finish_refunds(status="failed")

    (told,) = stands().refunds
    assert (told.status, told.code, told.refund_reference) == (
        RefundStatus.FAILED,
        "expired_or_canceled_card",
        "R2K1-1",
    )
    assert (
        Stripe().refund(back(checkout)).status == RefundStatus.FAILED
    )  # as it was: another try is another one
    company.refunds_wait = False
    assert Stripe().refund(back(checkout, reference="R2K1-2")).status == RefundStatus.SUCCEEDED
    assert stands().refunded == Decimal("500.00")


def test_a_refund_is_given_once_even_when_stripe_has_forgotten_the_key(company, checkout):
    company.pay(ORDER.reference)
    Stripe().refund(back(checkout))
    company.forget_keys()

    assert Stripe().refund(back(checkout)).status == RefundStatus.SUCCEEDED
    assert stands().refunded == Decimal("500.00")


def test_a_refund_whose_answer_was_lost_is_given_once(company, checkout):
    company.pay(ORDER.reference)
    company.misbehave("", "lost")
    with pytest.raises(Unavailable):
        Stripe().refund(back(checkout))

    assert Stripe().refund(back(checkout)).status == RefundStatus.SUCCEEDED
    assert stands().refunded == Decimal("500.00")


def test_a_refund_made_in_stripes_dashboard_bears_stripes_number(company, checkout):
    company.pay(ORDER.reference)
    company.refund_by_hand(ORDER.reference, amount=100)

    (told,) = stands().refunds

    assert told.refund_reference.startswith("re_")
    assert told.amount == Decimal("1.00")


def test_more_refunds_than_stripe_shows_at_once_are_not_counted_wrong(company, checkout):
    company.pay(ORDER.reference)
    for _number in range(11):
        company.refund_by_hand(ORDER.reference, amount=100)
    with pytest.raises(Unavailable):
        stands()


def test_money_of_another_currency_is_not_given_back(company, checkout):
    company.pay(ORDER.reference)
    with pytest.raises(InvalidInput):
        Stripe().refund(back(checkout, currency="ETB"))

    assert stands().refunds == ()


def test_a_page_that_ran_out_needs_no_closing(company, checkout):
    company.expire(ORDER.reference)
    Stripe().cancel(checkout.gateway_reference)

    assert stands().status == MoneyStatus.EXPIRED


def test_a_page_that_nobody_knows_cannot_be_closed(company):
    with pytest.raises(NotFound):
        Stripe().cancel("cs_test_of_nobody")


def company_words(reference):
    price = {"currency": "usd", "unit_amount": "5000", "product_data": {"name": "Another"}}
    return {
        "mode": "payment",
        "client_reference_id": reference,
        "line_items": [{"quantity": "1", "price_data": price}],
        "success_url": "https://app.example/",
        "cancel_url": "https://app.example/",
    }
