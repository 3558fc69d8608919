"""What staff decide of deals that the sides or the clock handed to them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from accounts.tests.factories import StaffFactory
from brokers import services
from brokers.enums import DealState, DecisionKind, Outcome, Side
from brokers.models import Deal, DealDecision
from brokers.services import Proposal
from brokers.tests.factories import deal_in, exchange_codes, hear_all, hold_under
from key2key.common import clock
from key2key.common.errors import Conflict, InvalidInput, NotAllowed
from key2key.common.models import AuditEntry
from listings.models import Listing
from notifications.models import Notification
from payments.models import Account, Payment, Refund
from payments.selectors import balances
from payments.tests.paying import charge_back

pytestmark = pytest.mark.django_db
S, K = DealState, DecisionKind
SMALL, LARGE = Decimal("90000.00"), Decimal("250000.00")  # below and above the limit of two pairs of eyes


@pytest.fixture
def staff() -> User:
    made: User = StaffFactory(groups=["support"])
    return made


def fresh(deal: Deal) -> Deal:
    return Deal.objects.get(pk=deal.pk)


def overdue(state: DealState, **offer: Any) -> Deal:
    deal = deal_in(state, **offer)
    with clock.advanced(timedelta(days=40)):
        services.advance_due()
    return fresh(deal)


def decide(deal: Deal, by: User, kind: DecisionKind, refund: str | None = None) -> DealDecision:
    amount = Decimal(refund) if refund else None
    proposal = Proposal(kind=kind, reason="The contract says so.", refund_amount=amount)
    return services.decide_deal(deal_id=deal.pk, by=by, proposal=proposal)


def owed_to(owner: Any) -> Decimal:
    found = balances(Account.objects.filter(kind="payable", owner=owner))
    return sum(found.values(), Decimal(0))


def refunded() -> Decimal:
    return sum((row.amount for row in Refund.objects.all()), Decimal(0))


@pytest.mark.parametrize(
    "kind, given, back, fee",
    [
        (K.KEYS_CHANGED_HANDS, None, "0", "1800.00"),
        (K.REFUND, None, "90000.00", "0"),
        (K.RELEASE, None, "0", "0"),
        (K.SPLIT, "30000.00", "30000.00", "0"),
    ],
)
def test_a_dispute_is_decided_and_the_money_goes_as_decided(
    staff: User, kind: DecisionKind, given: str | None, back: str, fee: str
) -> None:
    deal = deal_in(S.DISPUTED)
    decide(deal, staff, kind, given)
    deal = fresh(deal)
    is_done = kind == K.KEYS_CHANGED_HANDS
    assert (deal.state, deal.outcome) == (S.COMPLETED if is_done else S.CANCELLED, Outcome.DECIDED)
    assert deal.outcome_reason == "The contract says so."
    assert refunded() == Decimal(back) == deal.refund_amount
    assert owed_to(deal.owner_id) == SMALL - Decimal(back) - Decimal(fee)
    assert Listing.objects.get(pk=deal.listing_id).status == ("closed" if is_done else "active")
    told = Notification.objects.filter(kind="deal_decided", channel="in_app")
    assert {row.user for row in told} == {deal.buyer, deal.owner}
    assert {row.data["reason"] for row in told} == {"The contract says so."}
    assert not Notification.objects.filter(kind="deal_completed").exists(), "no codes were entered"
    actors = AuditEntry.objects.filter(action__startswith="deal.deci").values_list("actor", flat=True)
    assert set(actors) == {staff.pk}


@pytest.mark.parametrize("state", [S.DEPOSIT_HELD, S.HANDOVER])
def test_what_is_overdue_is_decided_too(staff: User, state: DealState) -> None:
    deal = overdue(state)
    decide(deal, staff, K.REFUND)
    assert (fresh(deal).state, hold_under(deal).state) == (S.CANCELLED, "refunded")


@pytest.mark.parametrize("state", sorted(set(DealState) - {S.DISPUTED}))
def test_what_the_sides_can_still_settle_staff_do_not_decide(staff: User, state: DealState) -> None:
    deal = deal_in(state)
    with pytest.raises(Conflict) as error:
        decide(deal, staff, K.REFUND)
    assert error.value.code == "illegal_transition"
    assert fresh(deal).state == state
    assert not DealDecision.objects.exists()


@pytest.mark.parametrize("refund", [None, "-1.00", "90000.01"])
def test_a_split_stays_within_the_deposit(staff: User, refund: str | None) -> None:
    deal = deal_in(S.DISPUTED)
    with pytest.raises(InvalidInput) as error:
        decide(deal, staff, K.SPLIT, refund)
    assert [fault.code for fault in error.value.faults] == ["not_within_deposit"]
    assert (fresh(deal).state, hold_under(deal).state) == (S.DISPUTED, "disputed")


def test_nobody_decides_a_deal_of_their_own() -> None:
    deal = deal_in(S.DISPUTED)
    for party in (deal.buyer, deal.owner):
        with pytest.raises(NotAllowed) as error:
            decide(deal, party, K.REFUND)
        assert error.value.code == "own_deal"
    assert fresh(deal).state == S.DISPUTED


class TestTwoPairsOfEyes:
    def test_above_the_limit_a_decision_waits_for_somebody_else(self, staff: User) -> None:
        deal = deal_in(S.DISPUTED, deposit_amount=LARGE)
        decide(deal, staff, K.REFUND)
        assert (fresh(deal).state, hold_under(deal).state) == (S.DISPUTED, "disputed")
        with pytest.raises(NotAllowed) as error:
            services.approve_decision(deal_id=deal.pk, by=staff)
        assert error.value.code == "own_decision"
        assert fresh(deal).state == S.DISPUTED
        second = StaffFactory(groups=["support"])
        services.approve_decision(deal_id=deal.pk, by=second)
        decision = DealDecision.objects.get()
        assert (decision.proposed_by, decision.approved_by) == (staff, second)
        assert (fresh(deal).state, refunded()) == (S.CANCELLED, LARGE)

    def test_a_second_proposal_waits_until_the_first_is_dropped(self, staff: User) -> None:
        deal = deal_in(S.DISPUTED, deposit_amount=LARGE)
        decide(deal, staff, K.REFUND)
        with pytest.raises(Conflict) as error:
            decide(deal, staff, K.RELEASE)
        assert error.value.code == "decision_waiting"
        services.drop_decision(deal_id=deal.pk, by=staff, reason="The other contract")
        decide(deal, staff, K.RELEASE)
        assert DealDecision.objects.filter(dropped_at__isnull=True).get().kind == K.RELEASE

    def test_nothing_waits_any_more_when_the_codes_were_faster(self, staff: User) -> None:
        deal = overdue(S.HANDOVER, deposit_amount=LARGE)
        decide(deal, staff, K.REFUND)
        exchange_codes(deal, Side.BUYER, Side.SELLER)
        assert fresh(deal).state == S.COMPLETED
        assert DealDecision.objects.get().dropped_at is not None

    def test_there_must_be_something_to_approve(self, staff: User) -> None:
        deal = deal_in(S.DISPUTED)
        with pytest.raises(Conflict) as error:
            services.approve_decision(deal_id=deal.pk, by=staff)
        assert error.value.code == "no_decision_waiting"


def test_while_the_bank_disputes_the_payment_there_is_nothing_to_decide(staff: User) -> None:
    deal = deal_in(S.DEPOSIT_HELD)
    charge_back(Payment.objects.get(target_id=deal.pk))
    hear_all()
    with pytest.raises(Conflict) as error:
        decide(deal, staff, K.REFUND)
    assert error.value.code == "chargeback_open"
    assert not DealDecision.objects.exists()


@pytest.mark.parametrize("state", [S.DEPOSIT_DUE, S.DEPOSIT_HELD, S.HANDOVER])
def test_staff_give_more_time(staff: User, state: DealState) -> None:
    deal = deal_in(state)
    before = deal.deadline_at
    services.extend_deadline(deal_id=deal.pk, by=staff, days=3, reason="A holiday")
    assert before is not None
    assert fresh(deal).deadline_at == before + timedelta(days=3)


def test_more_time_for_what_is_overdue_counts_from_now(staff: User) -> None:
    deal = overdue(S.DEPOSIT_HELD)
    with clock.advanced(timedelta(days=45)):
        services.extend_deadline(deal_id=deal.pk, by=staff, days=3, reason="A holiday")
        deal = fresh(deal)
        assert deal.overdue_at is None
        assert deal.deadline_at is not None
        assert abs(deal.deadline_at - clock.now() - timedelta(days=3)) < timedelta(minutes=1)


def test_staff_let_both_try_codes_again(staff: User) -> None:
    deal = deal_in(S.HANDOVER)
    code = services.issue_code(deal_id=deal.pk, by=deal.owner).code
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _try in range(5):
        with pytest.raises(Conflict):
            services.confirm_handover(deal_id=deal.pk, by=deal.buyer, code=wrong)
    services.reset_code_tries(deal_id=deal.pk, by=staff, reason="Both called")
    assert fresh(deal).overdue_at is None
    exchange_codes(deal, Side.BUYER, Side.SELLER)
    assert fresh(deal).state == S.COMPLETED
