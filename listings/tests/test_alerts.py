"""Whom a new or changed listing concerns: told once, at once or in a digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, User
from accounts.tests.factories import MembershipFactory, StaffFactory, UserFactory
from accounts.tests.parallel import at_once
from key2key.common import background, clock
from key2key.common.ids import uuid7
from key2key.common.models import ExchangeRate
from listings import alerts, services
from listings.enums import Alert, HiddenReason, Status
from listings.models import Listing, SavedSearch, SavedSearchMatch, SearchRow
from listings.services import SellerFacts, searches
from listings.tests.factories import (
    AgencySellerFactory,
    ListingFactory,
    SavedSearchFactory,
    SellerFactory,
)
from notifications.models import Notification

pytestmark = pytest.mark.django_db
FITS = {"kind": "property", "location": ["bole"], "bedrooms_min": 3}


def told() -> list[Any]:
    """The news in people's feeds, in their order."""
    rows = Notification.objects.filter(kind="saved_search_match", channel="in_app")
    return list(rows.order_by("created_at", "pk"))


def happens(listing: Listing) -> None:
    """The listing changed, and everything that follows from it was done."""
    services.note_change(listing.pk)
    while services.match_waiting():
        pass


def asks(**query: Any) -> SavedSearch:
    made: SavedSearch = SavedSearchFactory(query=query)
    return made


def test_a_listing_that_is_approved_reaches_who_looks_for_it(mailoutbox: list[Any]) -> None:
    saved = SavedSearchFactory(user__language="am")
    asks(kind="vehicle")
    draft = ListingFactory(status=Status.DRAFT, texts={"am": ("ቪላ ከነግቢው", "")})
    services.submit_listing(listing_id=draft.pk, by=draft.owner)
    background.sweep()
    assert told() == []
    services.approve_listing(listing_id=draft.pk, by=StaffFactory())
    while background.sweep():
        pass
    (news,) = told()
    assert news.user == saved.user
    assert news.data == {
        "search": "Homes in Bole", "listing": "ቪላ ከነግቢው", "price": "12500000.00 ETB", "place": "ቦሌ",
        "count": 1, "link": f"/listings/{draft.pk}",
    }  # fmt: skip
    assert [message.to for message in mailoutbox if saved.user.email in message.to] == [[saved.user.email]]


def test_nobody_is_told_twice() -> None:
    SavedSearchFactory()
    listing = ListingFactory()
    for _ in range(3):
        happens(listing)
    services.step_listing(listing_id=listing.pk, by=listing.owner, action="withdraw")
    services.step_listing(listing_id=listing.pk, by=listing.owner, action="reactivate")
    while background.sweep():
        pass
    assert len(told()) == 1
    assert SavedSearchMatch.objects.get().told_at is not None


def test_a_change_that_makes_it_fit_tells() -> None:
    asks(kind="property", price_max="10000000")
    listing = ListingFactory()
    happens(listing)
    assert told() == []
    services.edit_listing(
        listing_id=listing.pk, kind="property", by=listing.owner, values={"price": Decimal("9900000.00")}
    )
    while background.sweep():
        pass
    assert len(told()) == 1


def test_what_somebody_saw_when_they_saved_the_search_is_no_news() -> None:
    old = ListingFactory()
    services.save_search(by=UserFactory(), name="Mine", query=FITS, alert=Alert.INSTANT)
    happens(old)
    assert told() == []
    happens(ListingFactory())
    assert len(told()) == 1


def test_nor_what_fits_a_query_that_was_changed_or_switched_on_again() -> None:
    listing = ListingFactory(detail__bedrooms=2)
    saved = SavedSearchFactory()
    looser = {"query": {**FITS, "bedrooms_min": 2}}
    services.change_search(search_id=saved.pk, by=saved.user, changes=looser)
    happens(listing)
    services.change_search(search_id=saved.pk, by=saved.user, changes={"alert": Alert.OFF})
    other = ListingFactory()
    happens(other)
    services.change_search(search_id=saved.pk, by=saved.user, changes={"alert": Alert.INSTANT})
    happens(other)
    assert told() == []


