"""The pages on which staff let money go."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.tests.desk import ADMIN, at_desk, said
from payments import services
from payments.enums import HoldPolicy, PayoutAccountState
from payments.models import HoldInstruction, PayoutBatch, Refund, RefundSending, Transfer
from payments.tests.factories import HoldFactory, PaymentFactory, PayoutAccountFactory
from payments.tests.owing import payout_in, target_of
from payments.tests.paying import hear, pay_in_full

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance() -> Client:
    return at_desk("finance")


@pytest.fixture
def treasury() -> Client:
    return at_desk("treasury")


def act(client: Client, row: Any, deed: str, **form: str) -> Any:
    path = f"{ADMIN}payments/{row._meta.model_name}/{row.pk}/{deed}/"
    answer = client.post(path, {"_form_submitted": "true", **form}, follow=True)
    row.refresh_from_db()
    return answer


def deeds(client: Client, row: Any) -> set[str]:
    """The buttons that a row's page offers."""
    page = client.get(f"{ADMIN}payments/{row._meta.model_name}/{row.pk}/change/")
    assert page.status_code == 200
    offered = page.context["actions_detail"] or []
    return {each["path"].rstrip("/").rsplit("/", 1)[-1] for each in offered}


def test_a_refund_goes_over_two_desks(finance: Client, treasury: Client) -> None:
    payment = hear(PaymentFactory(hold=None, amount=Decimal("500.00")))
    act(finance, payment, "request_refund", amount="200.00", reason="By mistake")
    refund = Refund.objects.get()
    assert (refund.status, refund.amount) == ("requested", Decimal("200.00"))
    assert deeds(finance, refund) == set()
    assert deeds(treasury, refund) == {"approve", "decline"}
    act(finance, refund, "approve")
    assert refund.status == "requested"
    act(treasury, refund, "approve")
    assert refund.status == "approved"
    assert deeds(finance, refund) == {"execute"}
    act(treasury, refund, "execute")
    assert not RefundSending.objects.exists()
    act(finance, refund, "execute")
    assert RefundSending.objects.count() == 1
    assert deeds(finance, refund) == set(), "it was sent"


def test_a_refund_is_declined_with_a_reason(finance: Client, treasury: Client) -> None:
    payment = hear(PaymentFactory(hold=None))
    act(finance, payment, "request_refund", reason="By mistake")
    refund = Refund.objects.get()
    assert refund.amount == payment.amount
    act(treasury, refund, "decline", reason="It was used")
    assert (refund.status, refund.decline_reason) == ("declined", "It was used")


def test_an_account_is_checked(finance: Client, treasury: Client) -> None:
    account = PayoutAccountFactory(state=PayoutAccountState.PENDING)
    assert "verified" in finance.get(f"{ADMIN}payments/payoutaccount/{account.pk}/change/").content.decode()
    act(treasury, account, "activate")
    assert account.state == PayoutAccountState.PENDING
    act(finance, account, "activate")
    assert account.state == PayoutAccountState.ACTIVE
    act(finance, account, "restrict", reason="A complaint")
    assert account.state == PayoutAccountState.RESTRICTED
    page = finance.get(f"{ADMIN}payments/payoutaccount/{account.pk}/change/").content.decode()
    assert services.payout_accounts.number_of(account) not in page


def test_a_payout_goes_over_two_desks_into_a_file(finance: Client, treasury: Client) -> None:
    payout = payout_in()
    assert deeds(finance, payout) == {"hold"}
    act(treasury, payout, "approve")
    assert payout.status == "approved"
    answer = finance.post(reverse("admin:payments_payout_export"), {"_form_submitted": "true"}, follow=True)
    batch = PayoutBatch.objects.get()
    payout.refresh_from_db()
    assert (payout.status, payout.batch) == ("processing", batch), said(answer)
    path = f"{ADMIN}payments/payoutbatch/{batch.pk}/file.csv"
    file = finance.get(path)
    assert file.status_code == 200
    assert "no-store" in file["Cache-Control"]
    assert payout.reference in file.content.decode()
    assert treasury.get(path).status_code == 403
    act(finance, payout, "confirm", reference="FT26327ABC")
    assert (payout.status, payout.bank_reference) == ("paid", "FT26327ABC")
    act(finance, payout, "give_back", reason="Unknown account", reference="FT26328XYZ")
    assert (payout.status, payout.failure_code) == ("failed", "returned")


def test_a_payout_is_sent_by_hand_held_resumed_and_failed(finance: Client, treasury: Client) -> None:
    payout = payout_in("approved")
    act(finance, payout, "hold", reason="A question")
    assert payout.status == "on_hold"
    act(finance, payout, "resume")
    act(finance, payout, "send", channel="manual")
    assert (payout.status, payout.channel) == ("processing", "manual")
    act(finance, payout, "fail", reason="The account is closed")
    assert payout.status == "processing", "who sent it does not say so alone"
    act(at_desk("finance"), payout, "fail", reason="The account is closed")
    assert payout.status == "failed"


def test_an_instruction_goes_over_two_desks(finance: Client, treasury: Client) -> None:
    hold = pay_in_full(HoldFactory(policy=HoldPolicy.PARTNER_BANK))
    services.release_hold(target=target_of(hold), terms=services.Release())
    instruction = HoldInstruction.objects.get()
    assert deeds(finance, instruction) == set()
    act(treasury, instruction, "approve")
    act(finance, instruction, "carry_out", reference="CBE-77")
    assert (instruction.state, instruction.evidence) == ("carried_out", "CBE-77")
    assert Transfer.objects.filter(cause="released").count() == 1


def test_what_waits_stands_on_the_first_page_of_those_who_may(finance: Client, treasury: Client) -> None:
    payout_in()
    for client, label, sees in (
        (treasury, "Payouts to approve", True),
        (finance, "Payouts to approve", False),
    ):
        counters = {row["label"]: row for row in client.get(ADMIN).context["counters"]}
        assert (label in counters) is sees
        if sees:
            assert counters[label]["count"] == 1
            assert client.get(counters[label]["url"]).status_code == 200
