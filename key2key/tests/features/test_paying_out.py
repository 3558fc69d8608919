"""Money that leaves: refunds by two rights, shares of the seller and the broker, payouts to the bank."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from constance.test import override_config
from django.core.management import call_command

from accounts.tests.desk import at_desk
from accounts.tests.factories import MembershipFactory, OrganisationFactory
from key2key.common import clock
from key2key.tests.features.dealing import agreed, ask, do, news, read, refused, settle
from key2key.tests.features.market import Desk, Person
from listings.services import SellerFacts, set_seller_facts
from payments.models import HoldInstruction, PayoutBatch, Refund
from payments.tests.company import Company

pytestmark = pytest.mark.django_db
BANK = {"bank_code": "946", "bank_name": "Commercial Bank of Ethiopia"}


@pytest.fixture
def finance(db: None) -> Desk:
    return Desk(at_desk("finance"))


@pytest.fixture
def treasury(db: None) -> Desk:
    return Desk(at_desk("treasury"))


def adds_up() -> bool:
    told = StringIO()
    call_command("check_ledger", stdout=told)
    return "adds up" in told.getvalue()


@pytest.fixture
def boosted(
    seller: Person, on_the_market: Callable[..., dict[str, Any]], sandbox: Company
) -> Callable[[], dict[str, Any]]:
    """A service that the seller has paid for."""
    listing = on_the_market(seller, "properties")["id"]
    body = {
        "purpose": "boost", "target": {"type": "listing", "id": listing}, "gateway": "sandbox", "days": 7,
        "return_url": "https://app.example/back",
    }  # fmt: skip
    payment = do(seller, "payments", body)
    sandbox.press(payment["checkout_url"], "pay")
    settle()
    return lambda: read(seller, f"payments/{payment['id']}")


def test_pay_5_a_refund_is_asked_for_by_one_right_and_approved_by_another(
    boosted: Callable[[], dict[str, Any]], finance: Desk, treasury: Desk
) -> None:
    payment = boosted()
    assert payment["status"] == "succeeded"
    page = f"payments/payment/{payment['id']}"
    treasury.browser.post(f"/admin/{page}/request_refund/", {"_form_submitted": "true", "reason": "x"})
    assert not Refund.objects.exists(), "who approves does not ask"
    finance.act(page, "request_refund", amount="100.00", reason="It was shown for a day only.")
    refund = Refund.objects.get()
    settle()
    assert boosted()["refunded_amount"] == "0.00"
    finance.browser.post(f"/admin/payments/refund/{refund.pk}/approve/", {"_form_submitted": "true"})
    refund.refresh_from_db()
    assert refund.status == "requested", "who asks does not approve"
    treasury.act(f"payments/refund/{refund.pk}", "approve")
    settle()
    assert boosted()["refunded_amount"] == "0.00"
    finance.act(f"payments/refund/{refund.pk}", "execute")
    settle()
    back = boosted()
    assert (back["status"], back["refunded_amount"]) == ("partially_refunded", "100.00")
    assert [event["kind"] for event in back["events"]][-4:] == [
        "refund_requested", "refund_approved", "refund_sent", "refund_succeeded",
    ]  # fmt: skip
    assert adds_up()


def test_pay_5_the_rest_goes_back_too_and_never_more(
    boosted: Callable[[], dict[str, Any]], finance: Desk, treasury: Desk, seller: Person
) -> None:
    payment = boosted()
    page = f"payments/payment/{payment['id']}"
    for amount in ("100.00", ""):
        finance.act(page, "request_refund", amount=amount, reason="By mistake.")
    finance.act(page, "request_refund", amount="0.01", reason="And a cent more.")
    assert Refund.objects.count() == 2
    for refund in Refund.objects.all():
        treasury.act(f"payments/refund/{refund.pk}", "approve")
        finance.act(f"payments/refund/{refund.pk}", "execute")
    settle()
    back = boosted()
    assert (back["status"], back["refunded_amount"]) == ("refunded", payment["amount"])
    assert "refund_succeeded" in news(seller)
    assert adds_up()


@pytest.fixture
def completed(person: Callable[..., Person], desk: Desk, sandbox: Company) -> tuple[Person, Person, str]:
    """A completed deal of an agency: its owner, the agent who earned a share, and the agency's id."""
    owner, agent = (person(identity_verified=True, role="seller") for _ in "ab")
    office = OrganisationFactory(name="Sheger Homes")
    for each, role in ((owner, "owner"), (agent, "agent")):
        MembershipFactory(organisation=office, user=each.user, role=role)
    home = agent.draft("properties", organisation=str(office.pk))["id"]
    until = clock.now() + timedelta(days=365)
    set_seller_facts(organisation_id=office.pk, facts=SellerFacts(may_publish_until=until, verified=True))
    assert agent.step(home, "submit").status_code == 200
    desk.approve(home)
    deal = agreed(person(), agent, home)
    deal.pay(sandbox)
    deal.tick_papers()
    deal.hand_over()
    assert deal.seen()["state"] == "completed"
    return owner, agent, str(office.pk)


