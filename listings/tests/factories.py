"""Full rows of listings for tests: asset, seller, the kind's own row, ready photos, the search row."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone

from accounts.tests.factories import OrganisationFactory, UserFactory
from accounts.tests.factories import SellerFactory as SellingUserFactory
from key2key.common import clock
from key2key.common.money import Money, in_base_currency
from listings import alerts, search_rows
from listings.enums import PUBLIC, Furnished, Kind, PropertyType, Purpose, SellerType, Status
from listings.facts import claim_of
from listings.models import (
    Area,
    Asset,
    Listing,
    ListingText,
    Photo,
    Property,
    SavedSearch,
    Seller,
    Vehicle,
    VehicleModel,
)
from listings.vehicle_enums import BodyType, Color, Condition, FuelType, Transmission, VehicleClass
from uploads.kinds import State
from uploads.models import Upload


class SellerFactory(factory.django.DjangoModelFactory):
    """A private person who sells."""

    class Meta:
        model = Seller

    user = factory.SubFactory(SellingUserFactory)
    name = factory.SelfAttribute("user.full_name")


class AgencySellerFactory(factory.django.DjangoModelFactory):
    """An organisation that sells, whose licence holds. Its listings need `owner=` one of its people."""

    class Meta:
        model = Seller

    organisation = factory.SubFactory(OrganisationFactory)
    type = SellerType.AGENCY
    name = factory.SelfAttribute("organisation.name")
    may_publish_until = factory.LazyFunction(lambda: clock.now() + timedelta(days=365))


class AssetFactory(factory.django.DjangoModelFactory):
    """A home or vehicle without an identity of its own."""

    class Meta:
        model = Asset

    kind = Kind.PROPERTY


class ReadyUploadFactory(factory.django.DjangoModelFactory):
    """A photo that is processed. Its files do not exist."""

    class Meta:
        model = Upload

    owner = factory.SubFactory(SellingUserFactory)
    kind = "photo"
    state = State.READY
    work_state = Upload.WorkState.DONE
    content_type = "image/jpeg"
    bytes = 120_000
    sha256 = factory.Sequence(lambda number: f"{number:064x}")
    width = 1200
    height = 800
    blurhash = "LEHV6nWB2yk8pyo0adR*.7kCMdnj"
    original_key = factory.Sequence(lambda number: f"originals/2026-11-22/{number:032x}")
    folder = factory.Sequence(lambda number: f"photos/ab/{number:024x}")


class ListingFactory(factory.django.DjangoModelFactory):
    """A home on the market in Bole, for sale; `kind="vehicle"` makes a Toyota Corolla.

    `place="gerji"` puts it elsewhere, `photos=0` takes the photos away, `detail__bedrooms=4` sets a column
    of the kind's own row, `texts={"am": ("ቪላ", "…")}` translates.
    """

    class Meta:
        model = Listing
        skip_postgeneration_save = True

    class Params:
        place = "bole"

    kind = Kind.PROPERTY
    seller = factory.SubFactory(SellerFactory)
    owner = factory.SelfAttribute("seller.user")
    organisation = factory.SelfAttribute("seller.organisation")
    asset = factory.SubFactory(AssetFactory, kind=factory.SelfAttribute("..kind"))
    purpose = Purpose.SALE
    status = Status.ACTIVE
    title = "Villa with a garden"
    description = "Quiet street, asphalt road, water tank."
    price = Decimal("12500000.00")
    currency = "ETB"
    area = factory.LazyAttribute(lambda made: Area.objects.get(slug=made.place))
    landmark = "Edna Mall"
    latitude = 8.9976
    longitude = 38.7868
    live_slot = factory.LazyAttribute(lambda made: str(made.seller.pk))
    published_at = factory.LazyAttribute(lambda made: timezone.now() if made.status in PUBLIC else None)

    @factory.lazy_attribute
    def price_base(self) -> Decimal | None:
        return in_base_currency(Money(self.price, self.currency)) if self.price is not None else None

    @factory.post_generation
    def detail(self: Listing, create: bool, extracted: Any, **columns: Any) -> None:
        if self.kind == Kind.PROPERTY:
            Property.objects.create(listing=self, **(_HOME | columns))
            return
        model = columns.pop("model", None) or VehicleModel.objects.get(brand__slug="toyota", slug="corolla")
        Vehicle.objects.create(listing=self, brand=model.brand, model=model, **(_CAR | columns))

    @factory.post_generation
    def texts(self: Listing, create: bool, extracted: Any, **_: Any) -> None:
        for language, (title, description) in (extracted or {}).items():
            ListingText.objects.create(listing=self, language=language, title=title, description=description)

    @factory.post_generation
    def photos(self: Listing, create: bool, extracted: int | None, **_: Any) -> None:
        for position in range(1, (2 if extracted is None else extracted) + 1):
            photo = Photo(listing=self, position=position)
            claim = {"claimed_by": claim_of(self.pk), "claimed_at": timezone.now()}
            photo.upload = ReadyUploadFactory(owner=self.owner, **claim)
            photo.save()

    @factory.post_generation
    def search_row(self: Listing, create: bool, extracted: Any, **_: Any) -> None:
        search_rows.write(Listing.objects.get(pk=self.pk))


class SavedSearchFactory(factory.django.DjangoModelFactory):
    """Homes with three bedrooms or more in Bole, to be told of at once; `query={…}` asks something else."""

    class Meta:
        model = SavedSearch

    user = factory.SubFactory(UserFactory)
    name = "Homes in Bole"
    query = factory.LazyFunction(lambda: {"kind": "property", "location": ["bole"], "bedrooms_min": 3})

    @classmethod
    def _adjust_kwargs(cls, **values: Any) -> dict[str, Any]:
        return {**alerts.read(values["query"]).columns, **values}


_HOME: dict[str, Any] = {
    "property_type": PropertyType.VILLA,
    "bedrooms": 3,
    "bathrooms": 2,
    "size_m2": Decimal("250.00"),
    "furnished": Furnished.UNFURNISHED,
    "amenities": ["water_tank", "garden"],
}
_CAR: dict[str, Any] = {
    "vehicle_class": VehicleClass.CAR,
    "body_type": BodyType.SEDAN,
    "year": 2015,
    "mileage_km": 90_000,
    "fuel_type": FuelType.PETROL,
    "transmission": Transmission.AUTOMATIC,
    "exterior_color": Color.SILVER,
    "condition": Condition.USED,
    "first_registration": "2016-03",
}
