"""Every row of the table of deals (deals.md), by the rules that the two sides call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.tests.factories import UserFactory
from brokers import deal_steps, services
from brokers.enums import DealState, Outcome, Refundable, Side
from brokers.models import Deal, DealStep
from brokers.tests.factories import (
    OfferFactory,
    deal_in,
    exchange_codes,
    hear_all,
    hold_under,
    pay_deposit,
    person_of,
    tick_all,
)
from key2key.common import clock
from key2key.common.errors import Conflict, InvalidInput, NotFound
from key2key.common.models import AuditEntry
from listings.enums import Status
from listings.models import Listing
from listings.services import remove_listing
from listings.tests.factories import SellerFactory
from notifications.models import Notification
from payments.models import Account, Refund
from payments.selectors import balances
from payments.tests.paying import pay

pytestmark = pytest.mark.django_db
S = DealState
DEPOSIT = Decimal("90000.00")

PARTY_STEPS: dict[str, Callable[[Deal, Any], Any]] = {
    "withdraw": lambda deal, by: services.withdraw_deal(deal_id=deal.pk, by=by),
    "tick_paper": lambda deal, by: services.tick_paper(deal_id=deal.pk, by=by, slug="title_deed"),
    "request_cancel": lambda deal, by: services.request_cancel(deal_id=deal.pk, by=by, reason="Another home"),
    "take_back_cancel": lambda deal, by: services.take_back_cancel(deal_id=deal.pk, by=by),
    "answer_cancel": lambda deal, by: services.answer_cancel(deal_id=deal.pk, by=by, agree=True),
    "handover_code": lambda deal, by: services.issue_code(deal_id=deal.pk, by=by),
    "confirm_handover": lambda deal, by: services.confirm_handover(deal_id=deal.pk, by=by, code="000000"),
    "dispute": lambda deal, by: services.open_dispute(deal_id=deal.pk, by=by, reason="It is not as shown"),
    "evidence": lambda deal, by: services.add_evidence(deal_id=deal.pk, by=by, text="See the contract"),
}
ALLOWED = {
    S.DEPOSIT_DUE: ({"pay", "withdraw"}, {"withdraw"}),
    S.DEPOSIT_HELD: (
        {"tick_paper", "request_cancel", "dispute"},
        {"tick_paper", "request_cancel", "dispute"},
    ),
    S.HANDOVER: (
        {"handover_code", "confirm_handover", "dispute"},
        {"handover_code", "confirm_handover", "dispute"},
    ),
    S.COMPLETED: ({"review"}, {"review"}),
    S.CANCEL_REQUESTED: ({"take_back_cancel"}, {"answer_cancel"}),  # the buyer asked
    S.DISPUTED: ({"evidence"}, {"evidence"}),
    S.CANCELLED: (set(), set()),
}


def fresh(deal: Deal) -> Deal:
    return Deal.objects.get(pk=deal.pk)


def owed_to(owner: Any) -> Decimal:
    found = balances(Account.objects.filter(kind="payable", owner=owner))
    return sum(found.values(), Decimal(0))


def refunded(deal: Deal) -> Decimal:
    orders = Refund.objects.filter(payment__target_id=deal.pk)
    return sum((order.amount for order in orders), Decimal(0))


def told(kind: str) -> set[Any]:
    return {row.user for row in Notification.objects.filter(kind=kind, channel="in_app")}


def both(deal: Deal) -> set[Any]:
    return {deal.buyer, deal.owner}


def back_on_market(deal: Deal) -> bool:
    listing = Listing.objects.get(pk=deal.listing_id)
    return (listing.status, listing.deal_id) == (Status.ACTIVE, None)


@pytest.mark.parametrize("state", list(DealState))
@pytest.mark.parametrize("side", list(Side))
def test_each_side_may_do_what_the_table_says_and_nothing_else(state: DealState, side: Side) -> None:
    deal = deal_in(state)
    allowed = deal_steps.allowed_actions(deal, side=side, at=clock.now())
    assert set(allowed) == ALLOWED[state][side == Side.SELLER]
    before, news = Deal.objects.values().get(pk=deal.pk), Notification.objects.count()
    for name in set(PARTY_STEPS) - set(allowed):
        with pytest.raises(Conflict) as error:
            PARTY_STEPS[name](deal, person_of(deal, side))
        assert (error.value.code, error.value.extra["status_now"]) == ("illegal_transition", state)
        assert error.value.extra["allowed"] == allowed
    assert Deal.objects.values().get(pk=deal.pk) == before
    assert Notification.objects.count() == news


@pytest.mark.parametrize("name", sorted(PARTY_STEPS))
def test_for_a_stranger_there_is_no_deal(name: str) -> None:
    deal = deal_in(S.DEPOSIT_HELD)
    with pytest.raises(NotFound):
        PARTY_STEPS[name](deal, UserFactory())


class TestDepositDue:
    def test_a_complete_deposit_reserves_the_listing_and_asks_for_papers(self) -> None:
        deal = deal_in(S.DEPOSIT_DUE)
        pay_deposit(deal)
        deal = fresh(deal)
        assert deal.state == S.DEPOSIT_HELD
        assert deal.deadline_at is not None
        assert timedelta(days=29) < deal.deadline_at - clock.now() <= timedelta(days=30)
        assert Listing.objects.get(pk=deal.listing_id).status == Status.RESERVED
        assert told("deal_deposit_held") == both(deal)

    def test_a_part_of_the_deposit_moves_nothing(self) -> None:
        deal = deal_in(S.DEPOSIT_DUE)
        pay(hold_under(deal), amount=Decimal("40000.00"))
        hear_all()
        assert fresh(deal).state == S.DEPOSIT_DUE
        pay(hold_under(deal), amount=Decimal("50000.00"))
        hear_all()
        assert fresh(deal).state == S.DEPOSIT_HELD

    @pytest.mark.parametrize(
        "side, outcome", [("buyer", Outcome.BUYER_WITHDREW), ("seller", Outcome.SELLER_WITHDREW)]
    )
    def test_either_side_withdraws_and_what_was_paid_goes_back_in_full(self, side: str, outcome: str) -> None:
        deal = deal_in(S.DEPOSIT_DUE)
        pay(hold_under(deal), amount=Decimal("40000.00"))
        services.withdraw_deal(deal_id=deal.pk, by=person_of(deal, Side(side)), reason="Changed my mind")
        deal = fresh(deal)
        assert (deal.state, deal.outcome, deal.refund_amount) == (S.CANCELLED, outcome, Decimal("40000.00"))
        assert hold_under(deal).state == "lapsed"
        assert refunded(deal) == Decimal("40000.00")
        assert back_on_market(deal)
        assert not deal.seller_marked
        assert told("deal_cancelled") == both(deal)

    def test_nobody_withdraws_from_a_deposit_that_is_complete(self) -> None:
        deal = deal_in(S.DEPOSIT_DUE)
        from payments.tests.paying import pay_in_full

        pay_in_full(hold_under(deal))  # the deal has not heard of it yet
        with pytest.raises(Conflict) as error:
            services.withdraw_deal(deal_id=deal.pk, by=deal.buyer)
        assert error.value.code == "hold_not_open"
        assert fresh(deal).state == S.DEPOSIT_DUE
        assert refunded(deal) == 0
        hear_all()
        assert fresh(deal).state == S.DEPOSIT_HELD


class TestPapers:
    def test_a_paper_counts_when_both_have_ticked_it(self) -> None:
        deal = deal_in(S.DEPOSIT_HELD)
        tick_all(deal, Side.BUYER)
        assert fresh(deal).state == S.DEPOSIT_HELD
        tick_all(deal, Side.SELLER)
        deal = fresh(deal)
        assert deal.state == S.HANDOVER
        assert deal.deadline_at is not None
        assert timedelta(days=6) < deal.deadline_at - clock.now() <= timedelta(days=7)
        assert told("deal_handover") == both(deal)

    def test_a_second_tick_changes_nothing(self) -> None:
        deal = deal_in(S.DEPOSIT_HELD)
        for _again in range(2):
            services.tick_paper(deal_id=deal.pk, by=deal.buyer, slug="title_deed")
        assert DealStep.objects.filter(deal=deal, action="tick_paper").count() == 1

    def test_a_paper_that_is_not_of_the_deal_is_refused(self) -> None:
        deal = deal_in(S.DEPOSIT_HELD)
        with pytest.raises(InvalidInput) as error:
            services.tick_paper(deal_id=deal.pk, by=deal.buyer, slug="passport")
        assert [fault.code for fault in error.value.faults] == ["unknown_paper"]

    def test_a_deal_that_needs_no_papers_goes_straight_to_the_handover(self) -> None:
        deal = deal_in(S.DEPOSIT_DUE)
        deal.papers.update(required=False)
        pay_deposit(deal)
        assert fresh(deal).state == S.HANDOVER


class TestCompleted:
    def test_both_codes_release_the_deposit_less_the_fee_and_close_the_listing(self) -> None:
        deal = deal_in(S.HANDOVER)
        exchange_codes(deal)
        deal = fresh(deal)
        assert (deal.state, deal.outcome, deal.refund_amount) == (S.COMPLETED, Outcome.COMPLETED, 0)
        assert deal.ended_at is not None
        assert deal.deadline_at is None
        assert hold_under(deal).state == "released"
        assert owed_to(deal.owner_id) == DEPOSIT - deal.platform_fee_amount
        listing = Listing.objects.get(pk=deal.listing_id)
        assert (listing.status, listing.close_kind, listing.close_price) == ("closed", "sold", deal.amount)
        assert (listing.close_date, listing.deal_id) == (clock.today(), None)
        assert told("deal_completed") == both(deal)

    def test_the_review_is_open_for_two_weeks(self) -> None:
        deal = deal_in(S.COMPLETED)
        with clock.advanced(timedelta(days=15)):
            assert not deal_steps.allowed_actions(deal, side=Side.BUYER, at=clock.now())


class TestCancelling:
    @pytest.mark.parametrize(
        "refundable, back", [(Refundable.FULL, DEPOSIT), (Refundable.PARTIAL, Decimal("36000.00")),
                             (Refundable.NONE, Decimal(0))]
    )  # fmt: skip
    def test_the_buyer_cancels_and_the_seller_agrees_by_the_terms_of_the_offer(
        self, refundable: Refundable, back: Decimal
    ) -> None:
        deal = deal_in(S.CANCEL_REQUESTED, refundable=refundable)
        services.answer_cancel(deal_id=deal.pk, by=deal.owner, agree=True)
        deal = fresh(deal)
        assert (deal.state, deal.outcome) == (S.CANCELLED, Outcome.BUYER_CANCELLED)
        assert deal.refund_amount == refunded(deal) == back
        assert owed_to(deal.owner_id) == DEPOSIT - back, "without a fee"
        assert back_on_market(deal)
        assert not deal.seller_marked

    @pytest.mark.parametrize("how", ["agrees", "is silent"])
    def test_the_seller_cancels_and_the_buyer_gets_everything_back(self, how: str) -> None:
        deal = deal_in(S.DEPOSIT_HELD, refundable=Refundable.NONE)
        services.request_cancel(deal_id=deal.pk, by=deal.owner, reason="We keep it")
        if how == "agrees":
            services.answer_cancel(deal_id=deal.pk, by=deal.buyer, agree=True)
        else:
            with clock.advanced(timedelta(hours=73)):
                assert services.advance_due() == 1
        deal = fresh(deal)
        assert (deal.state, deal.outcome) == (S.CANCELLED, Outcome.SELLER_CANCELLED)
        assert deal.refund_amount == refunded(deal) == DEPOSIT
        assert deal.seller_marked
        assert back_on_market(deal)

    def test_no_answer_counts_as_agreement(self) -> None:
        deal = deal_in(S.CANCEL_REQUESTED, refundable=Refundable.PARTIAL)
        with clock.advanced(timedelta(hours=71)):
            assert services.advance_due() == 0
        with clock.advanced(timedelta(hours=73)):
            assert services.advance_due() == 1
        deal = fresh(deal)
        assert (deal.outcome, deal.refund_amount) == (Outcome.BUYER_CANCELLED, Decimal("36000.00"))
        assert not AuditEntry.objects.get(action="deal.cancel_agreed").actor_id

    def test_a_refusal_freezes_the_money_and_asks_staff(self) -> None:
        deal = deal_in(S.CANCEL_REQUESTED)
        services.answer_cancel(deal_id=deal.pk, by=deal.owner, agree=False, reason="We agreed")
        deal = fresh(deal)
        assert (deal.state, deal.disputed_by, deal.dispute_reason) == (S.DISPUTED, "seller", "We agreed")
        assert hold_under(deal).state == "disputed"
        assert told("deal_cancel_refused") == {deal.buyer}
        assert told("deal_disputed") == both(deal)

    def test_what_is_taken_back_goes_on_with_the_time_that_was_left(self) -> None:
        deal = deal_in(S.DEPOSIT_HELD)
        left = deal.deadline_at - clock.now() if deal.deadline_at else None
        services.request_cancel(deal_id=deal.pk, by=deal.buyer, reason="Another home")
        with clock.advanced(timedelta(hours=50)):
            services.take_back_cancel(deal_id=deal.pk, by=deal.buyer)
            deal = fresh(deal)
            assert (deal.state, deal.stopped, deal.cancel_asked_by) == (S.DEPOSIT_HELD, [], "")
            assert deal.deadline_at is not None
            assert left is not None
            assert abs(deal.deadline_at - clock.now() - left) < timedelta(minutes=1)
        assert told("deal_cancel_taken_back") == {deal.owner}


class TestDispute:
    @pytest.mark.parametrize("state", [S.DEPOSIT_HELD, S.HANDOVER])
    @pytest.mark.parametrize("side", list(Side))
    def test_each_side_may_ask_staff_and_all_clocks_stop(self, state: DealState, side: Side) -> None:
        deal = deal_in(state)
        services.open_dispute(deal_id=deal.pk, by=person_of(deal, side), reason="It is not as shown")
        deal = fresh(deal)
        assert (deal.state, deal.disputed_by) == (S.DISPUTED, side)
        assert [entry["state"] for entry in deal.stopped] == [state]
        assert hold_under(deal).state == "disputed"
        with clock.advanced(timedelta(days=60)):
            services.advance_due()
        deal = fresh(deal)
        assert (deal.state, hold_under(deal).state) == (S.DISPUTED, "disputed"), "a clock decides nothing"
        assert deal.overdue_at is not None, "but staff see that it waits"

    def test_both_sides_show_what_they_have(self) -> None:
        deal = deal_in(S.DISPUTED)
        for side in Side:
            services.add_evidence(deal_id=deal.pk, by=person_of(deal, side), text=f"The {side} says")
        assert [each.side for each in deal.evidence.all()] == ["buyer", "seller"]

    def test_staff_answer_within_five_working_days(self) -> None:
        deal = deal_in(S.DISPUTED)
        assert deal.deadline_at is not None
        assert timedelta(days=6) < deal.deadline_at - clock.now() <= timedelta(days=8), (
            "a weekend lies between"
        )


@pytest.mark.parametrize("state", sorted(deal_steps.OPEN))
def test_a_listing_removed_by_staff_cancels_its_deal_from_any_open_state(state: DealState) -> None:
    deal = deal_in(state)
    remove_listing(listing_id=deal.listing_id, by=SellerFactory().user, reason="Fraud")
    hear_all()
    deal = fresh(deal)
    paid = Decimal(0) if state == S.DEPOSIT_DUE else DEPOSIT
    assert (deal.state, deal.outcome, deal.seller_marked) == (S.CANCELLED, Outcome.LISTING_REMOVED, True)
    assert refunded(deal) == paid
    listing = Listing.objects.get(pk=deal.listing_id)
    assert (listing.status, listing.deal_id) == (Status.REMOVED, None)


def test_an_ended_deal_leaves_room_for_the_next_one() -> None:
    deal = deal_in(S.CANCELLED)
    following = OfferFactory(listing=Listing.objects.get(pk=deal.listing_id))
    services.accept_offer(offer_id=following.pk, by=deal.owner)
    assert Deal.objects.filter(listing=deal.listing_id).count() == 2
