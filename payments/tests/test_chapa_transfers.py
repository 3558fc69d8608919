"""Payouts by Chapa's transfers: sent once, approved by us only if they are ours, booked as looked up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from key2key.common import clock
from key2key.common.errors import InvalidInput, NotFound, Unavailable
from payments import services
from payments.gateways.chapa.transfers import ChapaTransfers, banks
from payments.gateways.payouts import PayoutOrder, PayoutStatus, payout_channel
from payments.models import Payout, PayoutSending, WebhookDelivery
from payments.tests.chapa_desk import connected
from payments.tests.factories import PayoutAccountFactory
from payments.tests.owing import balance_of, finance, owed_account, owed_to, payout_in
from payments.tests.standins.chapa import ChapaStandIn, Sent

pytestmark = pytest.mark.django_db
APPROVAL = "/api/v1/payments/chapa/transfer-approval"
NUMBER = "1000123456789"


@pytest.fixture
def company(settings: Any) -> Iterator[ChapaStandIn]:
    account = owed_account(account_number=NUMBER)  # paid over the sandbox, which the settings leave then
    with connected(settings) as standin:
        standin.balance = Decimal("5000.00")
        standin.account = account  # type: ignore[attr-defined]
        cache.clear()
        yield standin
    settings.PAYMENT_GATEWAYS = ["sandbox", "chapa"]
    assert services.ledger_faults() == []


@pytest.fixture
def payout(company: Any) -> Payout:
    """A payout of 1,000 birr that finance has just sent over Chapa."""
    approved = payout_in("approved", account=company.account)
    return services.send_payout(payout_id=approved.pk, by=finance(), channel="chapa")


def status_of(payout: Payout) -> str:
    payout.refresh_from_db()
    return payout.status


def try_again() -> None:
    PayoutSending.objects.update(due_at=clock.now())
    services.send_payouts()


def ask_us(sent: Sent) -> int:
    """Chapa asks whether a transfer may leave."""
    headers, body = sent
    return Client().post(APPROVAL, body, content_type="application/json", headers=headers).status_code


def order(**other: Any) -> PayoutOrder:
    values = {
        "reference": "P2K7F3A",
        "amount": Decimal("1000.00"),
        "currency": "ETB",
        "account_name": "Hana Bekele",
        "account_number": NUMBER,
        "bank_code": "946",
    }
    return PayoutOrder(**{**values, **other})


# the channel


def test_a_transfer_is_queued_and_looked_up_by_our_reference(company):
    sent = payout_channel("chapa").send(order())
    company.transfers["P2K7F3A"].status = "success"

    standing = ChapaTransfers().look_up("P2K7F3A")

    assert (sent.status, sent.reference) == (PayoutStatus.PENDING, "P2K7F3A")
    assert (standing.status, standing.amount, standing.currency) == (PayoutStatus.PAID, Decimal(1000), "ETB")
    assert (standing.reference, standing.fee) == ("P2K7F3A", Decimal(5))
    assert standing.channel_reference == company.transfers["P2K7F3A"].number


def test_the_same_reference_sends_nothing_more(company):
    ChapaTransfers().send(order())
    company.transfers["P2K7F3A"].status = "success"

    assert ChapaTransfers().send(order()).status == PayoutStatus.PAID
    assert company.balance == Decimal("4000.00")


@pytest.mark.parametrize("word", ["failed", "failed/cancelled", "reverted"])
def test_a_transfer_that_failed_says_so(company, word):
    ChapaTransfers().send(order())
    company.transfers["P2K7F3A"].status = word

    standing = ChapaTransfers().look_up("P2K7F3A")

    assert (standing.status, standing.code) == (PayoutStatus.FAILED, word)


def test_a_transfer_that_chapa_never_heard_of_has_not_left(company):
    with pytest.raises(NotFound):
        ChapaTransfers().look_up("P2KNEVER")


@pytest.mark.parametrize(
    "changed, code",
    [
        ({"bank_code": "1"}, "unknown_bank"),
        ({"bank_code": "999"}, "unknown_bank"),
        ({"account_number": "123"}, "account_number_length"),
        ({"amount": Decimal("5000.01")}, "Insufficient Balance"),
    ],
)
def test_what_cannot_be_paid_is_refused_and_nothing_leaves(company, changed, code):
    with pytest.raises(InvalidInput) as refusal:
        ChapaTransfers().send(order(**changed))

    assert (refusal.value.code, refusal.value.extra["vendor_code"]) == ("gateway_refused", code)
    assert not company.transfers


@pytest.mark.parametrize("bad_day", ["500", "html", "garbage", "empty", "lost"])
def test_an_answer_that_is_none_leaves_it_open(company, bad_day):
    banks()
    company.misbehave(bad_day)

    with pytest.raises(Unavailable):
        ChapaTransfers().send(order())

    assert bool(company.transfers) == (bad_day == "lost")


def test_outside_its_hours_chapa_is_away(company):
    company.is_closed = True

    with pytest.raises(Unavailable):
        ChapaTransfers().send(order())


def test_the_banks_are_asked_for_once_a_day(company):
    assert {bank.code for bank in banks()} == {"855", "946", "130", "999"}
    assert {bank.digits for bank in banks() if bank.name == "telebirr"} == {10}

    assert [path for _method, path in company.calls] == ["/v1/banks"]


# the question back


def test_a_transfer_of_ours_may_leave(company, payout):
    services.send_payouts()

    assert ask_us(company.approval_asked(payout.reference)) == 200
    assert ask_us(company.approval_asked(payout.reference, signed="constant")) == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": "1000.01"},
        {"amount": "10000.00"},
        {"account_number": "1000123456780"},
        {"reference": "P2KOTHER"},
        {"amount": None},
        {"account_number": 7},
    ],
)
@pytest.mark.parametrize("signed", ["body", "constant"])
def test_a_transfer_that_is_not_exactly_ours_may_not(company, payout, changed, signed):
    services.send_payouts()

    assert ask_us(company.approval_asked(payout.reference, signed=signed, **changed)) == 400


def test_a_question_that_chapa_did_not_sign_is_not_answered(company, payout):
    services.send_payouts()
    headers, body = company.approval_asked(payout.reference)

    assert ask_us(company.approval_asked(payout.reference, signed="stranger")) == 401
    assert ask_us(({}, body)) == 401
    assert ask_us((headers, body + b" ")) == 401


def test_without_its_secret_nothing_may_leave(company, payout, settings):
    services.send_payouts()
    settings.CHAPA_APPROVAL_SECRET = company.approval_secret = ""

    assert ask_us(company.approval_asked(payout.reference, signed="constant")) == 401


def test_what_is_not_on_its_way_may_not_leave(company, payout):
    services.send_payouts()
    company.transfers[payout.reference].status = "success"
    try_again()
    asked = company.approval_asked(payout.reference)
    PayoutSending.objects.update(work_state="queued")
    try_again()

    assert status_of(payout) == "paid"
    assert ask_us(asked) == 400


# from the row to the ledger


def test_a_payout_is_sent_approved_paid_and_booked(company, payout):
    services.send_payouts()
    company.approved(payout.reference, status=ask_us(company.approval_asked(payout.reference)))
    assert (status_of(payout), company.transfers[payout.reference].status) == ("processing", "pending")

    company.transfers[payout.reference].status = "success"
    told = company.notify_payout(payout.reference, event="payout.success", status="success")
    assert tell(told) == tell(told) == 200
    services.read_webhooks()
    services.send_payouts()

    assert status_of(payout) == "paid"
    assert payout.bank_reference == company.transfers[payout.reference].number
    assert (owed_to(payout.payee_id), balance_of("payouts_in_transit")) == (0, 0)
    assert WebhookDelivery.objects.get().work_state == "done"


def test_a_payout_that_chapa_refuses_is_owed_again(company, payout):
    company.balance = Decimal(0)

    services.send_payouts()

    assert (status_of(payout), payout.failure_code) == ("failed", "Insufficient Balance")
    assert owed_to(payout.payee_id) == Decimal("1000.00")


def test_a_payout_whose_answer_was_lost_is_sent_once(company, payout):
    banks()
    company.misbehave("lost")
    services.send_payouts()
    assert status_of(payout) == "processing"

    try_again()

    assert company.balance == Decimal("4000.00")
    assert (status_of(payout), PayoutSending.objects.get().work_state) == ("processing", "done")


def test_a_payout_on_sunday_waits_for_monday(company, payout):
    company.is_closed = True
    services.send_payouts()
    assert status_of(payout) == "processing"
    assert not company.transfers

    company.is_closed = False
    try_again()

    assert payout.reference in company.transfers


def test_a_refusal_at_the_second_try_is_one_too(company, payout):
    company.is_closed = True
    services.send_payouts()
    company.is_closed, company.balance = False, Decimal(0)

    try_again()

    assert (status_of(payout), payout.failure_code) == ("failed", "Insufficient Balance")
    assert owed_to(payout.payee_id) == Decimal("1000.00")


def test_a_payout_told_by_a_stranger_changes_nothing(company, payout):
    services.send_payouts()
    headers, body = company.notify_payout(payout.reference, event="payout.success", status="success")

    assert tell((headers, body.replace(b"success", b"failed."))) == 401
    assert tell((headers, body)) == 200  # a hint: the transfer is still queued
    services.read_webhooks()
    services.send_payouts()

    assert status_of(payout) == "processing"


def test_a_bank_that_gives_the_money_back_makes_it_owed_again(company, payout):
    services.send_payouts()
    company.transfers[payout.reference].status = "reverted"
    tell(company.notify_payout(payout.reference, event="payout.failed/cancelled", status="failed/cancelled"))
    services.read_webhooks()
    services.send_payouts()

    assert (status_of(payout), payout.failure_code) == ("failed", "reverted")
    assert owed_to(payout.payee_id) == Decimal("1000.00")


def test_an_account_at_a_closed_bank_is_refused_before_chapa_is_asked(company):
    account = PayoutAccountFactory(bank_code="999")

    with pytest.raises(InvalidInput):
        ChapaTransfers().send(order(bank_code=account.bank_code))

    assert ("POST", "/v1/transfers") not in company.calls


def tell(sent: Sent) -> int:
    """Chapa's webhook arrives."""
    headers, body = sent
    path = "/api/v1/payments/webhooks/chapa"
    return Client().post(path, body, content_type="application/json", headers=headers).status_code
