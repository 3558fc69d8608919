"""The pages of finance."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.tests.desk import ADMIN, at_desk, said
from payments import queues, services
from payments.enums import RefundStatus
from payments.gateways.contract import Chargeback, RefundStanding
from payments.gateways.contract import RefundStatus as Told
from payments.models import (
    Account,
    Hold,
    Payment,
    PaymentCheck,
    Refund,
    RefundSending,
    Transfer,
    WebhookDelivery,
)
from payments.targets import Target
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.paying import charge_back, hear, pay_in_full

pytestmark = pytest.mark.django_db
MODELS = [Payment, Hold, Refund, WebhookDelivery, Account, Transfer]


@pytest.fixture
def finance() -> Client:
    return at_desk("finance")


def page(row: Any, deed: str = "change") -> str:
    return f"{ADMIN}payments/{row._meta.model_name}/{row.pk}/{deed}/"


def refunded_hold() -> Hold:
    hold = pay_in_full(HoldFactory(amount=Decimal("1000.00")))
    return services.refund_hold(target=Target(hold.target_type, hold.target_id), reason="Papers are false")


def parked() -> WebhookDelivery:
    return WebhookDelivery.objects.create(
        gateway="sandbox", event_key="evt-1", kind="checkout.paid", body=b'{"id": "evt-1"}',
        reference="K2K-LOST", work_state="parked", last_error="unknown_payment",
    )  # fmt: skip


@pytest.mark.parametrize("model", MODELS)
def test_every_page_opens_and_none_is_a_form(model: type[Any], finance: Client) -> None:
    refunded_hold()
    parked()
    row = model.objects.first()
    assert finance.get(reverse(f"admin:payments_{model._meta.model_name}_changelist")).status_code == 200
    assert finance.get(page(row)).status_code == 200
    assert finance.post(page(row), {"status": "succeeded"}).status_code == 403


@pytest.mark.parametrize("group", ["moderator", "content"])
def test_other_staff_do_not_see_money(group: str) -> None:
    payment = PaymentFactory()
    assert at_desk(group).get(page(payment)).status_code in {302, 403}


def test_a_payment_shows_all_that_happened(finance: Client) -> None:
    hold = refunded_hold()
    payment, refund = hold.payments.get(), Refund.objects.get()
    text = finance.get(page(payment)).content.decode()
    for needed in (
        payment.reference,
        refund.reference,
        "Papers are false",
        "held deposits",
        "1,000.00 ETB",
        "Timeline",
    ):
        assert needed in text, needed


@pytest.mark.parametrize("by", ["reference", "gateway", "refund", "hold", "target", "payer", "id"])
def test_a_payment_is_found_by_any_reference(by: str, finance: Client) -> None:
    hold = refunded_hold()
    other, payment = PaymentFactory(), hold.payments.get()
    terms = {
        "reference": payment.reference.lower(),
        "gateway": payment.gateway_reference,
        "refund": Refund.objects.get().reference,
        "hold": hold.pk,
        "target": payment.target_id,
        "payer": payment.payer.email,
        "id": payment.pk,
    }
    found = finance.get(f"{ADMIN}payments/payment/", {"q": str(terms[by])}).context["cl"].result_list
    assert [row.pk for row in found] == [payment.pk]
    assert other.pk != payment.pk


def test_what_does_not_match_waits_on_the_first_page(finance: Client) -> None:
    hear(PaymentFactory(), merchant="somebody else")
    parked()
    text = finance.get(ADMIN).content.decode()
    assert "Payments that do not match" in text
    assert "Webhooks that were not booked" in text
    counters = [row["url"] for row in finance.get(ADMIN).context["counters"] if "/payments/" in row["url"]]
    assert len(counters) >= 4
    assert [finance.get(url).status_code for url in counters] == [200] * len(counters)
    odd = finance.get(f"{ADMIN}payments/payment/?odd=yes").context["cl"].result_list
    assert [row.review_reason for row in odd] == ["other_merchant"]


def test_what_a_bank_disputes_waits_on_the_first_page_whatever_became_of_its_deal(finance: Client) -> None:
    hold = pay_in_full(HoldFactory())
    services.release_hold(target=Target(hold.target_type, hold.target_id), terms=services.Release())
    charge_back(hold.payments.get())
    counters = {row["label"]: row for row in finance.get(ADMIN).context["counters"]}
    row = counters["Payments that a bank disputes"]
    assert row["count"] == 1
    shown = finance.get(row["url"]).context["cl"].result_list
    assert [payment.status for payment in shown] == ["disputed"]


def test_a_refund_of_money_that_the_bank_took_waits_for_nobody() -> None:
    hold = refunded_hold()
    refund = Refund.objects.get()
    told = RefundStanding(status=Told.FAILED, refund_reference=f"{refund.reference}-1")
    hear(hold.payments.get(), refunds=(told,))
    assert list(queues.failed_refunds()) == [refund]
    charge_back(hold.payments.get(), outcome=Chargeback.LOST)
    assert not queues.failed_refunds().exists()


def test_finance_has_the_gateway_asked(finance: Client) -> None:
    payment = PaymentFactory()
    answer = finance.post(page(payment, "ask_gateway"), {"_form_submitted": "true"}, follow=True)
    assert PaymentCheck.objects.filter(payment=payment).exists(), said(answer)


def test_finance_sends_a_failed_refund_again(finance: Client) -> None:
    refunded_hold()
    Refund.objects.update(status=RefundStatus.FAILED)
    refund = Refund.objects.get()
    finance.post(page(refund, "try_again"), {"_form_submitted": "true"})
    refund.refresh_from_db()
    assert (refund.status, RefundSending.objects.count()) == (RefundStatus.APPROVED, 2)


def test_support_looks_and_changes_nothing() -> None:
    refunded_hold()
    Refund.objects.update(status=RefundStatus.FAILED)
    refund, support = Refund.objects.get(), at_desk("support")
    assert support.get(page(refund)).status_code == 200
    support.post(page(refund, "try_again"), {"_form_submitted": "true"})
    refund.refresh_from_db()
    assert (refund.status, RefundSending.objects.count()) == (RefundStatus.FAILED, 1)


def test_a_parked_webhook_is_read_again(finance: Client) -> None:
    delivery = parked()
    finance.post(page(delivery, "read_again"), {"_form_submitted": "true"})
    delivery.refresh_from_db()
    assert (delivery.work_state, delivery.attempts) == ("queued", 0)
