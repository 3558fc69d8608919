"""Offers: made, answered, accepted once, ended by the clock."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Block
from accounts.tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from brokers import services
from brokers.enums import DealState, OfferState, Refundable, Side
from brokers.models import Deal, Offer
from brokers.services import OfferTerms
from brokers.tests.factories import OfferFactory, deal_in, exchange_codes, hear_all, hold_under
from key2key.common import clock
from key2key.common.errors import Conflict, InvalidInput, NotAllowed, NotFound
from listings.enums import Purpose, Status
from listings.models import Listing, Seller
from listings.services import remove_listing
from listings.tests.factories import ListingFactory, SellerFactory
from notifications.models import Notification

pytestmark = pytest.mark.django_db


def terms(amount: str = "12000000.00", **more: Any) -> OfferTerms:
    return OfferTerms(amount=Decimal(amount), currency=more.pop("currency", "ETB"), **more)


def told(kind: str) -> list[Any]:
    rows = Notification.objects.filter(kind=kind, channel="in_app")
    return [row.user for row in rows]


def refused(error: Any, code: str, *, before: int) -> None:
    assert error.value.code == code
    assert Offer.objects.count() == before
    assert not Notification.objects.exists()


class TestMaking:
    def test_an_offer_reaches_the_seller_and_holds_for_three_days(self) -> None:
        listing, buyer = ListingFactory(), UserFactory()
        offer = services.make_offer(listing_id=listing.pk, by=buyer, terms=terms())
        assert (offer.state, offer.made_by) == (OfferState.MADE, Side.BUYER)
        assert timedelta(hours=71) < offer.expires_at - clock.now() <= timedelta(hours=72)
        assert told("offer_received") == [listing.owner]

    def test_the_usual_deposit_is_a_tenth_of_the_price_up_to_the_market_maximum(self) -> None:
        buyer = UserFactory()
        small = services.make_offer(listing_id=ListingFactory().pk, by=buyer, terms=terms("1000000.00"))
        large = services.make_offer(listing_id=ListingFactory().pk, by=buyer, terms=terms())
        assert (small.deposit_amount, large.deposit_amount) == (Decimal("100000.00"), Decimal("500000.00"))

    def test_the_usual_deposit_of_a_rent_is_one_periods_rent(self) -> None:
        listing = ListingFactory(purpose=Purpose.LONG_RENT, price=Decimal("30000.00"))
        offer = services.make_offer(listing_id=listing.pk, by=UserFactory(), terms=terms("28000.00"))
        assert offer.deposit_amount == Decimal("28000.00")

    def test_a_better_offer_replaces_ones_own(self) -> None:
        first = OfferFactory()
        second = services.make_offer(listing_id=first.listing_id, by=first.buyer, terms=terms("12400000.00"))
        first.refresh_from_db()
        assert (first.state, second.answers_id) == (OfferState.SUPERSEDED, first.pk)

    def test_an_open_counter_offer_wants_an_answer_first(self) -> None:
        counter = OfferFactory(made_by=Side.SELLER)
        with pytest.raises(Conflict) as error:
            services.make_offer(listing_id=counter.listing_id, by=counter.buyer, terms=terms())
        refused(error, "offer_open", before=1)
        assert error.value.extra["offer"] == str(counter.pk)

    def test_nobody_offers_for_their_own_listing(self) -> None:
        listing = ListingFactory()
        with pytest.raises(NotFound) as error:
            services.make_offer(listing_id=listing.pk, by=listing.owner, terms=terms())
        refused(error, "not_found", before=0)

    @pytest.mark.parametrize("blocker", ["seller", "buyer"])
    def test_people_who_blocked_each_other_make_no_offers(self, blocker: str) -> None:
        listing, buyer = ListingFactory(), UserFactory()
        user, blocked = (listing.owner, buyer) if blocker == "seller" else (buyer, listing.owner)
        Block.objects.create(user=user, blocked=blocked)
        with pytest.raises(NotFound) as error:
            services.make_offer(listing_id=listing.pk, by=buyer, terms=terms())
        refused(error, "not_found", before=0)

    def test_whoever_offers_has_a_verified_contact(self) -> None:
        buyer = UserFactory(email_verified_at=None, phone_verified_at=None)
        with pytest.raises(NotAllowed) as error:
            services.make_offer(listing_id=ListingFactory().pk, by=buyer, terms=terms())
        refused(error, "not_verified", before=0)

    def test_a_listing_that_is_coming_soon_takes_no_offers(self) -> None:
        listing = ListingFactory(status=Status.COMING_SOON)
        with pytest.raises(Conflict) as error:
            services.make_offer(listing_id=listing.pk, by=UserFactory(), terms=terms())
        refused(error, "listing_not_open", before=0)

    @pytest.mark.parametrize(
        "given, code",
        [
            ({"amount": "0.00"}, "min_value"),
            ({"currency": "USD"}, "other_currency"),
            ({"deposit_amount": Decimal("12000000.01")}, "not_within_amount"),
            ({"deposit_amount": Decimal("0.00")}, "not_within_amount"),
            ({"refundable": Refundable.FULL, "refundable_percent": 30}, "only_partial"),
            ({"expires_at": clock.now() - timedelta(days=1)}, "in_the_past"),
            ({"expires_at": clock.now() + timedelta(days=90)}, "too_far_ahead"),
        ],
    )
    def test_terms_that_make_no_sense_are_refused(self, given: dict[str, Any], code: str) -> None:
        with pytest.raises(InvalidInput) as error:
            services.make_offer(listing_id=ListingFactory().pk, by=UserFactory(), terms=terms(**given))
        refused(error, "validation_error", before=0)
        assert code in [fault.code for fault in error.value.faults]

    def test_a_listing_under_offer_takes_back_up_offers(self) -> None:
        deal = deal_in(DealState.DEPOSIT_DUE)
        backup = services.make_offer(listing_id=deal.listing_id, by=UserFactory(), terms=terms())
        assert backup.state == OfferState.MADE


class TestAnswering:
    def test_either_side_may_counter_the_others_latest(self) -> None:
        first = OfferFactory(refundable=Refundable.PARTIAL)
        second = services.counter_offer(offer_id=first.pk, by=first.listing.owner, terms=terms("12500000.00"))
        third = services.counter_offer(offer_id=second.pk, by=first.buyer, terms=terms("12300000.00"))
        states = list(Offer.objects.order_by("created_at").values_list("state", "made_by"))
        assert states == [
            (OfferState.COUNTERED, "buyer"), (OfferState.COUNTERED, "seller"), (OfferState.MADE, "buyer"),
        ]  # fmt: skip
        assert (third.answers_id, third.refundable, third.refundable_percent) == (second.pk, "partial", 40)
        assert told("offer_countered") == [first.listing.owner, first.buyer]

    @pytest.mark.parametrize("answer", ["accept_offer", "reject_offer"])
    def test_nobody_answers_their_own_offer(self, answer: str) -> None:
        offer = OfferFactory()
        with pytest.raises(Conflict) as error:
            getattr(services, answer)(offer_id=offer.pk, by=offer.buyer)
        refused(error, "illegal_transition", before=1)
        assert error.value.extra == {"status_now": "made", "allowed": ["withdraw"]}

    def test_the_other_side_does_not_withdraw_it(self) -> None:
        offer = OfferFactory()
        with pytest.raises(Conflict) as error:
            services.withdraw_offer(offer_id=offer.pk, by=offer.listing.owner)
        refused(error, "illegal_transition", before=1)
        assert error.value.extra["allowed"] == ["accept", "reject", "counter"]

    def test_a_stranger_sees_no_offer(self) -> None:
        offer = OfferFactory()
        for answer in (services.accept_offer, services.reject_offer, services.withdraw_offer):
            with pytest.raises(NotFound):
                answer(offer_id=offer.pk, by=UserFactory())
        assert Offer.objects.get(pk=offer.pk).state == OfferState.MADE

    def test_a_rejected_and_a_withdrawn_offer_are_told_to_the_other_side(self) -> None:
        rejected, withdrawn = OfferFactory(), OfferFactory()
        services.reject_offer(offer_id=rejected.pk, by=rejected.listing.owner, reason="Too low")
        services.withdraw_offer(offer_id=withdrawn.pk, by=withdrawn.buyer)
        assert told("offer_rejected") == [rejected.buyer]
        assert told("offer_withdrawn") == [withdrawn.listing.owner]

    def test_people_who_blocked_each_other_do_not_haggle(self) -> None:
        offer = OfferFactory()
        Block.objects.create(user=offer.buyer, blocked=offer.listing.owner)
        with pytest.raises(NotAllowed) as error:
            services.counter_offer(offer_id=offer.pk, by=offer.listing.owner, terms=terms())
        refused(error, "blocked", before=1)

    def test_a_colleague_with_the_right_answers_and_one_without_sees_nothing(self) -> None:
        organisation = OrganisationFactory()
        agent = MembershipFactory(organisation=organisation).user
        assistant = MembershipFactory(organisation=organisation, role="assistant").user
        seller = Seller.objects.create(organisation=organisation, type="agency", name=organisation.name)
        offer = OfferFactory(listing=ListingFactory(seller=seller, owner=agent, organisation=organisation))
        with pytest.raises(NotFound):
            services.reject_offer(offer_id=offer.pk, by=assistant)
        assert services.reject_offer(offer_id=offer.pk, by=agent).state == OfferState.REJECTED


class TestAccepting:
    def test_an_accepted_offer_opens_its_deal_at_once(self) -> None:
        offer = OfferFactory(refundable=Refundable.PARTIAL)
        accepted = services.accept_offer(offer_id=offer.pk, by=offer.listing.owner)
        deal = Deal.objects.get()
        assert (accepted.state, accepted.deal) == (OfferState.ACCEPTED, deal)
        assert (deal.state, deal.amount, deal.refundable_percent) == ("deposit_due", offer.amount, 40)
        assert deal.deadline_at is not None
        assert timedelta(hours=47) < deal.deadline_at - clock.now() <= timedelta(hours=48)
        listing = Listing.objects.get(pk=offer.listing_id)
        assert (listing.status, listing.deal_id) == (Status.UNDER_OFFER, deal.pk)
        hold = hold_under(deal)
        assert (hold.state, hold.amount, hold.payee_id) == ("pending", offer.deposit_amount, deal.owner_id)
        assert told("offer_accepted") == told("deal_deposit_due") == [offer.buyer]

    def test_the_papers_of_the_day_are_copied_into_the_deal(self) -> None:
        deal = deal_in(DealState.DEPOSIT_DUE)
        assert [(paper.slug, paper.required) for paper in deal.papers.all()] == [
            ("title_deed", True), ("encumbrance_check", True), ("sale_contract", True),
            ("tax_clearance", False), ("marital_status", False),
        ]  # fmt: skip

    def test_a_private_sellers_deposit_bears_the_platform_fee_only(self) -> None:
        deal = deal_in(DealState.DEPOSIT_DUE)
        assert (deal.commission_amount, deal.commission_payee) == (Decimal("0.00"), None)
        assert deal.platform_fee_amount == Decimal("1800.00")

    def test_an_agencys_deposit_bears_the_agents_commission_too(self) -> None:
        organisation = OrganisationFactory()
        agent = MembershipFactory(organisation=organisation).user
        seller = Seller.objects.create(organisation=organisation, type="agency", name=organisation.name)
        deal = deal_in(
            DealState.DEPOSIT_DUE,
            listing=ListingFactory(seller=seller, owner=agent, organisation=organisation),
        )
        assert (deal.commission_amount, deal.commission_payee) == (Decimal("18000.00"), agent.pk)
        assert (deal.payee_id, hold_under(deal).payee_id) == (organisation.pk, organisation.pk)

    def test_the_second_offer_of_a_listing_is_not_accepted_while_the_deal_is_open(self) -> None:
        deal = deal_in(DealState.DEPOSIT_DUE)
        backup = OfferFactory(listing=deal.listing)
        with pytest.raises(Conflict) as error:
            services.accept_offer(offer_id=backup.pk, by=deal.owner)
        assert error.value.code == "deal_open"
        assert Offer.objects.get(pk=backup.pk).state == OfferState.MADE
        assert Deal.objects.count() == 1

    def test_a_back_up_offer_is_accepted_when_the_deal_fell_through(self) -> None:
        deal = deal_in(DealState.DEPOSIT_DUE)
        backup = OfferFactory(listing=deal.listing)
        services.withdraw_deal(deal_id=deal.pk, by=deal.buyer)
        accepted = services.accept_offer(offer_id=backup.pk, by=deal.owner)
        assert accepted.state == OfferState.ACCEPTED
        assert Deal.objects.filter(state=DealState.DEPOSIT_DUE).get().offer_id == backup.pk

    def test_an_offer_whose_time_is_over_is_not_accepted(self) -> None:
        offer = OfferFactory(expires_at=clock.now() - timedelta(seconds=1))
        with pytest.raises(Conflict) as error:
            services.accept_offer(offer_id=offer.pk, by=offer.listing.owner)
        refused(error, "illegal_transition", before=1)
        assert not Deal.objects.exists()

    def test_whoever_accepts_has_a_verified_contact(self) -> None:
        offer = OfferFactory(made_by=Side.SELLER, buyer=UserFactory(email_verified_at=None))
        with pytest.raises(NotAllowed) as error:
            services.accept_offer(offer_id=offer.pk, by=offer.buyer)
        refused(error, "not_verified", before=1)


class TestEnding:
    def test_the_clock_ends_an_offer_and_both_hear_of_it(self) -> None:
        offer = OfferFactory()
        assert services.expire_due() == 0
        with clock.advanced(timedelta(hours=73)):
            assert services.expire_due() == 1
        offer.refresh_from_db()
        assert offer.state == OfferState.EXPIRED
        assert set(told("offer_expired")) == {offer.buyer, offer.listing.owner}

    def test_offers_end_with_the_listing_that_staff_remove(self) -> None:
        offer = OfferFactory()
        remove_listing(listing_id=offer.listing_id, by=SellerFactory().user, reason="Fraud")
        hear_all()
        offer.refresh_from_db()
        assert offer.state == OfferState.EXPIRED

    def test_back_up_offers_end_when_the_keys_have_changed_hands(self) -> None:
        deal = deal_in(DealState.HANDOVER)
        backup = OfferFactory(listing=deal.listing)
        exchange_codes(deal)
        hear_all()
        backup.refresh_from_db()
        assert backup.state == OfferState.EXPIRED