def test_ones_own_listing_is_no_news() -> None:
    listing = ListingFactory()
    SavedSearchFactory(user=listing.owner)
    agency = AgencySellerFactory()
    viewer = MembershipFactory(organisation=agency.organisation, role=Membership.Role.VIEWER).user
    SavedSearchFactory(user=viewer)
    happens(ListingFactory(seller=agency, owner=UserFactory()))
    assert [news.user_id for news in told()] == [listing.owner_id]
    happens(listing)
    assert sorted(str(news.user_id) for news in told()) == sorted([str(listing.owner_id), str(viewer.pk)])


@pytest.mark.parametrize("alert", [Alert.OFF, Alert.DAILY, Alert.WEEKLY])
def test_who_does_not_want_to_know_at_once_is_not_told_at_once(alert: str) -> None:
    SavedSearchFactory(alert=alert)
    happens(ListingFactory())
    assert told() == []
    assert SavedSearchMatch.objects.filter(told_at=None).count() == (0 if alert == Alert.OFF else 1)


def test_nobody_is_told_of_what_nobody_may_see() -> None:
    SavedSearchFactory()
    hidden = ListingFactory(hidden_reasons=[HiddenReason.REPORTS])
    happens(hidden)
    happens(ListingFactory(status=Status.DRAFT))
    assert (told(), SavedSearchMatch.objects.count()) == ([], 0)


def test_what_is_shown_again_is_told() -> None:
    seller = SellerFactory(type="broker")
    listing = ListingFactory(seller=seller, hidden_reasons=[HiddenReason.LICENCE_LAPSED])
    SavedSearchFactory()
    happens(listing)
    assert told() == []
    until = clock.now() + timedelta(days=9)
    services.set_seller_facts(user_id=seller.user_id, facts=SellerFacts(may_publish_until=until))
    while background.sweep():
        pass
    assert len(told()) == 1


def test_nobody_is_told_who_cannot_sign_in() -> None:
    SavedSearchFactory(user__status=User.Status.SUSPENDED)
    happens(ListingFactory())
    assert SavedSearchMatch.objects.count() == 0


def test_the_narrowing_lets_through_whatever_the_search_finds() -> None:
    """Against the search itself: for many queries, the same verdict with and without the narrowing."""
    ExchangeRate.objects.create(currency="USD", rate=Decimal(150), valid_from=clock.today())
    listings = [
        ListingFactory(),
        ListingFactory(price=Decimal("90000.00"), currency="USD", place="gerji"),
        ListingFactory(price=None, price_qualifier="on_request", purpose="long_rent", rent_period="month"),
        ListingFactory(kind="vehicle", price=Decimal("1500000.00")),
    ]
    saved = [
        asks(**query)
        for query in (
            FITS,
            {"location": ["addis-ababa"]},
            {"location": "bole,gerji", "purpose": "sale"},
            {"purpose": "rent"},
            {"kind": "vehicle", "brand": "toyota"},
            {"brand": ["toyota"], "year_min": 2010},
            {"price_min": "12500000", "price_max": "13500000"},
            {"price_min": "90000", "price_max": "90000", "currency": "USD"},
            {"price_max": 83334, "currency": "USD"},
            {"price_max": "10000", "currency": "USD"},
            {"price_max": "13499999"},
            {"q": "ville"},
            {"near": "8.9976,38.7868", "radius_km": 1.5},
            {"amenities": ["garden", "water_tank"], "with_photos": True},
            {"furnished": "furnished"},
        )
    ]
    verdicts = []
    for listing in listings:
        row = SearchRow.objects.get(pk=listing.pk)
        narrowed = set(SavedSearch.objects.filter(alerts.concerned(row)).values_list("pk", flat=True))
        fits = {one.pk for one in alerts.fitting(saved, listing_id=listing.pk)}
        assert fits <= narrowed
        verdicts.append((len(fits), len(narrowed)))
    assert all(0 < fits < len(saved) for fits, _narrowed in verdicts), verdicts
    assert any(narrowed < len(saved) for _fits, narrowed in verdicts)


def test_a_search_for_a_place_that_is_gone_stops_nobody() -> None:
    lost = SavedSearchFactory()
    SavedSearch.objects.filter(pk=lost.pk).update(query={"location": ["atlantis"]})
    SavedSearchFactory()
    happens(ListingFactory())
    assert [news.user_id == lost.user_id for news in told()] == [False]


