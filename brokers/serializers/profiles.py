"""Shapes of professionals: as everybody sees them, as they see themselves, what they write."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from brokers.enums import LicenceState, Speciality
from brokers.models import Broker, Licence
from brokers.selectors import current_licence, own_steps
from brokers.services import LicenceFacts
from key2key.common.api.fields import (
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
)
from key2key.common.api.serializers import StrictModelSerializer, StrictSerializer
from listings import areas as known_areas
from listings.areas import PlaceName, place

LANGUAGE = r"^[a-z]{2,3}$"
PHONE = r"^\+[1-9][0-9]{6,14}$"
SHOWN_OF_NUMBER = 4
MOST_AREAS, MOST_LANGUAGES, MOST_YEARS = 20, 10, 70


class PlaceSerializer(serializers.Serializer[Any]):
    """An area, its name in the caller's language."""

    slug = serializers.CharField()
    name = serializers.CharField()
    path = serializers.CharField()


class PublicLicenceSerializer(StrictModelSerializer):
    """A licence that staff have checked. Of its number everybody sees the end."""

    number_ending = serializers.SerializerMethodField()

    class Meta:
        model = Licence
        fields: ClassVar[list[str]] = ["authority", "category", "region", "expires_on", "number_ending"]
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_number_ending(self, licence: Licence) -> str:
        """The last four characters of the number, to hold against the paper."""
        return licence.number[-SHOWN_OF_NUMBER:]


class OwnLicenceSerializer(StrictModelSerializer):
    """A licence as its holder sees it."""

    class Meta:
        model = Licence
        fields: ClassVar[list[str]] = [
            "number", "authority", "category", "region", "expires_on", "state", "reason", "confirmed_at",
        ]  # fmt: skip
        read_only_fields = fields


class BrokerSerializer(StrictModelSerializer):
    """A professional as everybody sees them."""

    user = serializers.UUIDField(source="user_id", read_only=True)
    name = serializers.CharField(source="user.full_name", read_only=True)
    verified = serializers.BooleanField(source="user.identity_verified", read_only=True)
    areas = serializers.SerializerMethodField()
    active_listings = serializers.IntegerField(read_only=True)
    website = serializers.CharField(read_only=True)
    licence = serializers.SerializerMethodField()

    class Meta:
        model = Broker
        fields: ClassVar[list[str]] = [
            "id", "user", "name", "verified", "bio", "language", "languages", "areas", "specialities",
            "years_experience", "telegram", "website", "rating", "reviews_count", "closed_deals",
            "response_minutes", "active_listings", "licence", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(PlaceSerializer(many=True))
    def get_areas(self, broker: Broker) -> list[PlaceName]:
        """Where they work."""
        return [place(area.pk) for area in broker.areas.all()]

    @extend_schema_field(PublicLicenceSerializer(allow_null=True))
    def get_licence(self, broker: Broker) -> Any:
        """The licence that they work under."""
        licence = current_licence(broker.licences.all())
        return PublicLicenceSerializer(licence).data if licence else None


class OwnBrokerSerializer(BrokerSerializer):
    """A professional as they see themselves: contacts, every licence that counts, what can be done."""

    licences = serializers.SerializerMethodField()
    allowed_actions = serializers.SerializerMethodField()

    class Meta(BrokerSerializer.Meta):
        fields: ClassVar[list[str]] = [
            *BrokerSerializer.Meta.fields, "phone", "whatsapp", "status", "status_reason", "licences",
            "allowed_actions",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(OwnLicenceSerializer(many=True))
    def get_licences(self, broker: Broker) -> Any:
        """The confirmed one, and the one that waits to be checked."""
        shown = (LicenceState.CONFIRMED, LicenceState.UNCHECKED)
        return OwnLicenceSerializer(
            [each for each in broker.licences.all() if each.state in shown], many=True
        ).data

    @extend_schema_field(
        serializers.ListField(child=serializers.ChoiceField(["submit", "leave", "come_back"]))
    )
    def get_allowed_actions(self, broker: Broker) -> list[str]:
        """The steps that the person may take now."""
        return own_steps(broker)


class ProfileSerializer(StrictSerializer):
    """What a professional writes of themselves."""

    bio = StrictCharField(max_length=2000, required=False, allow_blank=True)
    language = StrictChoiceField(choices=settings.LANGUAGES, required=False)
    languages = serializers.ListField(
        child=serializers.RegexField(LANGUAGE, max_length=3), max_length=MOST_LANGUAGES, required=False,
        help_text="Spoken languages, ISO 639.",
    )  # fmt: skip
    areas = serializers.ListField(
        child=StrictCharField(max_length=80), max_length=MOST_AREAS, required=False,
        help_text="Slugs of areas (GET /locations).",
    )  # fmt: skip
    specialities = serializers.ListField(
        child=StrictChoiceField(choices=Speciality.choices), max_length=len(Speciality), required=False
    )
    years_experience = StrictIntegerField(min_value=0, max_value=MOST_YEARS, required=False, allow_null=True)
    phone = serializers.RegexField(PHONE, max_length=16, required=False)
    whatsapp = serializers.RegexField(PHONE, max_length=16, required=False, allow_blank=True)
    telegram = serializers.RegexField(
        r"^[A-Za-z0-9_]{5,32}$", max_length=32, required=False, allow_blank=True
    )
    website = serializers.URLField(max_length=200, required=False, allow_blank=True)

    def validate_areas(self, slugs: list[str]) -> list[int]:
        """The ids of the areas."""
        unknown = {
            slug: known_areas.unknown_area(slug, pointer="") for slug in slugs if not known_areas.find(slug)
        }
        if unknown:
            faults = {
                str(number): [serializers.ErrorDetail(str(unknown[slug].detail), unknown[slug].code)]
                for number, slug in enumerate(slugs)
                if slug in unknown
            }
            raise serializers.ValidationError(faults)
        return sorted({found.id for slug in slugs if (found := known_areas.find(slug))})

    def values(self) -> dict[str, Any]:
        """The columns that were given."""
        return {name: value for name, value in self.validated_data.items() if name != "areas"}

    def area_ids(self) -> list[int] | None:
        """The areas, when they were given."""
        return self.validated_data.get("areas")


class LicenceSerializer(StrictSerializer):
    """A licence as its paper tells it."""

    number = StrictCharField(max_length=50)
    authority = StrictCharField(max_length=120)
    category = StrictCharField(max_length=60)
    region = StrictCharField(max_length=80)
    expires_on = serializers.DateField()

    def facts(self) -> LicenceFacts:
        """What was told."""
        return LicenceFacts(**self.validated_data)
