"""The facts of a listing that are not columns: defined, typed, validated, described (decision 12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from key2key.common.errors import Fault
from listings.attributes import homes, vehicles
from listings.attributes.definition import AttributeType, Definition
from listings.attributes.shapes import shape
from listings.attributes.values import Refused, pointer, read
from listings.enums import Kind

__all__ = ["DEFINITIONS", "AttributeType", "Definition", "json_schema", "place_revealing", "validate"]

DEFINITIONS: dict[str, dict[str, Definition]] = {
    Kind.PROPERTY.value: homes.DEFINITIONS,
    Kind.VEHICLE.value: vehicles.DEFINITIONS,
}


def validate(kind: str, category: str, values: Any) -> tuple[dict[str, Any], list[Fault]]:
    """The values that are right, as they are stored, and a fault for every other one.

    `category` is the property type or vehicle class; "" when the caller does not know it. A null stays a
    null: it takes the attribute away. The pointers begin with /attributes.
    """
    if not isinstance(values, Mapping):
        return {}, [Fault("/attributes", "not_a_dict", _("An object is expected."))]
    clean: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, value in values.items():
        fault = _take(name, value, kind=kind, category=category, clean=clean)
        if fault is not None:
            faults.append(Fault(f"/attributes{pointer(name)}{fault.pointer}", fault.code, fault.detail))
    return clean, faults


def place_revealing(kind: str) -> frozenset[str]:
    """The names of those that must not be shown where the exact place is not."""
    return frozenset(name for name, definition in DEFINITIONS[kind].items() if definition.reveals_place)


def json_schema(kind: str) -> dict[str, Any]:
    """The shape of a kind's `attributes`, for the OpenAPI schema."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: shape(definition) for name, definition in DEFINITIONS[kind].items()},
    }


def _take(name: str, value: Any, *, kind: str, category: str, clean: dict[str, Any]) -> Fault | None:
    """Put the value under its name into `clean`, or say what is wrong with it."""
    definition = DEFINITIONS[kind].get(name)
    if definition is None:
        return Fault("", "unknown_field", _("There is no such field."))
    if value is None:
        clean[name] = None
        return None
    if not definition.fits(category):
        return Fault("", "not_for_category", _("Things of this kind have no such attribute."))
    try:
        clean[name] = read(definition, value)
    except Refused as refused:
        return refused.fault
    return None
