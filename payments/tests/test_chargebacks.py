"""The payer's bank takes money back, gives it up, or keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from key2key.common.errors import Conflict
from key2key.common.models import Event
from payments import selectors, services
from payments.enums import HoldState, PaymentStatus, RefundStatus
from payments.gateways.contract import Chargeback, RefundStanding
from payments.gateways.contract import RefundStatus as Told
from payments.models import Account, Hold, Payment, Refund, Transfer
from payments.services import Release
from payments.targets import Target
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.owing import finance
from payments.tests.paying import charge_back, hear, pay, pay_in_full

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


@pytest.fixture
def held() -> Hold:
    return pay_in_full(HoldFactory(amount=Decimal("1000.00")))


def target_of(hold: Hold) -> Target:
    return Target(hold.target_type, hold.target_id)


def leg_of(hold: Hold) -> Payment:
    leg: Payment = hold.payments.get()
    return leg


def refused(refund: Refund) -> Refund:
    """The gateway does not give this money back: it lies where it came from again."""
    told = RefundStanding(status=Told.FAILED, code="closed", refund_reference=f"{refund.reference}-1")
    hear(refund.payment, refunds=(told,))
    refund.refresh_from_db()
    assert refund.status == RefundStatus.FAILED
    return refund


def balance(kind: str) -> Decimal:
    return sum(selectors.balances(Account.objects.filter(kind=kind)).values(), Decimal(0))


def published() -> list[str]:
    names = Event.objects.filter(name__startswith="payments.Chargeback").order_by("pk")
    return [name.removeprefix("payments.Chargeback") for name in names.values_list("name", flat=True)]


def test_an_open_chargeback_disputes_the_deposit(held: Hold) -> None:
    leg = charge_back(leg_of(held))
    charge_back(leg)
    held.refresh_from_db()
    assert (leg.status, leg.disputed_amount, held.state) == ("disputed", 1000, HoldState.DISPUTED)
    assert (published(), balance("chargebacks")) == (["Opened"], Decimal("-1000.00"))
    for deed in (
        lambda: services.release_hold(target=target_of(held), terms=Release()),
        lambda: services.refund_hold(target=target_of(held), reason=""),
    ):
        with pytest.raises(Conflict) as refusal:
            deed()
        assert refusal.value.code == "chargeback_open"
    assert services.unfreeze_hold(target=target_of(held)).state == HoldState.DISPUTED


def test_a_chargeback_that_is_won_leaves_all_as_it_was(held: Hold) -> None:
    leg = charge_back(leg_of(held))
    charge_back(leg, outcome=Chargeback.WON)
    charge_back(leg, outcome=Chargeback.WON)
    charge_back(leg, outcome=Chargeback.OPEN)  # an answer that a newer one has overtaken
    held.refresh_from_db()
    assert (leg.status, leg.disputed_amount, held.state) == ("succeeded", 0, HoldState.HELD)
    assert (published(), balance("chargebacks")) == (["Opened", "Won"], 0)


def test_a_chargeback_won_and_then_lost_is_put_before_a_person(held: Hold) -> None:
    leg = charge_back(leg_of(held), outcome=Chargeback.OPEN)
    charge_back(leg, outcome=Chargeback.WON)
    charge_back(leg, outcome=Chargeback.LOST)
    assert (leg.status, leg.review_reason) == ("succeeded", "chargeback_lost_after_won")


def test_a_dispute_of_the_parties_outlives_a_chargeback_that_is_won(held: Hold) -> None:
    services.freeze_hold(target=target_of(held), reason="papers are false")
    leg = charge_back(leg_of(held))
    charge_back(leg, outcome=Chargeback.WON)
    held.refresh_from_db()
    assert held.state == HoldState.DISPUTED
    assert services.unfreeze_hold(target=target_of(held)).state == HoldState.HELD


def test_a_chargeback_that_is_lost_ends_the_deposit_and_gives_the_other_legs_back() -> None:
    hold = HoldFactory(amount=Decimal("1000.00"))
    first, second = pay(hold, amount=Decimal("400.00")), pay(hold, amount=Decimal("600.00"))
    charge_back(first)
    charge_back(first, outcome=Chargeback.LOST)
    hold.refresh_from_db()
    assert (first.status, first.charged_back, hold.state) == ("refunded", True, HoldState.REFUNDED)
    assert list(Refund.objects.values_list("payment", "amount")) == [(second.pk, Decimal("600.00"))]
    assert (published(), balance("held"), balance("loss")) == (["Opened", "Lost"], 0, 0)


def test_a_loss_that_we_hear_of_at_its_end_went_through_its_opening(held: Hold) -> None:
    leg = charge_back(leg_of(held), outcome=Chargeback.LOST)
    assert (leg.status, published()) == ("refunded", ["Opened", "Lost"])


def test_a_loss_after_the_release_is_our_own(held: Hold) -> None:
    services.release_hold(target=target_of(held), terms=Release())
    leg = charge_back(leg_of(held))
    charge_back(leg, outcome=Chargeback.LOST)
    held.refresh_from_db()
    assert (held.state, leg.charged_back) == (HoldState.RELEASED, True)
    assert balance("loss") == Decimal("-1000.00")
    assert balance("payable") == Decimal("1000.00")


def test_a_service_charged_back_is_a_loss() -> None:
    paid = hear(PaymentFactory(hold=None, amount=Decimal("500.00")))
    charge_back(paid)
    charge_back(paid, outcome=Chargeback.LOST)
    assert (paid.status, balance("loss")) == (PaymentStatus.REFUNDED, Decimal("-500.00"))


def test_a_part_that_went_back_before_is_not_disputed_again() -> None:
    hold = pay_in_full(HoldFactory(amount=Decimal("1000.00")))
    services.release_hold(target=target_of(hold), terms=Release(refund=Decimal("300.00")))
    leg = charge_back(leg_of(hold))
    assert leg.disputed_amount == Decimal("700.00")
    charge_back(leg, outcome=Chargeback.WON)
    assert leg.status == PaymentStatus.SUCCEEDED


def test_what_is_on_its_way_back_already_is_put_before_a_person(held: Hold) -> None:
    services.refund_hold(target=target_of(held), reason="cancelled")
    leg = charge_back(leg_of(held))
    assert (leg.status, leg.review_reason) == ("succeeded", "chargeback_of_refunded")
    assert not Transfer.objects.filter(cause="chargeback_opened").exists()


def test_a_leg_disputed_before_the_deposit_was_whole_keeps_it_waiting() -> None:
    hold = HoldFactory(amount=Decimal("1000.00"))
    first = charge_back(pay(hold, amount=Decimal("400.00")))
    pay(hold, amount=Decimal("600.00"))
    hold.refresh_from_db()
    assert hold.state == HoldState.PENDING
    charge_back(first, outcome=Chargeback.WON)
    hold.refresh_from_db()
    assert hold.state == HoldState.HELD


def test_a_leg_lost_before_the_deposit_was_whole_makes_room_for_another() -> None:
    hold = HoldFactory(amount=Decimal("1000.00"))
    first = charge_back(pay(hold, amount=Decimal("400.00")))
    charge_back(first, outcome=Chargeback.LOST)
    pay_in_full(hold)
    assert hold.state == HoldState.HELD
    services.release_hold(target=target_of(hold), terms=Release())
    assert balance("payable") == Decimal("1000.00")


def test_a_disputed_leg_of_a_deposit_that_lapsed_goes_back_when_it_is_won() -> None:
    hold = HoldFactory(amount=Decimal("1000.00"))
    leg = charge_back(pay(hold, amount=Decimal("400.00")))
    services.lapse_hold(target=target_of(hold), reason="clock")
    assert not Refund.objects.exists()
    charge_back(leg, outcome=Chargeback.WON)
    refund, hold = Refund.objects.get(), Hold.objects.get()
    assert (refund.payment, refund.amount, hold.refunded_amount) == (
        leg,
        Decimal("400.00"),
        Decimal("400.00"),
    )


def test_a_refused_refund_stays_with_finance_when_a_chargeback_is_won(held: Hold) -> None:
    services.refund_hold(target=target_of(held), reason="cancelled")
    refund = refused(Refund.objects.get())
    leg = charge_back(leg_of(held))
    with pytest.raises(Conflict):
        services.retry_refund(refund_id=refund.pk, by=finance())
    charge_back(leg, outcome=Chargeback.WON)
    held.refresh_from_db()
    assert (leg.status, held.refunded_amount, Refund.objects.count()) == ("succeeded", 1000, 1)
    services.retry_refund(refund_id=refund.pk, by=finance())
    assert balance("held") == 0


def test_what_comes_back_from_a_refused_refund_is_lost_with_the_rest(held: Hold) -> None:
    services.release_hold(target=target_of(held), terms=Release(refund=Decimal("300.00")))
    leg = charge_back(leg_of(held))
    refused(Refund.objects.get())
    charge_back(leg, outcome=Chargeback.LOST)
    assert (leg.status, leg.charged_back, balance("held")) == ("refunded", True, 0)
    assert (balance("loss"), balance("gateway_clearing")) == (Decimal("-700.00"), 0)


def test_what_lies_under_a_released_deposit_pays_for_the_chargeback_of_it(held: Hold) -> None:
    services.release_hold(target=target_of(held), terms=Release(refund=Decimal("300.00")))
    refused(Refund.objects.get())
    leg = charge_back(leg_of(held))
    assert leg.disputed_amount == Decimal("1000.00")
    charge_back(leg, outcome=Chargeback.LOST)
    assert (balance("held"), balance("loss")) == (0, Decimal("-700.00"))


def test_a_refund_that_arrived_before_the_bank_took_the_money_is_put_before_a_person(held: Hold) -> None:
    services.refund_hold(target=target_of(held), reason="cancelled")
    refund = Refund.objects.get()
    done = RefundStanding(status=Told.SUCCEEDED, refund_reference=f"{refund.reference}-1")
    leg = hear(leg_of(held), refunds=(done,), refunded=refund.amount)
    assert leg.status == PaymentStatus.REFUNDED
    leg = hear(leg, refunded=refund.amount, chargeback=Chargeback.OPEN)
    assert (leg.status, leg.review_reason) == ("refunded", "chargeback_of_refunded")


def test_a_late_payment_that_the_bank_took_is_owed_to_nobody(held: Hold) -> None:
    late = hear(PaymentFactory(hold=held))
    assert late.placement == "payer"
    refused(Refund.objects.get())
    assert balance("payable") == held.amount
    charge_back(late, outcome=Chargeback.LOST)
    assert (balance("payable"), balance("loss"), late.charged_back) == (0, 0, True)
    charge_back(late, outcome=Chargeback.LOST)
    assert late.review_reason == ""
