"""What is asked of a search: every parameter named once, read, checked, refused when it cannot be meant.

The same table reads the address line and describes it in the OpenAPI document; `search_sql` answers it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from key2key.common.currency import Currency
from key2key.common.errors import Fault, InvalidInput
from key2key.common.money import rate_to_base, round_money
from listings import areas, makes, search_text, vehicle_enums
from listings.amenities import Amenity
from listings.enums import PUBLIC, Furnished, Kind, PropertyType, Purpose, SellerType
from listings.search_values import Amount, Box, Flag, FreeText, Kilometres, OneOf, Point, Reader, Slug, Whole

_READ_TOGETHER = frozenset({"q", "kind", "currency", "radius_km"})
RADIUS_KM, LARGEST_RADIUS_KM = 5.0, 200
SORTS: Mapping[str, Kind | None] = {  # each by the kind that it makes sense for
    "relevance": None,
    "newest": None,
    "price": None,
    "-price": None,
    "distance": None,
    "size": Kind.PROPERTY,
    "-size": Kind.PROPERTY,
    "year": Kind.VEHICLE,
    "-year": Kind.VEHICLE,
    "mileage": Kind.VEHICLE,
    "-mileage": Kind.VEHICLE,
}
_RENT = {"rent": (Purpose.LONG_RENT.value, Purpose.SHORT_RENT.value)}


@dataclass(frozen=True)
class Parameter:
    """One word of the question. A `many` one may be repeated or hold several values between commas."""

    name: str
    reader: Reader
    about: Any
    many: bool = False
    kind: Kind | None = None


def _choices(name: str, choices: Any, *, about: Any, kind: Kind | None = None) -> Parameter:
    return Parameter(name, OneOf(tuple(choices.values)), about, many=True, kind=kind)


_HOME, _CAR = Kind.PROPERTY, Kind.VEHICLE
PARAMETERS: tuple[Parameter, ...] = (
    Parameter("q", FreeText(200), _("Words, all of them, in either script; the last may be begun.")),
    Parameter("kind", OneOf(tuple(Kind.values)), _("Homes or vehicles.")),
    Parameter(
        "purpose", OneOf(tuple(Purpose.values), _RENT), _("What for; `rent` is either rent."), many=True
    ),
    Parameter("status", OneOf(tuple(sorted(PUBLIC))), _("How far the deal is."), many=True),
    Parameter("location", Slug("bole"), _("Areas and all that lies in them."), many=True),
    Parameter("bbox", Box(), _("A rectangle: west,south,east,north.")),
    Parameter("near", Point(), _("A place: latitude,longitude.")),
    Parameter("radius_km", Kilometres(LARGEST_RADIUS_KM), _("How far from `near`; 5 when not given.")),
    Parameter("price_min", Amount(), _("In `currency`.")),
    Parameter("price_max", Amount(), _("In `currency`.")),
    Parameter("currency", OneOf(tuple(Currency.values)), _("Of the two prices; other prices are converted.")),
    _choices("seller_type", SellerType, about=_("Who sells.")),
    Parameter("verified", Flag(), _("Only of verified sellers.")),
    Parameter("with_photos", Flag(), _("Only with photos.")),
    _choices("property_type", PropertyType, about=_("What kind of home, building or land."), kind=_HOME),
    Parameter("bedrooms_min", Whole(0, 100), _("At least so many."), kind=_HOME),
    Parameter("bedrooms_max", Whole(0, 100), _("At most so many."), kind=_HOME),
    Parameter("bathrooms_min", Whole(0, 100), _("At least so many."), kind=_HOME),
    Parameter("size_m2_min", Amount(), _("In m²."), kind=_HOME),
    Parameter("size_m2_max", Amount(), _("In m²."), kind=_HOME),
    _choices("furnished", Furnished, about=_("How much furniture stays."), kind=_HOME),
    Parameter("amenities", OneOf(tuple(Amenity.values)), _("All of these."), many=True, kind=_HOME),
    _choices("vehicle_class", vehicle_enums.VehicleClass, about=_("What moves."), kind=_CAR),
    _choices("body_type", vehicle_enums.BodyType, about=_("The body."), kind=_CAR),
    Parameter("brand", Slug("toyota"), _("Makers."), many=True, kind=_CAR),
    Parameter("model", Slug("corolla"), _("Models of the `brand` that is named too."), many=True, kind=_CAR),
    Parameter("year_min", Whole(1900, 2100), _("Model year."), kind=_CAR),
    Parameter("year_max", Whole(1900, 2100), _("Model year."), kind=_CAR),
    Parameter("mileage_km_max", Whole(0, 10_000_000), _("In km."), kind=_CAR),
    _choices("fuel_type", vehicle_enums.FuelType, about=_("What it runs on."), kind=_CAR),
    _choices("transmission", vehicle_enums.Transmission, about=_("The gearbox."), kind=_CAR),
    _choices("condition", vehicle_enums.Condition, about=_("Its condition."), kind=_CAR),
    _choices("exterior_color", vehicle_enums.Color, about=_("The colour outside."), kind=_CAR),
)
_BOUNDS = ("price", "bedrooms", "size_m2", "year")


@dataclass(frozen=True)
class PriceBound:
    """One end of a price range: compared as it is with prices of its currency, in the base with others."""

    amount: Decimal
    currency: str
    base: Decimal


@dataclass(frozen=True)
class Circle:
    """All that lies within so many kilometres of a point."""

    latitude: float
    longitude: float
    radius_km: float


@dataclass(frozen=True)
class Question:
    """A question that can be answered: parameters read, slugs looked up, prices converted.

    `wanted` holds the filters by name; `text` is the tsquery of `q`, empty without one.
    """

    kind: str | None
    sort: str
    text: str
    wanted: Mapping[str, Any]


def parameters(kind: str | None) -> list[Parameter]:
    """What may be asked of everything (None), or of one kind."""
    return [
        parameter
        for parameter in PARAMETERS
        if kind is None or (parameter.kind in {None, kind} and parameter.name != "kind")
    ]


def sorts(kind: str | None) -> list[str]:
    """The sort orders of everything, or of one kind."""
    return [name for name, of in SORTS.items() if kind is None or of in {None, kind}]


def read(given: Mapping[str, Sequence[str]], *, kind: str | None = None) -> Question:
    """The question of an address line's values by name; paging parameters are not among them.

    Raises InvalidInput naming every parameter that is unknown, impossible, or does not fit the others.
    """
    known = {parameter.name: parameter for parameter in parameters(kind)}
    faults = [
        Fault(f"/{name}", "unknown_parameter", _("There is no such parameter."))
        for name in sorted(set(given) - set(known) - {"sort"})
    ]
    values: dict[str, Any] = {}
    for name in known.keys() & given.keys():
        try:
            values[name] = _value(known[name], given[name])
        except ValueError:
            faults.append(Fault(f"/{name}", "invalid", known[name].reader.says))
    text = search_text.question(values.get("q", ""))
    usual = "relevance" if text else "newest"
    sort = ",".join(given["sort"]) if "sort" in given else usual
    faults += [*_faults_between(values, has_text=bool(text)), *_sort_faults(sort, values, kind=kind)]
    if faults:
        raise InvalidInput(faults=faults)
    asked_kind = kind or next(iter(values.get("kind", ())), None)
    return Question(kind=asked_kind, sort=sort, text=text, wanted=_wanted(values))


def _value(parameter: Parameter, texts: Sequence[str]) -> Any:
    if not parameter.many:
        if len(texts) > 1:
            raise ValueError("given more than once")
        return parameter.reader.read(texts[0])
    parts = [part.strip() for text in texts for part in text.split(",")]
    return list(dict.fromkeys(slug for part in parts for slug in parameter.reader.read(part)))


def _faults_between(values: Mapping[str, Any], *, has_text: bool) -> Iterator[Fault]:
    if values.get("q", "").strip() and not has_text:
        yield Fault("/q", "blank", _("There is no word in it."))
    for name in _BOUNDS:
        least, most = values.get(f"{name}_min"), values.get(f"{name}_max")
        if least is not None and most is not None and least > most:
            yield Fault(f"/{name}_max", "min_value", _("Less than the minimum."))
    if "radius_km" in values and "near" not in values:
        yield Fault("/near", "required", _("`radius_km` goes with it."))
    if "model" in values and "brand" not in values:
        yield Fault("/brand", "required", _("`model` goes with it."))


def _sort_faults(sort: str, values: Mapping[str, Any], *, kind: str | None) -> Iterator[Fault]:
    if sort not in sorts(kind):
        yield Fault("/sort", "invalid", _("There is no such choice."))
    elif sort == "relevance" and not values.get("q", "").strip():
        yield Fault("/q", "required", _("Relevance is judged by it."))
    elif sort == "distance" and "near" not in values:
        yield Fault("/near", "required", _("Distance is measured from it."))


def _wanted(values: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {
        name: value for name, value in values.items() if name not in _READ_TOGETHER and value is not False
    }
    if "location" in values:
        wanted["location"] = areas.descendant_ids(values["location"])
    if "brand" in values:
        wanted["brand"] = makes.brand_ids(values["brand"])
    if "model" in values:
        wanted["model"] = makes.model_ids(values["model"], brands=values["brand"])
    if "near" in values:
        latitude, longitude = values["near"]
        wanted["near"] = Circle(latitude, longitude, values.get("radius_km", RADIUS_KM))
    return wanted | _prices(values)


def _prices(values: Mapping[str, Any]) -> dict[str, PriceBound]:
    amounts = {name: values[name] for name in ("price_min", "price_max") if name in values}
    if not amounts:
        return {}
    (currency,) = values.get("currency", (settings.BASE_CURRENCY,))
    rate = rate_to_base(currency)
    return {
        name: PriceBound(amount, currency, round_money(amount * rate)) for name, amount in amounts.items()
    }
