"""Every closed list of the product as clients show it: values, labels, standard names, legal steps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import override

from key2key.common.money import Currency
from listings import amenities, enums, equipment, transitions, vehicle_enums
from listings.attributes import DEFINITIONS, AttributeType, Definition

STANDARD_NAMES = Path(__file__).parent / "reference" / "standard_names.json"
Json = dict[str, Any]

_LISTS: dict[str, type[TextChoices]] = {
    "kind": enums.Kind,
    "purpose": enums.Purpose,
    "status": enums.Status,
    "close_kind": enums.CloseKind,
    "hidden_reason": enums.HiddenReason,
    "seller_type": enums.SellerType,
    "price_qualifier": enums.PriceQualifier,
    "rent_period": enums.RentPeriod,
    "currency": Currency,
    "location_precision": enums.LocationPrecision,
    "area_level": enums.AreaLevel,
    "photo_shows": enums.PhotoShows,
    "property_type": enums.PropertyType,
    "holding_type": enums.HoldingType,
    "furnished": enums.Furnished,
    "utility": enums.Utility,
    "area_unit": enums.AreaUnit,
    "area_source": enums.AreaSource,
    "amenity": amenities.Amenity,
    "vehicle_class": vehicle_enums.VehicleClass,
    "body_type": vehicle_enums.BodyType,
    "fuel_type": vehicle_enums.FuelType,
    "transmission": vehicle_enums.Transmission,
    "drive_type": vehicle_enums.DriveType,
    "condition": vehicle_enums.Condition,
    "usage_type": vehicle_enums.UsageType,
    "exterior_color": vehicle_enums.Color,
    "duty_status": vehicle_enums.DutyStatus,
    "mileage_unit": vehicle_enums.MileageUnit,
    "attribute_type": AttributeType,
}


@cache
def vocabulary(language: str) -> Json:
    """All lists in a language. Made once per process: nothing of it changes while the process runs."""
    with override(language):
        return {
            "enums": {name: _values(name, choices) for name, choices in _all_lists().items()},
            "equipment": _equipment(language),
            "status_actions": {status.value: _actions(status) for status in enums.Status},
            "attributes": _attributes(),
        }


@cache
def standard_names() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """By list and value: its name in the RESO Data Dictionary and in schema.org, as far as there is one."""
    return json.loads(STANDARD_NAMES.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _all_lists() -> dict[str, list[tuple[str, Any]]]:
    role = get_user_model().Role
    return {
        **{name: list(choices.choices) for name, choices in _LISTS.items()},
        "role": list(role.choices),
        "language": list(settings.LANGUAGES),
    }


def _values(name: str, choices: list[tuple[str, Any]]) -> list[Json]:
    standard = standard_names().get(name, {})
    return [
        {"value": value, "label": str(label), **({"standard": standard[value]} if value in standard else {})}
        for value, label in choices
    ]


def _equipment(language: str) -> list[Json]:
    labels = {
        "safety": _("Safety"),
        "comfort": _("Comfort"),
        "media": _("Media"),
        "extras": _("Extras"),
    }
    groups: dict[str, list[Json]] = {group: [] for group in labels}
    for item in equipment.items():
        label = (item.name_am if language == "am" else "") or item.name_en
        groups[item.group].append({"value": item.slug, "label": label})
    return [{"group": group, "label": labels[group], "items": items} for group, items in groups.items()]


def _actions(status: enums.Status) -> list[Json]:
    return [
        {"action": name, "to": step.target.value, "by": step.actor.value}
        for name, step in transitions.STEPS.items()
        if status in step.sources
    ]


def _attributes() -> list[Json]:
    return [
        {"kind": kind, **_attribute(definition)}
        for kind, definitions in DEFINITIONS.items()
        for definition in definitions.values()
    ]


def _attribute(definition: Definition) -> Json:
    limits = {"minimum": definition.minimum, "maximum": definition.maximum}
    choices = list(definition.choices.choices) if definition.choices else []
    return {
        "name": definition.name,
        "label": str(definition.label),
        "type": definition.type.value,
        "unit": definition.unit or None,
        "decimals": definition.decimals,
        **{name: None if limit is None else str(limit) for name, limit in limits.items()},
        "max_length": definition.max_length or None,
        "target": definition.target or None,
        "categories": sorted(definition.categories),
        "filterable": definition.filterable,
        "choices": _values(definition.name, choices),
    }
