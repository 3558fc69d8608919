"""Money is found by whatever somebody has of it, and by an index each time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.tests.desk import ADMIN, at_desk
from accounts.tests.factories import UserFactory
from key2key.common import clock
from payments import finding, services
from payments.models import (
    Hold,
    Payment,
    PaymentProof,
    Payout,
    PayoutAccount,
    RefundSending,
    Statement,
    StatementLine,
    WebhookDelivery,
)
from payments.targets import Target
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.paying import pay_in_full

pytestmark = pytest.mark.django_db
PAGE, LIST = f"{ADMIN}payments/payment/find/", f"{ADMIN}payments/payment/"


@pytest.fixture
def finance() -> Client:
    return at_desk("finance")


@pytest.fixture
def payment() -> Payment:
    """A deposit of which everything is known: a refund, a receipt, a slip, a payout, a webhook, a line."""
    payer = UserFactory(email="hana@example.com", phone="+251911234567", full_name="Hana Bekele")
    hold: Hold = pay_in_full(HoldFactory(buyer=payer))
    payment = hold.payments.get()
    services.issue_receipt(payment.pk)
    services.refund_hold(target=Target(hold.target_type, hold.target_id), reason="Papers are false")
    PaymentProof.objects.create(
        payment=payment, amount=Decimal(5), paid_on=clock.today(), bank_reference="FT26327ABC", bytes=1,
        content_type="image/jpeg", storage_key="x", sealed_key="x",
    )  # fmt: skip
    WebhookDelivery.objects.create(
        gateway="sandbox", event_key="evt-77", kind="checkout.paid", body=b"{}", payment=payment
    )
    account = PayoutAccount.objects.create(
        payee_id=hold.payee_id, bank_code="CBE", bank_name="CBE", account_name="X", sealed_number="x",
        number_ending="1234", currency="ETB", added_by=payer,
    )  # fmt: skip
    Payout.objects.create(
        payee_id=hold.payee_id, account=account, amount=1, currency="ETB", reference="P2KTEST",
        requested_by=payer,
    )  # fmt: skip
    statement = Statement.objects.create(
        source="sandbox", currency="ETB", first_day=clock.today(), last_day=clock.today(), file_hash="x",
        line_count=1,
    )  # fmt: skip
    StatementLine.objects.create(
        statement=statement, number=1, source="sandbox", external_id="L1", kind="payment", gross=1, net=1,
        currency="ETB", references=["BANKREF9"], booked_on=clock.today(), payment=payment,
    )  # fmt: skip
    PaymentFactory()
    return payment


TERMS = {
    "reference": lambda payment: payment.reference,
    "reference in small letters": lambda payment: payment.reference.lower(),
    "a second attempt": lambda payment: f"{payment.reference}A2",
    "gateway": lambda payment: payment.gateway_reference,
    "id": lambda payment: payment.pk,
    "hold": lambda payment: payment.hold_id,
    "deal": lambda payment: payment.target_id,
    "refund": lambda payment: payment.refunds.get().reference,
    "refund's id": lambda payment: payment.refunds.get().pk,
    "sending": lambda payment: RefundSending.objects.get().reference,
    "receipt": lambda payment: payment.receipts.get().number,
    "slip": lambda _payment: "FT26327ABC",
    "payout": lambda _payment: "P2KTEST",
    "line": lambda _payment: "BANKREF9",
    "webhook": lambda _payment: "evt-77",
    "e-mail": lambda _payment: "Hana@Example.com",
    "phone": lambda _payment: "0911 23 45 67",
    "phone with its country": lambda _payment: "+251911234567",
    "beginning of the name": lambda _payment: "hana be",
    "payer's id": lambda payment: payment.payer_id,
}


@pytest.mark.parametrize("by", TERMS)
def test_a_payment_is_found_by(by: str, payment: Payment, finance: Client) -> None:
    term = str(TERMS[by](payment))
    assert list(Payment.objects.filter(finding.look_for(term).payments())) == [payment]
    shown = finance.get(LIST, {"q": f" {term} "}).context["cl"].result_list
    assert [row.pk for row in shown] == [payment.pk]


@pytest.mark.parametrize("by", ["reference", "payout", "webhook", "e-mail"])
def test_the_page_shows_it_in_few_queries(by: str, payment: Payment, finance: Client) -> None:
    finance.get(PAGE)
    with CaptureQueriesContext(connection) as asked:
        text = finance.get(PAGE, {"q": str(TERMS[by](payment))}).content.decode()
    assert payment.reference in text
    assert len(asked) <= 20


@pytest.mark.parametrize("term", ["", " ", "ha", "nothing like this", "%", "0911", "a@", "00000000", "=1"])
def test_what_goes_by_nothing_finds_nothing(term: str, payment: Payment, finance: Client) -> None:
    assert finding.look_for(term) == finding.Found()
    assert payment.reference not in finance.get(PAGE, {"q": term}).content.decode()


def test_what_is_typed_is_shown_as_text(finance: Client) -> None:
    text = finance.get(PAGE, {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert(1)" not in text


@pytest.mark.parametrize("group", ["moderator", "content", "kyc"])
def test_other_staff_find_no_money(group: str) -> None:
    assert at_desk(group).get(PAGE, {"q": "K2K"}).status_code == 403


def explained(rows: Any) -> str:
    """The plan of a query where no table may be read from end to end as long as an index serves."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    return str(rows.explain())


def test_every_comparison_is_one_of_an_index() -> None:
    people = UserFactory._meta.model.objects
    found = finding.Found(hits=(), payers=(UserFactory().pk,), payees=(UserFactory().pk,))
    for rows in (
        finding.references_named("K2KTEST"),
        finding.ids_named(UserFactory().pk),
        people.filter(email="hana@example.com"),
        people.filter(phone="+251911234567"),
        people.filter(full_name__istartswith="hana"),
        Payment.objects.filter(found.payments()),
    ):
        assert "Seq Scan" not in explained(rows)


def test_a_search_within_words_would_read_the_whole_table() -> None:
    """The negative control: what the plan says where no index serves."""
    assert "Seq Scan" in explained(Payment.objects.filter(Q(description__icontains="villa")))


def test_among_many_the_newest_come_first_and_the_page_ends(finance: Client) -> None:
    payer = UserFactory(full_name="Selam Tesfaye")
    for days in range(60):
        with clock.advanced(timedelta(days=days)):
            PaymentFactory(hold=None, payer=payer)
    panel = finance.get(PAGE, {"q": "selam tes"}).context["panels"][0]
    assert len(panel.rows) == 50
    newest = Payment.objects.order_by("-created_at").first()
    assert newest is not None
    assert newest.reference in str(panel.rows[0][0])
