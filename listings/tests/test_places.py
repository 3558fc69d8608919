"""Fewer places than listings: the surplus is hidden, not moved, and comes back as places become free."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from constance.test import override_config

from accounts.tests.factories import UserFactory
from key2key.common import clock
from listings import places, services
from listings.enums import SellerType, Status
from listings.models import Listing, SearchRow, Seller
from listings.services import SellerFacts
from listings.tests.factories import AgencySellerFactory, ListingFactory, SellerFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def seller() -> Seller:
    return SellerFactory()


@pytest.fixture
def three(seller: Seller) -> list[Listing]:
    """The oldest first."""
    return [ListingFactory(seller=seller, published_at=clock.now() - age * DAY) for age in (9, 6, 3)]


def allow(seller: Seller, number: int) -> None:
    services.set_seller_facts(user_id=seller.user_id, facts=SellerFacts(live_quota=number))


def hidden(listings: list[Listing]) -> list[bool]:
    """Which are hidden for want of a place; the search knows the same."""
    for listing in listings:
        listing.refresh_from_db()
        assert SearchRow.objects.get(pk=listing.pk).is_public == listing.is_visible
    return ["quota" in listing.hidden_reasons for listing in listings]


def test_a_smaller_quota_hides_the_last_and_a_greater_one_shows_them(
    seller: Seller, three: list[Listing]
) -> None:
    allow(seller, 1)
    assert hidden(three) == [False, True, True]
    assert {listing.status for listing in three} == {Status.ACTIVE}
    allow(seller, 2)
    assert hidden(three) == [False, False, True]
    services.set_seller_facts(user_id=seller.user_id, facts=SellerFacts(unknown=frozenset({"live_quota"})))
    assert hidden(three) == [False] * 3


def test_facts_that_say_nothing_of_places_leave_them_alone(seller: Seller, three: list[Listing]) -> None:
    allow(seller, 2)
    services.set_seller_facts(user_id=seller.user_id, facts=SellerFacts(response_minutes=5, verified=True))
    assert hidden(three) == [False, False, True]
    seller.refresh_from_db()
    assert seller.live_quota == 2


def test_the_clock_fills_a_place_that_became_free_and_no_more(seller: Seller, three: list[Listing]) -> None:
    allow(seller, 1)
    assert services.fill_places() == 0
    services.step_listing(listing_id=three[0].pk, by=seller.user, action="withdraw")
    assert (services.fill_places(), services.fill_places()) == (1, 0)
    assert hidden(three)[1:] == [False, True]


def test_what_returns_while_there_is_no_place_is_hidden_and_pushes_nobody_out(
    seller: Seller, three: list[Listing]
) -> None:
    services.step_listing(listing_id=three[0].pk, by=seller.user, action="hold")
    allow(seller, 2)
    assert hidden(three) == [False, False, True], "what is on hold keeps its place"
    services.step_listing(listing_id=three[0].pk, by=seller.user, action="reactivate")
    assert hidden(three) == [False, False, True]


def test_an_approval_beyond_the_quota_is_not_shown(seller: Seller, three: list[Listing]) -> None:
    late = ListingFactory(seller=seller, status=Status.PENDING_REVIEW, published_at=None)
    allow(seller, 3)
    services.approve_listing(listing_id=late.pk, by=UserFactory(is_staff=True))
    assert hidden([*three, late]) == [False, False, False, True]


@pytest.mark.parametrize(("kind", "free"), [("private", 3), ("broker", 7), ("agency", 11)])
def test_free_places_are_those_of_the_sellers_kind(kind: str, free: int) -> None:
    made = AgencySellerFactory() if kind == SellerType.AGENCY else SellerFactory(type=kind)
    with override_config(PRIVATE_LIVE_LIMIT=3, BROKER_LIVE_LIMIT=7, AGENCY_LIVE_LIMIT=11):
        assert places.quota_of(made) == free
        made.live_quota = 1
        assert places.quota_of(made) == 1


class TestFees:
    @pytest.fixture
    def waiting(self) -> Any:
        listing = ListingFactory(status=Status.PENDING_REVIEW, published_at=None)
        with override_config(LISTING_FEE_PROPERTY=Decimal("250.00"), LISTING_FEE_DAYS=10):
            return services.approve_listing(listing_id=listing.pk, by=UserFactory(is_staff=True))

    def test_an_approved_listing_waits_for_the_fee_of_its_kind(self, waiting: Listing) -> None:
        assert waiting.status == Status.PENDING_PAYMENT
        assert waiting.expires_at is not None
        assert timedelta(days=9) < waiting.expires_at - clock.now() <= timedelta(days=10)

    def test_paid_it_is_on_the_market_and_a_repeat_buys_nothing(self, waiting: Listing) -> None:
        assert services.take_fee(listing_id=waiting.pk)
        assert not services.take_fee(listing_id=waiting.pk)
        waiting.refresh_from_db()
        assert waiting.is_visible

    def test_a_fee_that_went_back_hides_it_and_one_that_comes_shows_it(self, waiting: Listing) -> None:
        services.take_fee(listing_id=waiting.pk)
        for _ in "ab":
            services.lose_fee(listing_id=waiting.pk)
        assert Listing.objects.get().hidden_reasons == ["fee_unpaid"]
        assert not SearchRow.objects.get().is_public
        assert services.take_fee(listing_id=waiting.pk)
        assert SearchRow.objects.get().is_public

    def test_the_clock_ends_the_waiting(self, waiting: Listing) -> None:
        with clock.advanced(timedelta(days=11)):
            assert services.expire_due() == 1
        waiting.refresh_from_db()
        assert waiting.status == Status.EXPIRED
