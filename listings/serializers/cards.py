"""The search's answer, for the OpenAPI document: the cards themselves are written by `listings.cards`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import get_language
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from key2key.common import clock
from listings import areas, enums, shown, vehicle_enums
from listings.models import Listing
from listings.serializers.listings import SellerSerializer
from uploads.selectors import variant_keys


class CardLocationSerializer(serializers.Serializer[Any]):
    """Where it is."""

    slug = serializers.CharField()
    name = serializers.CharField()


class CardPhotoSerializer(serializers.Serializer[Any]):
    """The cover. `url` is relative to the media base; the pixels are the original's."""

    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    blurhash = serializers.CharField()


class CardSerializer(serializers.ModelSerializer[Listing]):
    """What the cards of both kinds show."""

    title = serializers.SerializerMethodField()
    rent_period = serializers.ChoiceField(choices=enums.RentPeriod.choices, allow_blank=True)
    location = serializers.SerializerMethodField()
    latitude = serializers.SerializerMethodField()
    longitude = serializers.SerializerMethodField()
    photo = serializers.SerializerMethodField()
    photo_count = serializers.SerializerMethodField()
    badges = serializers.SerializerMethodField()
    published_at = serializers.DateTimeField()
    seller = SellerSerializer()
    reduced = serializers.SerializerMethodField()
    sponsored = serializers.SerializerMethodField()

    class Meta:
        model = Listing
        fields: ClassVar[list[str]] = [
            "id", "kind", "purpose", "status", "title", "price", "currency", "rent_period", "location",
            "latitude", "longitude", "photo", "photo_count", "badges", "published_at", "seller", "reduced",
            "sponsored",
        ]  # fmt: skip
        read_only_fields = fields

    def get_title(self, listing: Listing) -> str:
        """In the caller's language, where there is a translation."""
        language = get_language() or "en"
        return shown.titles(listing, languages=[language])[language]

    @extend_schema_field(CardLocationSerializer)
    def get_location(self, listing: Listing) -> dict[str, str]:
        """The area, named in the caller's language."""
        place = areas.place(listing.area_id)
        return {"slug": place["slug"], "name": place["name"]}

    def get_latitude(self, listing: Listing) -> float | None:
        """Of the point that strangers are shown."""
        return shown.shown_point(listing)[0]

    def get_longitude(self, listing: Listing) -> float | None:
        """Of the point that strangers are shown."""
        return shown.shown_point(listing)[1]

    @extend_schema_field(CardPhotoSerializer(allow_null=True))
    def get_photo(self, listing: Listing) -> dict[str, Any] | None:
        """The first picture that is ready."""
        ready = self._ready(listing)
        if not ready:
            return None
        keys = variant_keys(ready[0]) or {}
        shape = {name: getattr(ready[0], name) for name in ("width", "height", "blurhash")}
        return {"url": keys["card"], **shape}

    def get_photo_count(self, listing: Listing) -> int:
        """How many pictures are ready."""
        return len(self._ready(listing))

    def get_badges(self, listing: Listing) -> list[str]:
        """Facts of the listing itself that deserve a mark."""
        return shown.badges(listing)

    def get_reduced(self, listing: Listing) -> bool:
        """Whether its price fell of late."""
        return listing.reduced_until is not None and listing.reduced_until > clock.now()

    def get_sponsored(self, listing: Listing) -> bool:
        """Whether somebody pays for its place: it may stand before others. To be shown with the card."""
        return listing.boosted_until is not None and listing.boosted_until > clock.now()

    def _ready(self, listing: Listing) -> list[Any]:
        return [photo.upload for photo in listing.photos.all() if photo.upload.is_ready]


class PropertyCardSerializer(CardSerializer):
    """A home, building or plot. The size is m²."""

    property_type = serializers.ChoiceField(
        source="property.property_type", choices=enums.PropertyType.choices
    )
    property_type_name = serializers.CharField(source="property.get_property_type_display")
    bedrooms = serializers.IntegerField(source="property.bedrooms", allow_null=True)
    bathrooms = serializers.IntegerField(source="property.bathrooms", allow_null=True)
    size_m2 = serializers.DecimalField(14, 2, source="property.size_m2", allow_null=True)

    class Meta(CardSerializer.Meta):
        fields: ClassVar[list[str]] = [
            *CardSerializer.Meta.fields, "property_type", "property_type_name", "bedrooms", "bathrooms",
            "size_m2",
        ]  # fmt: skip


class VehicleCardSerializer(CardSerializer):
    """A vehicle. The mileage is km."""

    brand = serializers.CharField(source="vehicle.brand.slug")
    brand_name = serializers.CharField(source="vehicle.brand.name")
    model = serializers.CharField(source="vehicle.model.slug")
    model_name = serializers.CharField(source="vehicle.model.name")
    year = serializers.IntegerField(source="vehicle.year")
    mileage_km = serializers.IntegerField(source="vehicle.mileage_km", allow_null=True)
    fuel_type = serializers.ChoiceField(source="vehicle.fuel_type", choices=vehicle_enums.FuelType.choices)
    fuel_type_name = serializers.CharField(source="vehicle.get_fuel_type_display")
    transmission = serializers.SerializerMethodField()
    transmission_name = serializers.SerializerMethodField()

    class Meta(CardSerializer.Meta):
        fields: ClassVar[list[str]] = [
            *CardSerializer.Meta.fields, "brand", "brand_name", "model", "model_name", "year", "mileage_km",
            "fuel_type", "fuel_type_name", "transmission", "transmission_name",
        ]  # fmt: skip

    @extend_schema_field(serializers.ChoiceField(choices=vehicle_enums.Transmission.choices, allow_null=True))
    def get_transmission(self, listing: Listing) -> str | None:
        """The gearbox, where it is known."""
        return listing.vehicle.transmission or None

    def get_transmission_name(self, listing: Listing) -> str | None:
        """Its name in the caller's language."""
        return listing.vehicle.get_transmission_display() or None


ANY_CARD = PolymorphicProxySerializer(
    component_name="SearchCard",
    serializers={"property": PropertyCardSerializer, "vehicle": VehicleCardSerializer},
    resource_type_field_name="kind",
    many=True,
)


class _PageSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    count = serializers.IntegerField(required=False)
    count_is_capped = serializers.BooleanField(required=False)
    truncated = serializers.BooleanField(
        required=False, help_text="With `sort=relevance`: whether more fits than the 1,000 that are shown."
    )


@extend_schema_serializer(many=False)
class SearchPageSerializer(_PageSerializer):
    """A page of homes and vehicles."""

    results = serializers.SerializerMethodField()

    @extend_schema_field(ANY_CARD)
    def get_results(self, _page: Any) -> list[Any]:
        """The cards; written by `listings.cards`."""
        raise NotImplementedError


@extend_schema_serializer(many=False)
class PropertyPageSerializer(_PageSerializer):
    """A page of homes."""

    results = PropertyCardSerializer(many=True)


@extend_schema_serializer(many=False)
class VehiclePageSerializer(_PageSerializer):
    """A page of vehicles."""

    results = VehicleCardSerializer(many=True)


SEARCH_PAGES: dict[str | None, type[_PageSerializer]] = {
    None: SearchPageSerializer,
    "property": PropertyPageSerializer,
    "vehicle": VehiclePageSerializer,
}
