"""The whole listing, in and out: one shape for homes, one for vehicles."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.agency import Right
from key2key.common import clock
from key2key.common.api.fields import (
    AmountField,
    StrictCharField,
    StrictChoiceField,
    StrictFloatField,
    StrictUUIDField,
)
from key2key.common.api.serializers import StrictModelSerializer, StrictSerializer
from key2key.common.money import Currency
from listings import attributes, enums, equipment, facts, selectors, shown, transitions
from listings.amenities import Amenity
from listings.models import Listing, Photo, PriceChange, Property, Seller, Vehicle
from listings.serializers.fields import AttributesField, LocationField, MonthField, SlugOfField, TextsField
from uploads.selectors import variant_urls
from uploads.serializers import VariantsSerializer

MOST_AMENITIES = 60


class PhotoSerializer(StrictModelSerializer):
    """A picture in its place; `variants` is null until it is processed."""

    state = serializers.CharField(source="upload.state", read_only=True)
    width = serializers.IntegerField(source="upload.width", read_only=True, allow_null=True)
    height = serializers.IntegerField(source="upload.height", read_only=True, allow_null=True)
    blurhash = serializers.CharField(source="upload.blurhash", read_only=True)
    cover = serializers.SerializerMethodField()
    variants = serializers.SerializerMethodField()

    class Meta:
        model = Photo
        fields: ClassVar[list[str]] = [
            "id", "upload", "position", "caption", "shows", "cover", "state", "width", "height", "blurhash",
            "variants",
        ]  # fmt: skip
        read_only_fields = fields

    def get_cover(self, photo: Photo) -> bool:
        """Whether it comes first."""
        return photo.position == 1

    @extend_schema_field(VariantsSerializer(allow_null=True))
    def get_variants(self, photo: Photo) -> dict[str, str] | None:
        """Absolute addresses."""
        return variant_urls(photo.upload)


class SellerSerializer(StrictModelSerializer):
    """Who sells, as everybody sees them."""

    response_time_minutes = serializers.IntegerField(source="response_minutes", allow_null=True)

    class Meta:
        model = Seller
        fields: ClassVar[list[str]] = ["id", "name", "type", "verified", "rating", "response_time_minutes"]
        read_only_fields = fields


class PriceChangeSerializer(StrictModelSerializer):
    """A price that the listing has had on the market, from a moment on."""

    class Meta:
        model = PriceChange
        fields: ClassVar[list[str]] = ["price", "currency", "changed_at"]
        read_only_fields = fields


class NoticeSerializer(serializers.Serializer[Any]):
    """Something the owner should look at; it keeps nothing back."""

    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class TextSerializer(StrictSerializer):
    """The words in one language."""

    title = StrictCharField(max_length=120)
    description = StrictCharField(max_length=4000, allow_blank=True, default="")


class ListingSerializer(StrictModelSerializer):
    """What both kinds have."""

    detail_serializer: ClassVar[type[StrictModelSerializer]]
    detail_name: ClassVar[str]

    title = StrictCharField(max_length=120, min_length=5)
    description = StrictCharField(max_length=4000, allow_blank=True, required=False)
    purpose = StrictChoiceField(choices=enums.AskedPurpose.choices)
    price = AmountField(allow_null=True, required=False)
    currency = StrictChoiceField(choices=Currency.choices, required=False)
    location = LocationField(source="area_id", max_length=80)
    organisation = StrictUUIDField(source="organisation_id", allow_null=True, required=False)
    latitude = StrictFloatField(min_value=-90, max_value=90, allow_null=True, required=False)
    longitude = StrictFloatField(min_value=-180, max_value=180, allow_null=True, required=False)
    translations = TextsField(source="texts", child=TextSerializer(allow_null=True), required=False)
    photos = PhotoSerializer(many=True, read_only=True)
    price_history = PriceChangeSerializer(source="price_changes", many=True, read_only=True)
    seller = SellerSerializer(read_only=True)
    badges = serializers.SerializerMethodField()
    reduced = serializers.SerializerMethodField()
    boosted_until = serializers.SerializerMethodField()
    hidden_because = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()
    allowed_actions = serializers.SerializerMethodField()
    quality_score = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()

    class Meta:
        model = Listing
        fields: ClassVar[list[str]] = [
            "id", "kind", "status", "purpose", "title", "description", "language", "translations", "price",
            "currency", "price_qualifier", "rent_period", "location", "address", "landmark", "latitude",
            "longitude", "location_precision", "attributes", "exclusive", "photos", "seller", "badges",
            "reduced", "price_history", "warnings", "allowed_actions", "quality_score", "missing",
            "organisation", "review_reason", "close_kind", "close_price", "close_date", "created_at",
            "published_at", "updated_at", "expires_at", "boosted_until", "hidden_because",
        ]  # fmt: skip
        read_only_fields: ClassVar[list[str]] = [
            "id", "kind", "status", "review_reason", "close_kind", "close_price", "close_date",
            "created_at", "published_at", "updated_at", "expires_at",
        ]  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        """The listing's fields and its detail row's, side by side."""
        fields = super().get_fields()
        for name, field in self.detail_serializer().get_fields().items():
            field.source = f"{self.detail_name}.{field.source or name}"
            fields[name] = field
        if self.partial:  # whose it is was said when it was written down
            fields["organisation"] = StrictUUIDField(source="organisation_id", read_only=True)
        return fields

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The values by their body names, as the services take them."""
        values: dict[str, Any] = super().to_internal_value(data)
        if "area_id" in values:
            values["location"] = values.pop("area_id")
        if "texts" in values:
            values["translations"] = values.pop("texts")
        return values

    def to_representation(self, listing: Any) -> dict[str, Any]:
        """Strangers see neither the exact point, where it is not theirs to see, nor the owner's notes."""
        self._is_theirs = self._may(listing, right=Right.SEE_LISTINGS)
        self._completeness = facts.completeness_of(listing) if self._is_theirs else None
        answer = super().to_representation(listing)
        if not self._is_theirs:
            answer["latitude"], answer["longitude"] = shown.shown_point(listing)
            if listing.location_precision != enums.LocationPrecision.EXACT:
                answer["address"] = ""
                for name in attributes.place_revealing(listing.kind):
                    answer["attributes"].pop(name, None)
            answer["review_reason"], answer["close_price"] = "", None
        return answer

    def get_badges(self, listing: Listing) -> list[str]:
        """What is proven about it."""
        return shown.badges(listing)

    def get_reduced(self, listing: Listing) -> bool:
        """Whether its price honestly fell of late."""
        return listing.reduced_until is not None and listing.reduced_until > clock.now()

    def get_boosted_until(self, listing: Listing) -> datetime | None:
        """For the owner: until when it stands before others."""
        return listing.boosted_until if self._is_theirs else None

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_hidden_because(self, listing: Listing) -> list[str]:
        """For the owner: why nobody else sees it though it is on the market."""
        return listing.hidden_reasons if self._is_theirs else []

    @extend_schema_field(NoticeSerializer(many=True))
    def get_warnings(self, listing: Listing) -> list[dict[str, str]]:
        """For the owner: what looks doubtful."""
        if not self._is_theirs:
            return []
        return [
            {"pointer": notice.pointer, "code": notice.code, "detail": str(notice.detail)}
            for notice in facts.warnings(listing)
        ]

    def get_allowed_actions(self, listing: Listing) -> list[str]:
        """The steps that the caller may take now."""
        if not self._is_theirs or not self._may(listing, right=Right.EDIT_LISTINGS):
            return []
        return transitions.allowed_actions(listing, actor=transitions.Actor.OWNER)

    def get_quality_score(self, listing: Listing) -> int | None:
        """For the owner: how complete it is, 0-100."""
        return self._completeness.score if self._completeness else None

    def get_missing(self, listing: Listing) -> list[str]:
        """For the owner: what would make it better."""
        return self._completeness.missing if self._completeness else []

    def _may(self, listing: Listing, *, right: Right) -> bool:
        request = self.context.get("request")
        return request is not None and selectors.acts_for_seller(request.user, listing, right=right)