def test_many_are_found_some_hundreds_at_a_time() -> None:
    saved = SavedSearchFactory(alert=Alert.DAILY)
    copies = ({**SavedSearch.objects.values().get(), "id": uuid7()} for _ in range(searches.SEARCHES_AT_ONCE))
    SavedSearch.objects.bulk_create([SavedSearch(**values) for values in copies])
    listing = ListingFactory()
    services.note_change(listing.pk)
    assert [services.match_waiting(), services.match_waiting()] == [2, 0]
    assert SavedSearchMatch.objects.filter(listing=listing).count() == searches.SEARCHES_AT_ONCE + 1
    assert SavedSearchMatch.objects.filter(search=saved).exists()


def test_one_statement_judges_all_candidates() -> None:
    saved = SavedSearchFactory.create_batch(20)
    listing = ListingFactory()
    with CaptureQueriesContext(connection) as queries:
        assert alerts.fitting(saved, listing_id=listing.pk) == saved
    assert sum("listings_searchrow" in query["sql"] for query in queries) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_tells() -> None:
    SavedSearchFactory.create_batch(3)
    listing = ListingFactory()
    for _ in range(6):
        services.note_change(listing.pk)
    at_once(6, lambda _number: services.match_waiting())
    assert (len(told()), SavedSearchMatch.objects.count()) == (3, 3)


class TestDigests:
    @pytest.fixture
    def daily(self) -> SavedSearch:
        return services.save_search(by=UserFactory(), name="Daily", query=FITS, alert=Alert.DAILY)

    def test_a_day_is_told_in_one_piece_with_the_newest(self, daily: SavedSearch) -> None:
        now = clock.now()
        older = ListingFactory(title="The older one", published_at=now - timedelta(hours=2))
        newer = ListingFactory(title="The newer one", published_at=now - timedelta(hours=1))
        happens(older), happens(newer)
        assert services.send_digests_due() == 0, "its day has not come"
        with clock.advanced(timedelta(days=1)):
            assert services.send_digests_due() == 1
            assert services.send_digests_due() == 0
        (news,) = told()
        assert (news.data["listing"], news.data["count"]) == ("The newer one", 2)
        assert news.data["link"] == f"/saved-searches/{daily.pk}"

    def test_a_week_waits_for_its_end(self) -> None:
        services.save_search(by=UserFactory(), name="Weekly", query=FITS, alert=Alert.WEEKLY)
        happens(ListingFactory())
        with clock.advanced(timedelta(days=6)):
            assert services.send_digests_due() == 0
        with clock.advanced(timedelta(days=7)):
            assert services.send_digests_due() == 1

    def test_what_is_gone_meanwhile_is_not_told(self, daily: SavedSearch) -> None:
        listing = ListingFactory()
        happens(listing)
        services.step_listing(listing_id=listing.pk, by=listing.owner, action="withdraw")
        with clock.advanced(timedelta(days=1)):
            assert services.send_digests_due() == 0
        assert (told(), SavedSearchMatch.objects.filter(told_at=None).count()) == ([], 0)

    def test_nothing_found_is_nothing_told(self, daily: SavedSearch) -> None:
        with clock.advanced(timedelta(days=3)):
            assert services.send_digests_due() == 0
        assert told() == []

    @pytest.mark.django_db(transaction=True)
    def test_of_many_workers_one_tells(self) -> None:
        services.save_search(by=UserFactory(), name="Daily", query=FITS, alert=Alert.DAILY)
        happens(ListingFactory())

        def send(_number: int) -> int:
            with clock.advanced(timedelta(days=1)):
                return services.send_digests_due()

        assert sorted(at_once(4, send)) == [0, 0, 0, 1]
        assert len(told()) == 1


def test_the_seller_waits_for_nobody(sign_in: Callable[..., Any]) -> None:
    """However many look for it, the seller's own transaction costs the same."""
    listing = ListingFactory()
    client, body = sign_in(listing.owner), {"title": "Another title"}
    address = f"/api/v1/properties/{listing.pk}"
    client.patch(address, body, format="json")
    with CaptureQueriesContext(connection) as alone:
        client.patch(address, body, format="json")
    SavedSearchFactory.create_batch(5)
    with CaptureQueriesContext(connection) as among_many:
        client.patch(address, body, format="json")
    assert len(alone) == len(among_many)
