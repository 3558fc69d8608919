from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from accounts.tests.factories import UserFactory
from key2key.common import clock
from key2key.common.models import AuditEntry, Event, ExchangeRate
from listings import prices
from listings.enums import Status
from listings.models import Asset, Listing, PriceChange, SearchRow
from listings.tests.factories import ListingFactory, SellerFactory
from uploads.models import Upload

HOME = {
    "property_type": "apartment",
    "purpose": "sale",
    "title": "Two bedrooms near the stadium",
    "description": "Third floor, elevator, own meter.",
    "price": "9500000.00",
    "location": "bole",
    "bedrooms": 2,
    "bathrooms": 1,
    "size_m2": "92.50",
    "amenities": ["elevator", "own_meter_water"],
    "attributes": {"road_surface": "asphalt"},
    "translations": {"am": {"title": "ሁለት መኝታ ቤት", "description": "ሦስተኛ ፎቅ"}},
}
CAR = {
    "vehicle_class": "car",
    "body_type": "sedan",
    "brand": "toyota",
    "model": "corolla",
    "year": 2012,
    "mileage_km": 120000,
    "fuel_type": "petrol",
    "condition": "used",
    "first_registration": "2012-05",
    "purpose": "sale",
    "title": "Corolla, one family",
    "price": "3200000.00",
    "location": "bole",
    "vin": "jtdbr32e720123456",
    "equipment": ["abs", "air_conditioning"],
}


def make(client, path, body):
    answer = client.post(f"/api/v1/{path}", body, format="json")
    assert answer.status_code == 201, answer.content
    return answer.json()


@pytest.fixture
def seller(sign_in):
    user = UserFactory()
    client = sign_in(user)
    client.user = user
    return client


@pytest.mark.django_db
def test_a_home_is_drafted_and_read_back_whole(seller):
    made = make(seller, "properties", HOME)
    assert made["status"] == "draft"
    assert made["kind"] == "property"
    assert made["location"] == {"slug": "bole", "name": "Bole", "path": "addis-ababa/bole"}
    assert (made["price"], made["currency"], made["size_m2"]) == ("9500000.00", "ETB", "92.50")
    assert made["amenities"] == ["elevator", "own_meter_water"]
    assert made["attributes"] == {"road_surface": "asphalt"}
    assert made["translations"]["am"]["title"] == "ሁለት መኝታ ቤት"
    assert made["allowed_actions"] == ["submit"]
    assert "photos" in made["missing"]
    assert seller.get(f"/api/v1/properties/{made['id']}").json() == made
    assert seller.get(f"/api/v1/listings/{made['id']}").json() == made


@pytest.mark.django_db
def test_a_vehicle_is_drafted_and_its_identity_is_never_shown(seller):
    made = make(seller, "vehicles", CAR)
    assert (made["brand"], made["model"], made["brand_name"], made["model_name"]) == (
        "toyota",
        "corolla",
        "Toyota",
        "Corolla",
    )
    assert "vin" not in made
    assert "JTDBR32E720123456" not in str(made)
    assert Asset.objects.get().vin == "JTDBR32E720123456"
    assert seller.get(f"/api/v1/properties/{made['id']}").status_code == 404, "a vehicle is no home"


