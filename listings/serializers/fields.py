"""Fields of listings that go in as one shape and come out as another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from key2key.common.api.fields import StrictCharField
from listings import areas, attributes


class LocationField(StrictCharField):
    """In: the slug of an area. Out: `{slug, name, path}`, the name in the caller's language."""

    def to_representation(self, value: Any) -> areas.PlaceName:  # type: ignore[override]  # out it is an object
        """The place, for an area's id."""
        return areas.place(value, get_language() or "en")


class LocationSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Two shapes, one for each direction."""

    target_class = "listings.serializers.fields.LocationField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        """The shape of this direction."""
        if direction == "request":
            return {"type": "string", "description": "Slug of an area (GET /locations).", "maxLength": 80}
        names = ("slug", "name", "path")
        return {
            "type": "object",
            "required": names,
            "properties": {name: {"type": "string"} for name in names},
        }


class SlugOfField(StrictCharField):
    """In: a slug of the reference data. Out: the slug of the row."""

    def to_representation(self, value: Any) -> str:
        """The row's slug."""
        return str(value.slug)


class MonthField(serializers.RegexField):
    """A month as `yyyy-mm`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^(19|20)\d{2}-(0[1-9]|1[0-2])$", **options)

    def to_internal_value(self, data: Any) -> str:
        """The month."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class TextsField(serializers.DictField):
    """Translations of title and description, by language; null takes one away."""

    def to_representation(self, value: Any) -> dict[str, Mapping[str, str]]:
        """By language, from the rows."""
        return {text.language: {"title": text.title, "description": text.description} for text in value.all()}


class AttributesField(serializers.DictField):
    """More facts by name, each of its defined type; null takes one away. Judged in `bodies.body_from`."""

    def __init__(self, *, kind: str, **options: Any) -> None:
        self.kind = kind
        super().__init__(**options)


class AttributesSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Every definition of the kind."""

    target_class = "listings.serializers.fields.AttributesField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        """The same shape in and out."""
        return attributes.json_schema(self.target.kind)
