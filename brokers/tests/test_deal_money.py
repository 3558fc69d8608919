"""A deal follows its deposit, however late, often or disordered the news of it comes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from brokers import services
from brokers.enums import DealState, Outcome, Side
from brokers.models import Deal, DealStep
from brokers.tests.factories import (
    OfferFactory,
    deal_in,
    exchange_codes,
    hear_all,
    hold_under,
    pay_deposit,
    tick_all,
)
from key2key.common import clock
from key2key.common.errors import Conflict
from key2key.common.models import EventDelivery
from listings.enums import Purpose
from listings.models import Listing
from listings.services import remove_listing
from listings.tests.factories import ListingFactory, SellerFactory
from notifications.models import Notification
from payments.gateways.contract import Chargeback
from payments.models import Payment, Refund
from payments.tests.paying import charge_back, pay_in_full

pytestmark = pytest.mark.django_db
S = DealState


def fresh(deal: Deal) -> Deal:
    return Deal.objects.get(pk=deal.pk)


def leg_of(deal: Deal) -> Payment:
    return Payment.objects.get(target_id=deal.pk)


def follow(deal: Deal) -> None:
    services.follow_hold(target_type="deal", target_id=deal.pk)


def test_news_that_come_twice_change_nothing() -> None:
    deal = deal_in(S.DEPOSIT_HELD)
    before = Deal.objects.values().get(pk=deal.pk), DealStep.objects.count()
    follow(deal)
    assert (Deal.objects.values().get(pk=deal.pk), DealStep.objects.count()) == before


def test_deposits_of_others_are_not_followed() -> None:
    deal = deal_in(S.DEPOSIT_DUE)
    pay_in_full(hold_under(deal))
    services.follow_hold(target_type="stand", target_id=deal.pk)
    assert fresh(deal).state == S.DEPOSIT_DUE


def test_the_slower_of_two_deposits_for_one_home_loses_it_and_goes_back() -> None:
    sale = OfferFactory()
    rent = OfferFactory(
        listing=ListingFactory(
            asset=sale.listing.asset, purpose=Purpose.LONG_RENT, price=Decimal("90000.00")
        ),
        amount=Decimal("90000.00"),
    )
    for offer in (sale, rent):
        services.accept_offer(offer_id=offer.pk, by=offer.listing.owner)
    faster, slower = (Deal.objects.get(offer=offer) for offer in (rent, sale))
    for deal in (faster, slower):
        pay_in_full(hold_under(deal))
    hear_all()
    slower = fresh(slower)
    assert fresh(faster).state == S.DEPOSIT_HELD
    assert (slower.state, slower.outcome) == (S.CANCELLED, Outcome.ASSET_TAKEN)
    assert hold_under(slower).state == "lapsed"
    assert Refund.objects.get(payment__target_id=slower.pk).amount == slower.deposit_amount
    assert Listing.objects.get(pk=slower.listing_id).status == "active"


@pytest.mark.parametrize("state", [S.DEPOSIT_HELD, S.HANDOVER, S.CANCEL_REQUESTED])
class TestChargeback:
    def test_an_open_one_freezes_the_deal_and_a_won_one_brings_it_back(self, state: DealState) -> None:
        deal = deal_in(state)
        left = deal.deadline_at - clock.now() if deal.deadline_at else timedelta()
        charge_back(leg_of(deal))
        hear_all()
        assert (fresh(deal).state, fresh(deal).disputed_by) == (S.DISPUTED, "")
        assert hold_under(deal).state == "disputed"
        with clock.advanced(timedelta(days=20)):
            services.advance_due()
            assert fresh(deal).state == S.DISPUTED
            charge_back(leg_of(deal), outcome=Chargeback.WON)
            hear_all()
            back = fresh(deal)
            assert (back.state, hold_under(deal).state) == (state, "held")
            assert back.deadline_at is not None
            assert abs(back.deadline_at - clock.now() - left) < timedelta(minutes=1), "its clock stood still"
            assert back.cancel_asked_by == deal.cancel_asked_by

    def test_a_lost_one_cancels_the_deal(self, state: DealState) -> None:
        deal = deal_in(state)
        charge_back(leg_of(deal))
        charge_back(leg_of(deal), outcome=Chargeback.LOST)
        hear_all()
        deal = fresh(deal)
        assert (deal.state, deal.outcome) == (S.CANCELLED, Outcome.CHARGED_BACK)
        assert hold_under(deal).state == "refunded"
        assert Listing.objects.get(pk=deal.listing_id).status == "active"

    def test_one_that_was_won_before_we_heard_of_it_changes_nothing(self, state: DealState) -> None:
        deal = deal_in(state)
        charge_back(leg_of(deal))
        charge_back(leg_of(deal), outcome=Chargeback.WON)
        hear_all()
        assert (fresh(deal).state, hold_under(deal).state) == (state, "held")


def test_a_dispute_of_the_sides_outlives_a_chargeback_that_is_won() -> None:
    deal = deal_in(S.DISPUTED)
    charge_back(leg_of(deal))
    hear_all()
    charge_back(leg_of(deal), outcome=Chargeback.WON)
    hear_all()
    deal = fresh(deal)
    assert (deal.state, deal.disputed_by, hold_under(deal).state) == (S.DISPUTED, "seller", "disputed")


def test_a_cancellation_is_taken_back_after_a_chargeback_was_won() -> None:
    deal = deal_in(S.CANCEL_REQUESTED)
    for outcome in (Chargeback.OPEN, Chargeback.WON):
        charge_back(leg_of(deal), outcome=outcome)
        hear_all()
    services.take_back_cancel(deal_id=deal.pk, by=deal.buyer)
    assert (fresh(deal).state, fresh(deal).stopped) == (S.DEPOSIT_HELD, [])


def test_a_completed_deal_stays_completed_when_its_payment_is_charged_back() -> None:
    deal = deal_in(S.COMPLETED)
    for outcome in (Chargeback.OPEN, Chargeback.LOST):
        charge_back(leg_of(deal), outcome=outcome)
        hear_all()
    assert (fresh(deal).state, fresh(deal).outcome) == (S.COMPLETED, Outcome.COMPLETED)


def test_the_keys_release_no_money_that_the_bank_disputes() -> None:
    deal = deal_in(S.HANDOVER)
    exchange_codes(deal, Side.BUYER)
    charge_back(leg_of(deal))  # the deal has not heard of it yet
    with pytest.raises(Conflict) as error:
        exchange_codes(deal, Side.SELLER)
    assert error.value.code == "chargeback_open"
    assert (fresh(deal).state, hold_under(deal).state) == (S.HANDOVER, "disputed")
    for outcome in (Chargeback.OPEN, Chargeback.WON):
        charge_back(leg_of(deal), outcome=outcome)
        hear_all()
    exchange_codes(deal, Side.SELLER)
    assert fresh(deal).state == S.COMPLETED


def test_a_removed_listing_waits_for_the_bank_before_the_money_goes_back() -> None:
    deal = deal_in(S.DEPOSIT_HELD)
    charge_back(leg_of(deal))
    hear_all()
    remove_listing(listing_id=deal.listing_id, by=SellerFactory().user, reason="Fraud")
    hear_all()
    assert fresh(deal).state == S.DISPUTED
    charge_back(leg_of(deal), outcome=Chargeback.WON)
    hear_all()
    deal = fresh(deal)
    assert (deal.state, deal.outcome, deal.refund_amount) == (
        S.CANCELLED, Outcome.LISTING_REMOVED, deal.deposit_amount,
    )  # fmt: skip


def removed(deal: Deal) -> None:
    remove_listing(listing_id=deal.listing_id, by=SellerFactory().user, reason="Fraud")


def test_a_listing_removed_before_the_deal_heard_of_its_deposit_gives_it_back() -> None:
    deal = deal_in(S.DEPOSIT_DUE)
    pay_in_full(hold_under(deal))
    removed(deal)
    hear_all()
    deal = fresh(deal)
    assert (deal.state, deal.outcome) == (S.CANCELLED, Outcome.LISTING_REMOVED)
    assert (hold_under(deal).state, deal.refund_amount) == ("refunded", deal.deposit_amount)


def test_a_listing_removed_first_and_heard_of_first_gives_the_deposit_back_too() -> None:
    deal = deal_in(S.DEPOSIT_DUE)
    removed(deal)
    pay_in_full(hold_under(deal))
    services.cancel_for_removed_listing(deal.pk)
    hear_all()
    assert (fresh(deal).state, hold_under(deal).state) == (S.CANCELLED, "refunded")


def test_a_deposit_lost_before_the_deal_heard_of_it_ends_the_deal() -> None:
    deal = deal_in(S.DEPOSIT_DUE)
    pay_in_full(hold_under(deal))
    for outcome in (Chargeback.OPEN, Chargeback.LOST):
        charge_back(leg_of(deal), outcome=outcome)
    hear_all()
    assert (fresh(deal).state, fresh(deal).outcome) == (S.CANCELLED, Outcome.CHARGED_BACK)
    assert Listing.objects.get(pk=deal.listing_id).status == "active"


def test_a_removed_listing_waits_for_the_bank_although_the_deal_has_not_heard_of_it() -> None:
    deal = deal_in(S.DEPOSIT_DUE)
    pay_in_full(hold_under(deal))
    charge_back(leg_of(deal))
    removed(deal)
    hear_all()
    assert fresh(deal).is_open
    charge_back(leg_of(deal), outcome=Chargeback.WON)
    hear_all()
    assert (fresh(deal).state, fresh(deal).outcome) == (S.CANCELLED, Outcome.LISTING_REMOVED)
    assert hold_under(deal).state == "refunded"


def test_a_deposit_that_the_bank_disputes_before_the_deal_heard_of_it_freezes_the_deal() -> None:
    deal = deal_in(S.DEPOSIT_DUE)
    pay_in_full(hold_under(deal))
    charge_back(leg_of(deal))
    hear_all()
    assert fresh(deal).state == S.DISPUTED
    assert Listing.objects.get(pk=deal.listing_id).status == "reserved"
    charge_back(leg_of(deal), outcome=Chargeback.WON)
    hear_all()
    assert (fresh(deal).state, hold_under(deal).state) == (S.DEPOSIT_HELD, "held")


@pytest.mark.parametrize(
    "end, outcome",
    [(Chargeback.WON, Outcome.LISTING_REMOVED), (Chargeback.LOST, Outcome.CHARGED_BACK)],
)
def test_a_removed_listing_waits_for_the_bank_although_the_sides_are_in_dispute(
    end: Chargeback, outcome: Outcome
) -> None:
    deal = deal_in(S.DISPUTED)
    charge_back(leg_of(deal))
    hear_all()
    removed(deal)
    hear_all()
    assert fresh(deal).state == S.DISPUTED
    assert not EventDelivery.objects.exclude(last_error="").exists()
    charge_back(leg_of(deal), outcome=end)
    hear_all()
    assert (fresh(deal).state, fresh(deal).outcome) == (S.CANCELLED, outcome)
    assert hold_under(deal).state == "refunded"


def test_a_deal_that_the_bank_kept_waiting_goes_on_by_its_own_clock() -> None:
    deal = deal_in(S.DEPOSIT_HELD)
    charge_back(leg_of(deal))
    hear_all()
    with clock.advanced(timedelta(days=20)):
        services.advance_due()
        charge_back(leg_of(deal), outcome=Chargeback.WON)
        hear_all()
        assert fresh(deal).overdue_at is None, "staff have nothing to decide"
    with clock.advanced(timedelta(days=51)):
        services.advance_due()
        assert fresh(deal).overdue_at is not None


def test_nobody_reads_our_own_word_for_what_the_bank_does() -> None:
    deal = deal_in(S.DEPOSIT_HELD)
    charge_back(leg_of(deal))
    hear_all()
    assert fresh(deal).dispute_reason == ""
    told = Notification.objects.filter(kind="deal_disputed", channel="in_app")
    assert [row.data["reason"] for row in told] == ["", ""]


def test_a_whole_deal_leaves_its_own_log() -> None:
    deal = deal_in(S.DEPOSIT_DUE)
    pay_deposit(deal)
    tick_all(deal)
    exchange_codes(deal)
    steps: list[Any] = list(DealStep.objects.order_by("id").values_list("action", flat=True))
    assert [step for step in steps if step != "tick_paper"] == [
        "deposit_held", "papers_done", "handover_code", "confirm_handover", "handover_code",
        "confirm_handover", "keys_changed",
    ]  # fmt: skip
