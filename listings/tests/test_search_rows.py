"""The search row follows its listing and its seller; the card is what the serializer would make."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from key2key.common import clock
from listings import cards, search, search_page, search_rows, selectors, shown
from listings.enums import Status
from listings.models import Asset, Listing, Photo, SearchRow, SellerCard
from listings.serializers.cards import PropertyCardSerializer, VehicleCardSerializer
from listings.tests.factories import ListingFactory, SellerFactory

pytestmark = pytest.mark.django_db


def answered(language: str = "en") -> list[dict[str, Any]]:
    page = search_page.find(search.read({}), cursor=None, limit=100, counts=False, language=language)
    return [json.loads(card) for card in page.cards]


FULL: dict[str, Any] = {
    "texts": {"am": ("ቪላ ከአትክልት ጋር", "ጸጥ ያለ")},
    "exclusive": True,
    "seller__verified": True,
    "seller__rating": "4.50",
    "seller__response_minutes": 12,
}
BARE: dict[str, Any] = {
    "photos": 0,
    "price": None,
    "price_qualifier": "on_request",
    "latitude": None,
    "longitude": None,
    "landmark": "",
    "description": "",
}


@pytest.mark.parametrize("language", ["en", "am"])
@pytest.mark.parametrize(
    "given",
    [
        FULL,
        BARE,
        {"location_precision": "exact", "purpose": "long_rent", "rent_period": "month"},
        {"title": 'She said "no" \\ <b>ቤት</b> 🏠', "detail__bedrooms": 0, "detail__size_m2": None},
        FULL | {"kind": "vehicle"},
        BARE | {"kind": "vehicle", "detail__mileage_km": None, "detail__transmission": ""},
        {"kind": "vehicle", "detail__condition": "new", "detail__mileage_km": 0},
    ],
)
def test_the_card_is_what_the_serializer_would_make(given: dict[str, Any], language: str) -> None:
    made = ListingFactory(**given, reduced_until=clock.now() + timedelta(days=1))
    listing = selectors.with_details(Listing.objects.filter(pk=made.pk)).get()
    shape = PropertyCardSerializer if listing.kind == "property" else VehicleCardSerializer
    with override(language):
        expected = json.loads(json.dumps(shape(listing).data, default=str))
    assert answered(language) == [expected]


def test_the_title_falls_back_to_the_original() -> None:
    ListingFactory(title="ቪላ", language="am")
    ListingFactory(title="Villa", texts={"am": ("ያማረ ቪላ", "")})
    assert [card["title"] for card in answered("en")] == ["Villa", "ቪላ"]
    assert [card["title"] for card in answered("am")] == ["ያማረ ቪላ", "ቪላ"]


def test_only_photos_that_are_ready_are_on_the_card() -> None:
    listing = ListingFactory(photos=3)
    first = Photo.objects.get(listing=listing, position=1).upload
    first.state, first.width, first.height, first.blurhash = "scanning", None, None, ""
    first.save()
    search_rows.write(Listing.objects.get(pk=listing.pk))
    (card,) = answered()
    assert card["photo_count"] == 2
    assert card["photo"]["url"].startswith("photos/")
    assert first.folder not in card["photo"]["url"]


def test_writing_twice_is_writing_once_and_the_row_follows_the_listing() -> None:
    listing = ListingFactory()
    search_rows.write(Listing.objects.get(pk=listing.pk))
    assert SearchRow.objects.count() == 1
    Listing.objects.filter(pk=listing.pk).update(title="Another title", status=Status.UNDER_OFFER)
    search_rows.write(Listing.objects.get(pk=listing.pk))
    assert [(card["title"], card["status"]) for card in answered()] == [("Another title", "under_offer")]
    Listing.objects.filter(pk=listing.pk).update(status=Status.WITHDRAWN)
    search_rows.write(Listing.objects.get(pk=listing.pk))
    assert (answered(), SearchRow.objects.count()) == ([], 1)


def test_what_was_never_public_has_no_row() -> None:
    ListingFactory(status=Status.DRAFT)
    assert SearchRow.objects.count() == 0


def test_a_reason_to_hide_takes_it_out_and_back_without_a_new_card() -> None:
    listing = ListingFactory()
    before = SearchRow.objects.get(pk=listing.pk).card_en
    listing.hidden_reasons = ["away"]
    search_rows.set_public(listing)
    assert answered() == []
    listing.hidden_reasons = []
    search_rows.set_public(listing)
    assert SearchRow.objects.get(pk=listing.pk).card_en == before
    assert len(answered()) == 1


def test_many_rows_are_written_in_as_many_statements_as_few(django_assert_max_num_queries: Any) -> None:
    for number in range(6):
        ListingFactory(kind=["property", "vehicle"][number % 2], photos=1)
    before = list(SearchRow.objects.order_by("pk").values())
    SearchRow.objects.all().delete()
    SellerCard.objects.all().delete()
    with django_assert_max_num_queries(10):
        search_rows.write_many(list(Listing.objects.all()))
    assert list(SearchRow.objects.order_by("pk").values()) == before


def test_a_seller_changes_on_all_cards_by_one_narrow_row() -> None:
    seller = SellerFactory()
    for _ in range(2):
        ListingFactory(seller=seller)
    ListingFactory()
    texts = set(SearchRow.objects.values_list("card_en", flat=True))
    seller.name, seller.type, seller.verified, seller.rating = "Addis Homes", "broker", True, 4
    seller.save()
    search_rows.refresh_seller_card(seller)
    names = [card["seller"]["name"] for card in answered()]
    assert names.count("Addis Homes") == 2
    assert SearchRow.objects.filter(seller_type="broker", seller_verified=True).count() == 2
    assert set(SearchRow.objects.values_list("card_en", flat=True)) == texts


def test_reduced_ends_by_itself() -> None:
    ListingFactory(reduced_until=clock.now() + timedelta(hours=1))
    assert answered()[0]["reduced"] is True
    with clock.advanced(timedelta(hours=2)):
        assert answered()[0]["reduced"] is False


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    north = (one[0] - other[0]) * shown.METRES_PER_DEGREE
    east = (one[1] - other[1]) * shown.METRES_PER_DEGREE * math.cos(math.radians(one[0]))
    return math.hypot(north, east)


@settings(max_examples=200)
@given(st.floats(-80, 80), st.floats(-179, 179))
def test_the_shown_point_lies_near_but_never_on_the_exact_one(latitude: float, longitude: float) -> None:
    listing = Listing(asset=Asset(), latitude=latitude, longitude=longitude)
    point = shown.shown_point(listing)
    assert 95 <= metres(point, (latitude, longitude)) <= 305
    assert point == shown.shown_point(listing)


def test_every_offer_of_a_home_shows_the_same_point_and_another_home_another() -> None:
    sale = ListingFactory()
    rent = ListingFactory(asset=sale.asset, purpose="long_rent", rent_period="month")
    other = ListingFactory()
    assert shown.shown_point(sale) == shown.shown_point(rent) != shown.shown_point(other)


def test_the_exact_point_is_nowhere_in_the_row_unless_the_owner_shows_it() -> None:
    ListingFactory(latitude=8.9976543, longitude=38.7868123)
    row = SearchRow.objects.get()
    assert (row.latitude, row.longitude) != (8.9976543, 38.7868123)
    assert "8.9976543" not in row.card_en + row.card_am
    shown_one = ListingFactory(latitude=8.9976543, longitude=38.7868123, location_precision="exact")
    assert '"latitude":8.9976543' in SearchRow.objects.get(pk=shown_one.pk).card_en


def test_the_answer_completes_a_card() -> None:
    assert json.loads(cards.whole('{"id":"1"}', seller='{"name":"A"}', reduced=True, sponsored=False)) == {
        "id": "1",
        "seller": {"name": "A"},
        "reduced": True,
        "sponsored": False,
    }
