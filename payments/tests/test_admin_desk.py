"""The page of one payment, and the page of all that waits."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.tests.desk import ADMIN, at_desk, said
from accounts.tests.factories import StaffFactory
from key2key.common import clock
from payments import services
from payments.chronicle import MOST, chronicle_of
from payments.enums import PaymentStatus, RefundStatus
from payments.gateways.contract import Chargeback, MoneyStatus
from payments.models import (
    GatewayCall,
    Payment,
    PaymentCheck,
    Receipt,
    Refund,
    RefundSending,
    WebhookDelivery,
)
from payments.targets import Target
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.paying import charge_back, hear, pay_in_full

pytestmark = pytest.mark.django_db
PARKED = f"{ADMIN}payments/payment/parked/"
SENT = {"_form_submitted": "true"}


@pytest.fixture
def finance() -> Client:
    return at_desk("finance")


def page(row: Any, deed: str = "change") -> str:
    return f"{ADMIN}payments/{row._meta.model_name}/{row.pk}/{deed}/"


def offered(client: Client, payment: Payment) -> set[str]:
    """The deeds whose buttons the page of the payment has."""
    text = client.get(page(payment)).content.decode()
    deeds = ("ask_gateway", "request_refund", "accept_review", "close_review", "keep_odd_money")
    return {deed for deed in deeds if f"/{deed.replace('_', '-')}/" in text or f"/{deed}/" in text}


class TestTimeline:
    def test_all_sources_are_in_one_order(self, finance: Client) -> None:
        hold = HoldFactory(amount=Decimal(1000))
        payment = PaymentFactory(hold=hold, amount=hold.amount)
        with clock.advanced(timedelta(minutes=1)):
            GatewayCall.objects.create(
                gateway="sandbox", payment=payment, deed="look_up", outcome="answered", milliseconds=41
            )
        with clock.advanced(timedelta(minutes=2)):
            WebhookDelivery.objects.create(
                gateway="sandbox", event_key="evt-1", kind="checkout.paid", body=b'{"a": 1}', payment=payment
            )
        with clock.advanced(timedelta(minutes=3)):
            hear(payment)
        with clock.advanced(timedelta(minutes=4)):
            services.issue_receipt(payment.pk)
        with clock.advanced(timedelta(minutes=5)):
            services.refund_hold(target=Target(hold.target_type, hold.target_id), reason="Papers are false")
        kinds = [str(entry.of) for entry in chronicle_of(payment)]
        assert kinds[:2] == ["Request", "Webhook"]
        assert kinds.index("Booking") < kinds.index("Receipt") < kinds.index("Refund")
        assert [entry.at for entry in chronicle_of(payment)] == sorted(
            entry.at for entry in chronicle_of(payment)
        )
        text = finance.get(page(payment)).content.decode()
        for needed in ("41 ms", "checkout.paid", Receipt.objects.get().number, "Papers are false"):
            assert needed in text, needed

    @pytest.mark.parametrize(
        ("body", "shown"),
        [
            (b"<script>alert(1)</script>", "&lt;script&gt;alert(1)"),
            (b"\xff\xfe\x00broken", "broken"),
            (b"x" * 100_000, "x …"),
        ],
    )
    def test_a_raw_body_is_shown_as_harmless_text(self, body: bytes, shown: str, finance: Client) -> None:
        payment = PaymentFactory()
        WebhookDelivery.objects.create(gateway="sandbox", event_key="e", body=body, payment=payment)
        text = finance.get(page(payment)).content.decode()
        assert shown in text
        assert "<script>alert(1)" not in text
        assert "x" * 5000 not in text

    def test_what_staff_did_is_in_it_with_who_and_why(self, finance: Client) -> None:
        payment = hear(PaymentFactory(), merchant="somebody else")
        services.accept_review(payment_id=payment.pk, by=finance.user, reason="The company was renamed")
        deeds = [entry for entry in chronicle_of(payment) if entry.of == "Deed"]
        assert [(entry.source, entry.outcome) for entry in deeds] == [
            (str(finance.user), "The company was renamed")
        ]

    def test_much_that_happened_costs_what_little_costs(self, finance: Client) -> None:
        payment = pay_in_full(HoldFactory()).payments.get()

        def queries() -> int:
            with CaptureQueriesContext(connection) as asked:
                assert finance.get(page(payment)).status_code == 200
            return len(asked)

        def happen(times: int) -> None:
            for number in range(times):
                made = {"gateway": "sandbox", "payment": payment}
                GatewayCall.objects.create(**made, deed="look_up", outcome="answered", milliseconds=number)
                key = f"evt-{WebhookDelivery.objects.count()}"
                WebhookDelivery.objects.create(**made, event_key=key, body=b"{}")

        happen(1)
        queries()
        few = queries()
        happen(20)
        assert queries() == few
        assert few <= 30
        assert len(chronicle_of(payment)) < MOST


class TestButtons:
    def test_a_payment_that_waits_can_be_asked_about_and_no_more(self, finance: Client) -> None:
        assert offered(finance, PaymentFactory()) == {"ask_gateway"}

    def test_a_paid_service_can_be_refunded_and_a_deposit_not(self, finance: Client) -> None:
        assert "request_refund" in offered(finance, hear(PaymentFactory(hold=None)))
        assert "request_refund" not in offered(finance, pay_in_full(HoldFactory()).payments.get())

    def test_a_disputed_one_is_not_refunded(self, finance: Client) -> None:
        payment = charge_back(hear(PaymentFactory(hold=None)), outcome=Chargeback.OPEN)
        assert offered(finance, payment) == {"ask_gateway"}

    def test_what_does_not_match_is_decided(self, finance: Client) -> None:
        payment = hear(PaymentFactory(), merchant="somebody else")
        assert offered(finance, payment) == {"ask_gateway", "accept_review", "close_review", "keep_odd_money"}

    def test_support_has_none_and_nobody_decides_about_their_own(self) -> None:
        clerk = StaffFactory(groups=["finance"])
        payment = hear(PaymentFactory(hold=None, payer=clerk))
        assert offered(at_desk("support"), payment) == set()
        assert offered(at_desk(user=clerk), payment) == {"ask_gateway"}

    def test_half_is_asked_back_and_waits_for_approval(self, finance: Client) -> None:
        payment = hear(PaymentFactory(hold=None))
        values = {**SENT, "amount": "250.00", "reason": "Half of it was not used"}
        answer = finance.post(page(payment, "request_refund"), values, follow=True)
        refund = Refund.objects.get()
        assert (refund.amount, refund.status) == (250, RefundStatus.REQUESTED), said(answer)
        assert not RefundSending.objects.exists()

    def test_what_does_not_match_is_accepted_with_a_reason(self, finance: Client) -> None:
        payment = hear(PaymentFactory(), merchant="somebody else")
        finance.post(page(payment, "accept_review"), SENT)
        payment.refresh_from_db()
        assert payment.review_reason == "other_merchant"
        finance.post(page(payment, "accept_review"), {**SENT, "reason": "Renamed"})
        payment.refresh_from_db()
        assert payment.review_reason == ""

    def test_what_does_not_match_is_ended(self, finance: Client) -> None:
        payment = hear(PaymentFactory(), status=MoneyStatus.SUCCEEDED, currency="USD")
        finance.post(page(payment, "close_review"), {**SENT, "reason": "Paid in dollars"})
        payment.refresh_from_db()
        assert payment.status == PaymentStatus.CANCELLED


class TestParked:
    def fill(self) -> None:
        hear(PaymentFactory(), merchant="somebody else")
        check = PaymentCheck.objects.create(payment=PaymentFactory())
        hold = pay_in_full(HoldFactory())
        services.refund_hold(target=Target(hold.target_type, hold.target_id), reason="cancelled")
        WebhookDelivery.objects.create(gateway="sandbox", event_key="evt-1", body=b"{}", work_state="parked")
        for rows in (PaymentCheck.objects.filter(pk=check.pk), RefundSending.objects.all()):
            rows.update(work_state="parked", last_error="Unavailable: away")

    def test_everything_that_waits_is_there_with_its_age_and_why(self, finance: Client) -> None:
        self.fill()
        answer = finance.get(PARKED)
        names = [queue.name for queue in answer.context["queues"]]
        assert names == ["mismatches", "webhooks", "checks", "sendings"]
        text = answer.content.decode()
        for needed in ("other_merchant", "Unavailable: away", "less than a minute", "Try again"):
            assert needed in text, needed

    def test_parked_work_is_tried_again_from_there(self, finance: Client) -> None:
        self.fill()
        sending = RefundSending.objects.get()
        finance.post(PARKED, {"row": f"payments.refundsending:{sending.pk}"})
        sending.refresh_from_db()
        assert (sending.work_state, sending.attempts) == ("queued", 0)
        assert PaymentCheck.objects.get().work_state == "parked"

    def test_work_of_others_is_not_touched_from_there(self, finance: Client) -> None:
        answer = finance.post(PARKED, {"row": "common.eventdelivery:1"}, follow=True)
        assert "0 are tried again" in said(answer)

    def test_support_looks_and_tries_nothing(self) -> None:
        self.fill()
        support, sending = at_desk("support"), RefundSending.objects.get()
        assert "Try again</button>" not in support.get(PARKED).content.decode()
        assert support.post(PARKED, {"row": f"payments.refundsending:{sending.pk}"}).status_code == 403
        sending.refresh_from_db()
        assert sending.work_state == "parked"
        assert at_desk("moderator").get(PARKED).status_code == 403

    def test_when_nothing_waits_it_says_so(self, finance: Client) -> None:
        assert "Nothing waits for finance." in finance.get(PARKED).content.decode()

    def test_more_rows_cost_no_more_queries(self, finance: Client) -> None:
        self.fill()

        def queries() -> int:
            with CaptureQueriesContext(connection) as asked:
                finance.get(PARKED)
            return len(asked)

        queries()
        few = queries()
        for _ in range(5):
            hear(PaymentFactory(), merchant="somebody else")
            PaymentCheck.objects.create(payment=PaymentFactory(), work_state="parked")
        assert queries() == few
