"""Saved searches, in and out."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from key2key.common.api.fields import StrictCharField, StrictChoiceField
from key2key.common.api.serializers import StrictModelSerializer
from listings import alerts, enums, search
from listings.models import SavedSearch


class QueryField(serializers.DictField):
    """The parameters of GET /listings by name; a list where several are meant. Judged in `alerts.read`."""


class QuerySchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Every parameter that GET /listings has, paging aside."""

    target_class = "listings.serializers.searches.QueryField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        """The same shape in and out."""
        words = {"type": "array", "minItems": 1, "maxItems": alerts.MOST_VALUES, "items": {"type": "string"}}
        value = {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}, words]}
        names = [*(parameter.name for parameter in search.parameters(None)), "sort"]
        return {
            "type": "object",
            "description": "The parameters of GET /listings, as they stand in its address line or as JSON.",
            "properties": dict.fromkeys(names, value),
            "additionalProperties": False,
            "minProperties": 1,
            "examples": [{"kind": "property", "location": ["bole"], "bedrooms_min": 3}],
        }


class SavedSearchSerializer(StrictModelSerializer):
    """A search that somebody keeps, and how soon they are told of what fits it."""

    name = StrictCharField(max_length=80)
    query = QueryField()
    alert = StrictChoiceField(choices=enums.Alert.choices, default=enums.Alert.INSTANT)

    class Meta:
        model = SavedSearch
        fields: ClassVar[list[str]] = ["id", "name", "query", "alert", "created_at", "updated_at"]
        read_only_fields: ClassVar[list[str]] = ["id", "created_at", "updated_at"]