@pytest.mark.django_db
def test_a_draft_does_not_exist_for_others(seller, api, sign_in):
    made = make(seller, "properties", HOME)
    stranger = sign_in(UserFactory())
    for client in (api, stranger):
        assert client.get(f"/api/v1/listings/{made['id']}").status_code == 404
    before = Listing.objects.values().get()
    answer = stranger.patch(f"/api/v1/properties/{made['id']}", {"title": "Mine now, thanks"}, format="json")
    assert answer.status_code == 404
    assert stranger.delete(f"/api/v1/properties/{made['id']}").status_code == 404
    assert stranger.post(f"/api/v1/listings/{made['id']}/submit", {}, format="json").status_code == 404
    assert Listing.objects.values().get() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change, pointer, code",
    [
        ({"location": "atlantis"}, "/location", "unknown_location"),
        ({"price": 9500000}, "/price", "invalid"),
        ({"price": "-1.00"}, "/price", "min_value"),
        ({"bedrooms": "2"}, "/bedrooms", "invalid"),
        ({"amenities": ["moat"]}, "/amenities/0", "invalid_choice"),
        ({"attributes": {"moat": True}}, "/attributes/moat", "unknown_field"),
        ({"translations": {"xx": {"title": "Hello there"}}}, "/translations/xx", "unknown_language"),
        ({"property_type": "castle"}, "/property_type", "invalid_choice"),
        ({"rent_period": "month"}, "/rent_period", "not_for_sale"),
        ({"title": "ab"}, "/title", "min_length"),
        ({"latitude": 91.0, "longitude": 38.0}, "/latitude", "max_value"),
        ({"status": "active"}, "/status", "read_only_field"),
        ({"owner": "018f0000-0000-7000-8000-000000000000"}, "/owner", "unknown_field"),
        ({"price_base": "1.00"}, "/price_base", "unknown_field"),
        ({"live_slot": "x"}, "/live_slot", "unknown_field"),
        ({"hidden_reasons": []}, "/hidden_reasons", "unknown_field"),
    ],
)
def test_a_fault_is_named_where_it_stands_and_nothing_is_kept(seller, change, pointer, code):
    answer = seller.post("/api/v1/properties", {**HOME, **change}, format="json")
    assert answer.status_code == 400
    found = [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
    assert (pointer, code) in found
    assert (Listing.objects.count(), Asset.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_rent_in_a_body_means_the_rent_of_its_period(seller):
    rent = {**HOME, "purpose": "rent", "price": "45000.00"}
    assert make(seller, "properties", {**rent, "rent_period": "month"})["purpose"] == "long_rent"
    assert make(seller, "properties", {**rent, "rent_period": "day"})["purpose"] == "short_rent"


@pytest.mark.django_db
def test_contact_in_texts_is_taken_out_and_told(seller):
    made = make(seller, "properties", {**HOME, "description": "Call 0911223344 now"})
    assert made["description"] == "Call […] now"
    assert [warning["code"] for warning in made["warnings"]] == ["contact_removed"]


@pytest.mark.django_db
def test_a_draft_is_edited_and_its_attributes_are_merged(seller):
    made = make(seller, "properties", HOME)
    url = f"/api/v1/properties/{made['id']}"
    answer = seller.patch(
        url,
        {"bedrooms": 3, "attributes": {"road_surface": None}, "translations": {"am": None}},
        format="json",
    )
    assert answer.status_code == 200, answer.content
    assert (answer.json()["bedrooms"], answer.json()["attributes"], answer.json()["translations"]) == (
        3,
        {},
        {},
    )
    assert answer.json()["title"] == HOME["title"]


@pytest.mark.django_db
def test_if_match_guards_an_edit(seller):
    made = make(seller, "properties", HOME)
    url = f"/api/v1/properties/{made['id']}"
    etag = seller.get(url)["ETag"]
    assert seller.patch(url, {"bedrooms": 3}, format="json", HTTP_IF_MATCH=etag).status_code == 200
    answer = seller.patch(url, {"bedrooms": 4}, format="json", HTTP_IF_MATCH=etag)
    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    assert seller.get(url).json()["bedrooms"] == 3
    assert seller.delete(url, HTTP_IF_MATCH=etag).status_code == 412
    assert seller.delete(url, HTTP_IF_MATCH=seller.get(url)["ETag"]).status_code == 204


@pytest.mark.django_db
def test_a_deleted_draft_leaves_nothing_and_frees_its_uploads(seller):
    listing = ListingFactory(seller=SellerFactory(user=seller.user), status=Status.DRAFT)
    upload = listing.photos.first().upload
    Upload.objects.filter(pk=upload.pk).update(claimed_by=f"listings.listing:{listing.pk}")
    assert seller.delete(f"/api/v1/properties/{listing.pk}").status_code == 204
    assert (Listing.objects.count(), Asset.objects.count()) == (0, 0)
    upload.refresh_from_db()
    assert upload.claimed_by == ""
    assert AuditEntry.objects.filter(action="listing.deleted", subject_id=str(listing.pk)).exists()


@pytest.mark.django_db
def test_what_was_public_is_cancelled_not_deleted(seller):
    listing = ListingFactory(seller=SellerFactory(user=seller.user))
    answer = seller.delete(f"/api/v1/properties/{listing.pk}")
    assert (answer.status_code, answer.json()["code"], answer.json()["instead"]) == (
        409,
        "listing_was_public",
        "cancel",
    )
    assert Listing.objects.count() == 1


@pytest.mark.django_db
def test_a_live_listing_changes_at_once_and_is_marked_for_review(seller):
    listing = ListingFactory(seller=SellerFactory(user=seller.user))
    answer = seller.patch(
        f"/api/v1/properties/{listing.pk}", {"title": "Villa with a new roof"}, format="json"
    )
    assert answer.status_code == 200, answer.content
    listing.refresh_from_db()
    assert (listing.status, listing.edited_since_review) == (Status.ACTIVE, True)
    assert "Villa with a new roof" in SearchRow.objects.get(pk=listing.pk).card_en
    assert Event.objects.filter(name="listings.ListingChanged").exists()


@pytest.mark.django_db
def test_what_was_reviewed_stays_what_it_is(seller):
    listing = ListingFactory(kind="vehicle", seller=SellerFactory(user=seller.user))
    for change in (
        {"purpose": "lease", "rent_period": "month"},
        {"vin": "JTDBR32E720123456"},
        {"exclusive": True},
    ):
        answer = seller.patch(f"/api/v1/vehicles/{listing.pk}", change, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, "fixed_once_reviewed"), change
    listing.refresh_from_db()
    assert (listing.purpose, listing.asset.vin, listing.exclusive) == ("sale", None, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "status", ["pending_review", "rejected", "reserved", "closed", "cancelled", "removed"]
)
def test_what_is_not_in_the_owners_hands_is_not_editable(seller, status):
    listing = ListingFactory(seller=SellerFactory(user=seller.user))
    Listing.objects.filter(pk=listing.pk).update(status=status, close_kind="sold", close_date=clock.today())
    answer = seller.patch(f"/api/v1/properties/{listing.pk}", {"title": "Another title"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "listing_not_editable")
    listing.refresh_from_db()
    assert listing.title == "Villa with a garden"


@pytest.mark.django_db
def test_a_price_that_stood_and_fell_is_reduced_and_noted(seller):
    listing = ListingFactory(seller=SellerFactory(user=seller.user), price=Decimal(10_000_000))
    PriceChange.objects.create(
        listing=listing, price=listing.price, currency="ETB", price_base=listing.price,
        changed_at=clock.now() - timedelta(days=8),
    )  # fmt: skip
    url = f"/api/v1/properties/{listing.pk}"
    assert seller.patch(url, {"price": "9000000.00"}, format="json").json()["reduced"] is True
    assert list(listing.price_changes.values_list("price", flat=True)) == [
        Decimal(9_000_000),
        Decimal(10_000_000),
    ]
    history = seller.get(url).json()["price_history"]
    assert [change["price"] for change in history] == ["9000000.00", "10000000.00"]
    assert history[0]["changed_at"] > history[1]["changed_at"]
    assert Event.objects.filter(name="listings.PriceReduced").count() == 1
    assert seller.patch(url, {"price": "9500000.00"}, format="json").json()["reduced"] is False
    answer = seller.patch(url, {"price": "8000000.00"}, format="json").json()
    assert answer["reduced"] is False, "raised today and cut today is no reduction"


def stood(listing, *, days=8):
    with clock.advanced(-timedelta(days=days)):
        prices.note(listing)


@pytest.mark.django_db
def test_a_price_that_was_raised_is_not_reduced_because_the_rate_fell(seller):
    listing = ListingFactory(seller=SellerFactory(user=seller.user), price=Decimal(100_000), currency="USD")
    stood(listing)
    ExchangeRate.objects.create(currency="USD", rate=Decimal(150), valid_from=clock.today())
    url = f"/api/v1/properties/{listing.pk}"
    assert seller.patch(url, {"price": "101000.00"}, format="json").json()["reduced"] is False
    assert not Event.objects.filter(name="listings.PriceReduced").exists()


@pytest.mark.django_db
def test_the_same_worth_in_another_currency_is_no_reduction(seller):
    listing = ListingFactory(seller=SellerFactory(user=seller.user), price=Decimal(100_000), currency="USD")
    stood(listing)
    ExchangeRate.objects.create(currency="USD", rate=Decimal(150), valid_from=clock.today())
    url = f"/api/v1/properties/{listing.pk}"
    for price, reduced in (("15000000.00", False), ("14000000.00", False)):
        body = {"price": price, "currency": "ETB"}
        assert seller.patch(url, body, format="json").json()["reduced"] is reduced


@pytest.mark.django_db
def test_a_second_cut_leaves_the_mark_of_the_first(seller):
    listing = ListingFactory(seller=SellerFactory(user=seller.user), price=Decimal(100_000))
    stood(listing)
    url = f"/api/v1/properties/{listing.pk}"
    assert seller.patch(url, {"price": "90000.00"}, format="json").json()["reduced"] is True
    until = Listing.objects.get(pk=listing.pk).reduced_until
    assert seller.patch(url, {"price": "85000.00"}, format="json").json()["reduced"] is True
    assert Listing.objects.get(pk=listing.pk).reduced_until == until, "nor is it made longer"


@pytest.mark.django_db
def test_the_largest_price_in_the_dearest_currency_is_kept_and_sorted(seller, api):
    made = make(seller, "properties", {**HOME, "price": "999999999999.99", "currency": "GBP"})
    dear = ListingFactory(price=Decimal("999999999999.99"), currency="GBP")
    assert Listing.objects.get(pk=made["id"]).price_base == dear.price_base > 10**14
    none = ListingFactory(price=None, price_qualifier="on_request")
    first = api.get("/api/v1/listings?sort=price&limit=1").json()
    second = api.get(first["next"]).json()
    shown = [card["id"] for page in (first, second) for card in page["results"]]
    assert shown == [str(dear.pk), str(none.pk)], "what has no price comes last"


@pytest.mark.django_db
def test_prices_are_valued_in_the_base_currency(seller):
    made = make(seller, "properties", {**HOME, "price": "1000.00", "currency": "USD"})
    assert Listing.objects.get(pk=made["id"]).price_base > Decimal(50_000)


@pytest.mark.django_db
def test_the_exact_point_is_for_the_owner_only(seller, api):
    listing = ListingFactory(seller=SellerFactory(user=seller.user), address="House 12")
    own = seller.get(f"/api/v1/listings/{listing.pk}").json()
    shown = api.get(f"/api/v1/listings/{listing.pk}").json()
    assert (own["latitude"], own["address"]) == (listing.latitude, "House 12")
    assert shown["latitude"] != listing.latitude
    assert abs(shown["latitude"] - listing.latitude) < 0.01
    assert shown["address"] == ""
    Listing.objects.filter(pk=listing.pk).update(location_precision="exact")
    exact = api.get(f"/api/v1/listings/{listing.pk}").json()
    assert (exact["latitude"], exact["address"]) == (listing.latitude, "House 12")


@pytest.mark.django_db
def test_two_sellers_of_one_vin_share_the_asset(seller, sign_in):
    make(seller, "vehicles", CAR)
    make(sign_in(UserFactory()), "vehicles", {**CAR, "vin": CAR["vin"].upper()})
    assert Asset.objects.count() == 1
    assert Asset.objects.get().listings.count() == 2


@pytest.mark.django_db
def test_a_changed_identity_moves_to_its_own_asset_and_leaves_no_orphan(seller):
    made = make(seller, "vehicles", CAR)
    other = make(seller, "vehicles", {**CAR, "vin": "WVWZZZ1JZXW000001"})
    answer = seller.patch(f"/api/v1/vehicles/{other['id']}", {"vin": CAR["vin"]}, format="json")
    assert answer.status_code == 200, answer.content
    assert Asset.objects.count() == 1
    assert Listing.objects.get(pk=other["id"]).asset_id == Listing.objects.get(pk=made["id"]).asset_id


@pytest.mark.django_db(transaction=True)
def test_one_vin_entered_by_many_at_once_is_one_asset(sign_in):
    clients = [sign_in(UserFactory()) for _ in range(6)]

    def post(client):
        try:
            return client.post("/api/v1/vehicles", CAR, format="json").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(post, clients)) == [201] * 6
    assert Asset.objects.count() == 1


@pytest.mark.django_db
def test_own_listings_show_drafts_by_status_in_pages(seller, assert_same_queries):
    shop = SellerFactory(user=seller.user)

    def add(number):
        for _ in range(number):
            ListingFactory(seller=shop, status=Status.DRAFT)

    ListingFactory()
    assert_same_queries(seller, "/api/v1/users/me/listings?limit=50", add=add)
    ListingFactory(seller=shop)
    page = seller.get("/api/v1/users/me/listings?status=active").json()
    assert [row["status"] for row in page["results"]] == ["active"]
    assert page["results"][0]["photo"]["card"].startswith("http")
    assert seller.get("/api/v1/users/me/listings?status=flying").status_code == 400
