"""Of an erased person nothing is left that says who, where or what; before, all of it is handed out."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from accounts.services import erase_user
from accounts.tests.factories import StaffFactory
from key2key.common import background, clock
from key2key.common.models import AuditEntry
from key2key.common.plugins import privacy
from listings import services
from listings.enums import HiddenReason, Status
from listings.models import (
    Asset,
    Listing,
    ListingText,
    Photo,
    PriceChange,
    Property,
    SearchRow,
    Seller,
    SellerCard,
    Vehicle,
)
from listings.tests.factories import AssetFactory, ListingFactory, SellerFactory
from uploads.models import Upload

pytestmark = pytest.mark.django_db
CANARY = "canary"
ROWS: tuple[type[Any], ...] = (
    Asset, Listing, ListingText, Photo, PriceChange, Property, SearchRow, Seller, SellerCard, Vehicle,
)  # fmt: skip
WORDS: dict[str, Any] = {
    "title": f"Villa of {CANARY}", "description": f"Ask for {CANARY}", "address": f"{CANARY} street 5",
    "landmark": f"Behind {CANARY}", "attributes": {"directions": f"To {CANARY}"},
    "latitude": 8.1234567, "longitude": 38.7654321, "texts": {"am": (f"ቪላ {CANARY}", f"{CANARY}")},
}  # fmt: skip


def erase(seller: Seller) -> None:
    erase_user(user_id=seller.user_id, by=StaffFactory(is_superuser=True))
    background.sweep()


def left() -> str:
    return json.dumps([list(model.objects.values()) for model in ROWS], cls=DjangoJSONEncoder)


@pytest.fixture
def seller() -> Seller:
    made: Seller = SellerFactory(name=f"Abebe {CANARY}", type="broker", verified=True, rating=Decimal(4))
    return made


def test_nothing_is_left_of_the_person(seller: Seller) -> None:
    car = AssetFactory(kind="vehicle", vin="JTDBR32E720123456", engine_number=CANARY)
    ListingFactory(seller=seller, kind="vehicle", asset=car, **WORDS)
    for status in (Status.ACTIVE, Status.CLOSED, Status.DRAFT, Status.PENDING_REVIEW):
        closed = {"published_at": clock.now(), "close_kind": "sold", "close_date": clock.today()}
        ListingFactory(
            seller=seller,
            status=status,
            review_reason=CANARY,
            **WORDS,
            **(closed if status == "closed" else {}),
        )
    assert CANARY in left()
    erase(seller)
    for trace in (CANARY, "8.1234567", "38.7654321", "JTDBR32E720123456"):
        assert trace not in left()
    seller.refresh_from_db()
    assert (seller.suspended, seller.verified, seller.rating) == (True, False, None)


def test_what_was_public_stays_nameless_and_off_the_market(seller: Seller, api: Any) -> None:
    live = ListingFactory(seller=seller)
    reserved = ListingFactory(seller=seller, status=Status.RESERVED)
    draft = ListingFactory(seller=seller, status=Status.DRAFT)
    uploads = Upload.objects.filter(owner=seller.user)
    assert uploads.exclude(claimed_by="").count() == 6
    erase(seller)
    assert dict(Listing.objects.values_list("pk", "status")) == {
        live.pk: "withdrawn",
        reserved.pk: "reserved",
    }
    assert not Asset.objects.filter(pk=draft.asset_id).exists()
    reserved.refresh_from_db()
    assert reserved.hidden_reasons == [HiddenReason.SELLER_SUSPENDED], "a deal holds it: it is hidden"
    assert (reserved.price, reserved.purpose) == (Decimal("12500000.00"), "sale")
    assert api.get("/api/v1/listings").json()["results"] == []
    assert api.get(f"/api/v1/listings/{reserved.pk}").status_code == 404
    assert (Photo.objects.count(), uploads.exclude(claimed_by="").count()) == (0, 0)
    assert AuditEntry.objects.get(action="seller.erased").subject_id == str(seller.pk)


def test_others_keep_theirs(seller: Seller) -> None:
    car = AssetFactory(kind="vehicle", vin="JTDBR32E720123456")
    ListingFactory(
        seller=seller, kind="vehicle", asset=car, status=Status.WITHDRAWN, published_at=clock.now()
    )
    other = ListingFactory(kind="vehicle", asset=car, title="Mine too")
    before = Listing.objects.values().get(pk=other.pk)
    erase(seller)
    assert Listing.objects.values().get(pk=other.pk) == before
    car.refresh_from_db()
    assert car.vin == "JTDBR32E720123456"
    assert SearchRow.objects.get(pk=other.pk).is_public


def test_it_may_be_told_twice_and_late_news_bring_nothing_back(seller: Seller) -> None:
    ListingFactory(seller=seller, **WORDS)
    erase(seller)
    services.forget_person(seller.user_id)
    services.follow_person(seller.user_id)
    seller.refresh_from_db()
    assert seller.suspended
    assert CANARY not in left()


def test_who_is_not_erased_loses_nothing(seller: Seller) -> None:
    """The event alone is no reason: the person's own row is."""
    listing = ListingFactory(seller=seller)
    before = Listing.objects.values().get(pk=listing.pk)
    services.forget_person(seller.user_id)
    assert Listing.objects.values().get(pk=listing.pk) == before
    services.forget_person(StaffFactory().pk)


def test_everything_is_handed_out_before(seller: Seller) -> None:
    asset = AssetFactory(parcel_number="P-1")
    listing = ListingFactory(seller=seller, asset=asset, **WORDS)
    ListingFactory()
    (told,) = privacy["listings.listing"].export(seller.user)
    assert (told["id"], told["address"], told["latitude"]) == (listing.pk, WORDS["address"], 8.1234567)
    assert told["identity"]["parcel_number"] == "P-1"
    assert told["translations"]["am"]["description"] == CANARY
    assert [photo["upload"] for photo in told["photos"]] == [one.upload_id for one in listing.photos.all()]
    (seller_told,) = privacy["listings.seller"].export(seller.user)
    assert seller_told["name"] == seller.name
    json.dumps([told, seller_told], cls=DjangoJSONEncoder)


@pytest.mark.parametrize("name", ["listings.listing", "listings.seller"])
def test_the_data_map_names_columns_that_exist(name: str) -> None:
    part = privacy[name]
    assert all(part.model._meta.get_field(field) for field in part.fields)
