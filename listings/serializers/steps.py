"""Bodies of the steps, the photos, and the row of one's own list."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from key2key.common.api.fields import (
    AmountField,
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictUUIDField,
)
from key2key.common.api.serializers import StrictModelSerializer, StrictSerializer
from listings import enums, transitions
from listings.models import Listing
from listings.serializers.fields import LocationField
from uploads.selectors import variant_urls
from uploads.serializers import VariantsSerializer


class DayField(serializers.DateField):
    """A day as `yyyy-mm-dd`."""

    def to_internal_value(self, value: Any) -> date:
        """The day."""
        if not isinstance(value, str):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class CloseSerializer(StrictSerializer):
    """How it ended."""

    close_kind = StrictChoiceField(choices=enums.CloseKind.choices)
    close_price = AmountField(allow_null=True, required=False)
    close_date = DayField()


class NewPhotoSerializer(StrictSerializer):
    """An upload to hang into the listing."""

    upload = StrictUUIDField()
    caption = StrictCharField(max_length=200, required=False, allow_blank=True)
    shows = StrictChoiceField(choices=enums.PhotoShows.choices, required=False, allow_blank=True)
    cover = StrictBooleanField(required=False)


class PhotoChangeSerializer(StrictSerializer):
    """What to change of a photo."""

    caption = StrictCharField(max_length=200, required=False, allow_blank=True)
    shows = StrictChoiceField(choices=enums.PhotoShows.choices, required=False, allow_blank=True)
    position = StrictIntegerField(min_value=1, max_value=100, required=False)
    cover = StrictBooleanField(required=False)


class OwnListingSerializer(StrictModelSerializer):
    """A row of one's own list: where it stands and what can be done."""

    location = LocationField(source="area_id", read_only=True)
    organisation = serializers.UUIDField(source="organisation_id", allow_null=True)
    photo = serializers.SerializerMethodField()
    photo_count = serializers.SerializerMethodField()
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = Listing
        fields: ClassVar[list[str]] = [
            "id", "kind", "status", "purpose", "title", "price", "currency", "rent_period", "location",
            "photo", "photo_count", "organisation", "allowed_actions", "hidden_reasons", "review_reason",
            "created_at", "published_at", "expires_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(VariantsSerializer(allow_null=True))
    def get_photo(self, listing: Listing) -> dict[str, str] | None:
        """The cover."""
        photos = [photo for photo in listing.photos.all() if photo.upload.is_ready]
        return variant_urls(photos[0].upload) if photos else None

    def get_photo_count(self, listing: Listing) -> int:
        """How many photos hang in it."""
        return len(listing.photos.all())

    def get_allowed_actions(self, listing: Any) -> list[str]:
        """The steps that the caller may take now."""
        if not listing.may_change:
            return []
        return transitions.allowed_actions(listing, actor=transitions.Actor.OWNER)
