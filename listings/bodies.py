"""A request body's fields, sorted into the rows that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from key2key.common.errors import Fault, InvalidInput
from listings import attributes
from listings.enums import AskedPurpose, Kind, Purpose
from listings.facts import IDENTITY
from listings.models import Area, VehicleBrand, VehicleModel
from listings.rules import SHORT_PERIODS


@dataclass(frozen=True)
class Body:
    """What was given, by the row it belongs to."""

    listing: dict[str, Any]
    detail: dict[str, Any]
    identity: dict[str, Any]
    attributes: dict[str, Any]
    texts: dict[str, Mapping[str, str] | None]


def body_from(kind: str, values: Mapping[str, Any], *, category: str = "") -> Body:
    """Sort validated fields; slugs of the reference data become rows.

    `category` is the property type or vehicle class that the listing has by now, for a body that names
    none.

    Raises InvalidInput naming every slug, attribute and language that does not exist.
    """
    faults: list[Fault] = []
    rest = dict(values)
    detail = dict(rest.pop("property" if kind == Kind.PROPERTY else "vehicle", {}))
    identity = {name: rest.pop(name) for name in IDENTITY[Kind(kind)] if name in rest}
    texts = rest.pop("translations", {})
    category = str(detail.get("property_type") or detail.get("vehicle_class") or category)
    given, attribute_faults = attributes.validate(kind, category, rest.pop("attributes", {}))
    faults += attribute_faults
    faults += [
        Fault(f"/translations/{language}", "unknown_language", _("There is no such language."))
        for language in texts
        if language not in dict(settings.LANGUAGES)
    ]
    if "location" in rest:
        rest["area"] = _area(rest.pop("location"), faults)
    _vehicle_names(detail, faults)
    if rest.get("purpose") == AskedPurpose.RENT:
        is_short = rest.get("rent_period") in SHORT_PERIODS
        rest["purpose"] = Purpose.SHORT_RENT if is_short else Purpose.LONG_RENT
    if faults:
        raise InvalidInput(faults=faults)
    return Body(listing=rest, detail=detail, identity=identity, attributes=given, texts=texts)


def _area(slug: str, faults: list[Fault]) -> Area | None:
    found = Area.objects.filter(slug=slug).first()
    if found is None:
        faults.append(Fault("/location", "unknown_location", _("There is no such place.")))
    return found


def _vehicle_names(detail: dict[str, Any], faults: list[Fault]) -> None:
    """Brand and model come as slugs; a model alone is looked up within the brand given beside it."""
    brand: VehicleBrand | None = None
    if "brand" in detail:
        brand = VehicleBrand.objects.filter(slug=detail["brand"]).first()
        detail["brand"] = brand
        if brand is None:
            faults.append(Fault("/brand", "unknown_brand", _("There is no such brand.")))
    if "model" not in detail:
        return
    if "brand" not in detail:
        faults.append(Fault("/brand", "required", _("Name the brand beside the model.")))
        return
    model = VehicleModel.objects.filter(brand=brand, slug=detail["model"]).first() if brand else None
    if model is None and brand is not None:
        faults.append(Fault("/model", "unknown_model", _("This brand has no such model.")))
    detail["model"] = model