class _PropertyDetail(StrictModelSerializer):
    amenities = serializers.ListField(
        child=StrictChoiceField(choices=Amenity.choices), max_length=MOST_AMENITIES, required=False
    )
    utilities_included = serializers.ListField(
        child=StrictChoiceField(choices=enums.Utility.choices), max_length=10, required=False
    )

    class Meta:
        model = Property
        exclude: ClassVar[list[str]] = ["listing"]


class PropertySerializer(ListingSerializer):
    """A home, building or plot."""

    detail_serializer = _PropertyDetail
    detail_name = "property"

    attributes = AttributesField(kind=enums.Kind.PROPERTY, required=False)
    parcel_number = StrictCharField(max_length=50, write_only=True, required=False, allow_blank=True)
    site_name = StrictCharField(max_length=100, write_only=True, required=False, allow_blank=True)
    block = StrictCharField(max_length=20, write_only=True, required=False, allow_blank=True)
    unit = StrictCharField(max_length=20, write_only=True, required=False, allow_blank=True)

    class Meta(ListingSerializer.Meta):
        fields: ClassVar[list[str]] = [
            *ListingSerializer.Meta.fields, "parcel_number", "site_name", "block", "unit",
        ]  # fmt: skip


class _VehicleDetail(StrictModelSerializer):
    brand = SlugOfField(max_length=80)
    model = SlugOfField(max_length=80)
    first_registration = MonthField(required=False, allow_blank=True)
    equipment = serializers.ListField(
        child=StrictChoiceField(choices=equipment.choices()), max_length=MOST_AMENITIES, required=False
    )

    class Meta:
        model = Vehicle
        exclude: ClassVar[list[str]] = ["listing"]


class VehicleSerializer(ListingSerializer):
    """A vehicle."""

    detail_serializer = _VehicleDetail
    detail_name = "vehicle"

    attributes = AttributesField(kind=enums.Kind.VEHICLE, required=False)
    brand_name = serializers.CharField(source="vehicle.brand.name", read_only=True)
    model_name = serializers.CharField(source="vehicle.model.name", read_only=True)
    vin = StrictCharField(max_length=17, write_only=True, required=False, allow_blank=True)
    chassis_number = StrictCharField(max_length=20, write_only=True, required=False, allow_blank=True)
    engine_number = StrictCharField(max_length=30, write_only=True, required=False, allow_blank=True)

    class Meta(ListingSerializer.Meta):
        fields: ClassVar[list[str]] = [
            *ListingSerializer.Meta.fields, "brand_name", "model_name", "vin", "chassis_number",
            "engine_number",
        ]  # fmt: skip
