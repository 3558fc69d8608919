"""The shapes of the reference data, and what may be asked of it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from key2key.common.api.fields import StrictCharField, StrictChoiceField
from key2key.common.api.serializers import StrictSerializer
from listings.attributes import AttributeType
from listings.enums import AreaLevel, Kind, Status
from listings.transitions import Actor
from listings.vehicle_enums import BodyType, FuelType, VehicleClass

LONGEST_QUERY = 100


class LocationQuery(StrictSerializer):
    """What may be asked of the places."""

    q = StrictCharField(
        required=False,
        allow_blank=True,
        max_length=LONGEST_QUERY,
        help_text="Part of a name, in either script; other usual spellings count too.",
    )
    level = StrictChoiceField(choices=AreaLevel.choices, required=False)
    parent = StrictCharField(  # type: ignore[assignment]  # the name of a parameter, not of an attribute
        required=False, max_length=80, help_text="Slug of a place: only what lies directly in it."
    )


class VehicleQuery(StrictSerializer):
    """What may be asked of brands and models."""

    q = StrictCharField(
        required=False,
        allow_blank=True,
        max_length=LONGEST_QUERY,
        help_text="Part of a name, in either script; other usual spellings count too.",
    )
    vehicle_class = StrictChoiceField(choices=VehicleClass.choices, required=False)


class NamesSerializer(serializers.Serializer[Any]):
    """A name in every language."""

    en = serializers.CharField()
    am = serializers.CharField(allow_blank=True)


class NamedSerializer(serializers.Serializer[Any]):
    """A thing with a lasting slug; `name` is in the caller's language."""

    slug = serializers.CharField()
    name = serializers.SerializerMethodField()
    names = serializers.SerializerMethodField()

    def get_name(self, named: Any) -> str:
        """In the caller's language, else in English."""
        return str(named.name_in(get_language() or "en"))

    @extend_schema_field(NamesSerializer)
    def get_names(self, named: Any) -> dict[str, str]:
        """In both; an Amharic one that is not known is empty."""
        return {"en": named.name_en, "am": named.name_am}


class LocationSerializer(NamedSerializer):
    """A place of the area tree."""

    level = serializers.ChoiceField(choices=AreaLevel.choices)
    path = serializers.CharField(help_text="Slugs from the region down, joined by slashes.")
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()


class BrandSerializer(NamedSerializer):
    """A maker."""

    country = serializers.CharField(help_text="ISO 3166; ZZ when not known.")
    vehicle_classes = serializers.ListField(
        child=serializers.ChoiceField(VehicleClass.choices), source="classes"
    )


class GenerationSerializer(serializers.Serializer[Any]):
    """A generation of a model, by its factory code."""

    slug = serializers.CharField()
    name = serializers.CharField()
    year_from = serializers.IntegerField(allow_null=True)
    year_to = serializers.IntegerField(allow_null=True)


class BrandModelSerializer(NamedSerializer):
    """A maker's model. An empty list says nothing about what fits; a year is null when unknown or open."""

    vehicle_classes = serializers.ListField(
        child=serializers.ChoiceField(VehicleClass.choices), source="classes"
    )
    body_types = serializers.ListField(child=serializers.ChoiceField(BodyType.choices), source="bodies")
    fuel_types = serializers.ListField(child=serializers.ChoiceField(FuelType.choices), source="fuels")
    year_from = serializers.IntegerField(allow_null=True)
    year_to = serializers.IntegerField(allow_null=True)
    generations = GenerationSerializer(many=True)


class StandardNamesSerializer(serializers.Serializer[Any]):
    """The names of a value elsewhere, as far as there are any."""

    reso = serializers.CharField(required=False, help_text="RESO Data Dictionary.")
    schema_org = serializers.CharField(required=False)


class ValueSerializer(serializers.Serializer[Any]):
    """A value of a closed list; `label` is in the caller's language."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    standard = StandardNamesSerializer(required=False)


class EquipmentGroupSerializer(serializers.Serializer[Any]):
    """Equipment that belongs together."""

    group = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    items = ValueSerializer(many=True)


class StatusActionSerializer(serializers.Serializer[Any]):
    """A step that is legal from a status."""

    action = serializers.CharField()
    to = serializers.ChoiceField(choices=Status.choices)
    by = serializers.ChoiceField(choices=[(actor.value, actor.value) for actor in Actor])


class AttributeSerializer(serializers.Serializer[Any]):
    """A fact that a listing's `attributes` may hold."""

    kind = serializers.ChoiceField(choices=Kind.choices)
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.ChoiceField(choices=AttributeType.choices)
    unit = serializers.CharField(allow_null=True)
    decimals = serializers.IntegerField(help_text="Places of a number; with any, it is a decimal string.")
    minimum = serializers.CharField(allow_null=True)
    maximum = serializers.CharField(allow_null=True)
    max_length = serializers.IntegerField(allow_null=True)
    target = serializers.CharField(allow_null=True, help_text="What a reference names.")
    categories = serializers.ListField(
        child=serializers.CharField(),
        help_text="Property types or vehicle classes that have it; all when empty.",
    )
    filterable = serializers.BooleanField()
    choices = ValueSerializer(many=True)


class ReferenceSerializer(serializers.Serializer[Any]):
    """Every closed list."""

    enums = serializers.DictField(child=ValueSerializer(many=True))
    equipment = EquipmentGroupSerializer(many=True)
    status_actions = serializers.DictField(child=StatusActionSerializer(many=True))
    attributes = AttributeSerializer(many=True)