def owed(person: Person) -> dict[str, str]:
    return {row["owner"]: row["balance"] for row in read(person, "payments/ledger")["balances"]}


def checked_account(person: Person, finance: Desk, **fields: str) -> str:
    """A bank account that its holder has named and staff have looked at."""
    body = {**BANK, "account_name": person.user.full_name, "account_number": "1000123456789", **fields}
    account: str = do(person, "payout-accounts", body)["id"]
    finance.act(f"payments/payoutaccount/{account}", "activate")
    return account


def test_pay_8_the_agency_and_its_agent_are_paid_their_shares_in_a_file_for_the_bank(
    completed: tuple[Person, Person, str], finance: Desk, treasury: Desk
) -> None:
    owner, agent, office = completed
    assert owed(owner) == {office: "39000.00"}, "the deposit of 50,000 less the agent's 20 % and our 2 %"
    assert owed(agent) == {str(agent.user.pk): "10000.00"}
    theirs = checked_account(owner, finance, payee=office, account_name="Sheger Homes")
    own = checked_account(agent, finance)
    too_much = ask(agent, "payouts", {"account": own, "amount": "10000.01"})
    assert refused(too_much) == (409, "balance_too_small")
    not_theirs = ask(agent, "payouts", {"account": theirs, "amount": "1.00"})
    assert not_theirs.status_code == 404
    wishes = [
        do(owner, "payouts", {"account": theirs, "amount": "39000.00"}),
        do(agent, "payouts", {"account": own, "amount": "10000.00"}),
    ]
    assert [wish["status"] for wish in wishes] == ["requested"] * 2
    for wish in wishes:
        treasury.act(f"payments/payout/{wish['id']}", "approve")
    finance.browser.post("/admin/payments/payout/export/", {"_form_submitted": "true"})
    batch = PayoutBatch.objects.get()
    file = finance.page(f"/admin/payments/payoutbatch/{batch.pk}/file.csv")
    rows = {row["account_name"]: row["amount"] for row in csv.DictReader(StringIO(file))}
    assert rows == {"Sheger Homes": "39000.00", agent.user.full_name: "10000.00"}
    finance.act(f"payments/payout/{wishes[0]['id']}", "confirm", reference="FT26327ABC")
    colleague = Desk(at_desk("finance"))
    colleague.act(f"payments/payout/{wishes[1]['id']}", "fail", reason="The account is closed.")
    settle()
    done, failed = read(owner, f"payouts/{wishes[0]['id']}"), read(agent, f"payouts/{wishes[1]['id']}")
    assert (done["status"], done["bank_reference"]) == ("paid", "FT26327ABC")
    assert (failed["status"], failed["reason"]) == ("failed", "The account is closed.")
    assert ("payout_paid" in news(owner), "payout_failed" in news(agent)) == (True, True)
    assert owed(agent) == {str(agent.user.pk): "10000.00"}
    assert adds_up()


def test_pay_8_what_is_paid_by_hand_is_settled_by_its_evidence(
    completed: tuple[Person, Person, str], finance: Desk, treasury: Desk
) -> None:
    _owner, agent, _office = completed
    wish = do(agent, "payouts", {"account": checked_account(agent, finance), "amount": "4000.00"})
    page = f"payments/payout/{wish['id']}"
    finance.browser.post(f"/admin/{page}/approve/", {"_form_submitted": "true"})
    assert read(agent, f"payouts/{wish['id']}")["status"] == "requested", "finance does not approve"
    treasury.act(page, "approve")
    finance.act(page, "send", channel="manual")
    assert owed(agent) == {str(agent.user.pk): "6000.00"}
    finance.act(page, "confirm", reference="Cheque 0815")
    seen = read(agent, f"payouts/{wish['id']}")
    assert (seen["status"], seen["channel"], seen["bank_reference"]) == ("paid", "manual", "Cheque 0815")
    assert adds_up()


@pytest.mark.parametrize(
    ("policy", "words"),
    [("partner_bank", "in a bank account in trust"), ("manual", "by the seller's broker")],
)
def test_pay_7_who_keeps_the_deposit_is_said_and_asked_before_it_moves(
    policy: str,
    words: str,
    seller: Person,
    person: Callable[..., Person],
    on_the_market: Callable[..., dict[str, Any]],
    sandbox: Company,
    finance: Desk,
    treasury: Desk,
) -> None:
    with override_config(HOLD_POLICY=policy):
        deal = agreed(person(), seller, on_the_market(seller, "properties")["id"])
    assert words in deal.seen()["next_step"]
    deal.pay(sandbox)
    assert (deal.seen()["money"]["policy"], deal.seen()["money"]["kept"]) == (policy, words)
    deal.tick_papers()
    deal.hand_over()
    assert words in deal.seen(seller)["next_step"]
    assert owed(seller).get(str(seller.user.pk), "0.00") == "0.00"
    page = f"payments/holdinstruction/{HoldInstruction.objects.get().pk}"
    treasury.act(page, "approve")
    finance.act(page, "carry_out", reference="CBE trust 77")
    assert owed(seller) == {str(seller.user.pk): "49000.00"}
    assert "released to you" in deal.seen(seller)["next_step"]
    assert adds_up()
