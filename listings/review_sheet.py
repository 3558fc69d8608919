"""One screen of everything that a decision about a listing needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Model, Q
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _

from listings import attributes, equipment, facts
from listings.amenities import Amenity
from listings.areas import place
from listings.enums import PUBLIC, Kind, Status, Utility
from listings.models import Listing
from uploads.selectors import variant_paths

# Words of `Completeness` that are no columns.
LACKS = {
    "photos": _("photos"),
    "more_photos": _("five photos or more"),
    "long_description": _("a longer description"),
    "point": _("the point on the map"),
    "identity": _("VIN or frame number"),
    "accident": _("whether it had an accident"),
}
SHOWN_SIBLINGS = 10
LONG_NUMBER = 10_000  # years stay as they are


@dataclass(frozen=True)
class Picture:
    """A photo as the sheet shows it; one that is not ready has no addresses but its state."""

    small: str
    large: str
    caption: str
    state: str


@dataclass(frozen=True)
class Sheet:
    """What `templates/admin/listings/sheet.html` shows."""

    pictures: list[Picture]
    texts: list[tuple[str, str, str]]  # language, title, description
    price: str
    price_base: str
    place: list[tuple[Any, str]]
    facts: list[tuple[Any, str]]
    chips: list[tuple[Any, list[str]]]
    identity: list[tuple[Any, str]]
    seller: list[tuple[Any, str]]
    standing: list[tuple[Any, int]]
    warnings: list[Any]
    lacks: list[Any]
    score: int
    siblings: list[Listing]


def sheet_of(listing: Listing) -> Sheet:
    """All of it, of a listing that was read with its details (`selectors.with_details`)."""
    complete = facts.completeness_of(listing)
    return Sheet(
        pictures=[_picture(photo) for photo in listing.photos.all()],
        texts=list(_texts(listing)),
        price=_money(listing.price, currency=listing.currency),
        price_base=_base_price(listing),
        place=list(_place(listing)),
        facts=[*_offer(listing), *_columns(_detail(listing)), *_attributes(listing)],
        chips=list(_chips(listing)),
        identity=_identity(listing),
        seller=list(_seller(listing)),
        standing=_standing(listing),
        warnings=[fault.detail for fault in facts.warnings(listing)],
        lacks=[_lack(name, listing=listing) for name in complete.missing],
        score=complete.score,
        siblings=list(listing.asset.listings.exclude(pk=listing.pk).select_related("owner")[:SHOWN_SIBLINGS]),
    )


def price_of(listing: Listing) -> str:
    """The price with its currency, or the word for having none."""
    return _money(listing.price, currency=listing.currency) or str(listing.get_price_qualifier_display())


def _detail(listing: Listing) -> Model:
    return listing.property if listing.kind == Kind.PROPERTY else listing.vehicle


def _picture(photo: Any) -> Picture:
    paths = variant_paths(photo.upload)
    return Picture(
        small=paths["card"] if paths else "",
        large=paths["full"] if paths else "",
        caption=photo.caption or (str(photo.get_shows_display()) if photo.shows else ""),
        state=str(photo.upload.get_reason_display() or photo.upload.get_state_display()),
    )


def _texts(listing: Listing) -> Iterator[tuple[str, str, str]]:
    names = dict(settings.LANGUAGES)
    yield str(names.get(listing.language, listing.language)), listing.title, listing.description
    for text in listing.texts.all():
        yield str(names.get(text.language, text.language)), text.title, text.description


def _money(amount: Decimal | None, *, currency: str) -> str:
    return f"{number_format(amount, 0, force_grouping=True)} {currency}" if amount is not None else ""


def _base_price(listing: Listing) -> str:
    if listing.currency == settings.BASE_CURRENCY:
        return ""
    return _money(listing.price_base, currency=settings.BASE_CURRENCY)


def _place(listing: Listing) -> Iterator[tuple[Any, str]]:
    yield _("Area"), f"{place(listing.area_id)['name']} ({place(listing.area_id)['path']})"
    if listing.address:
        yield _("Address"), listing.address
    if listing.landmark:
        yield _("Landmark"), listing.landmark
    if listing.latitude is not None:
        yield _("Coordinates"), f"{listing.latitude:.5f}, {listing.longitude:.5f}"
        yield _("Shown as"), str(listing.get_location_precision_display())


def _offer(listing: Listing) -> Iterator[tuple[Any, str]]:
    yield _("Kind"), str(listing.get_kind_display())
    yield _("Purpose"), str(listing.get_purpose_display())
    yield _("Price qualifier"), str(listing.get_price_qualifier_display())
    if listing.rent_period:
        yield _("Rent period"), str(listing.get_rent_period_display())
    yield _("Exclusive mandate"), _word(listing.exclusive)


def _columns(detail: Model) -> Iterator[tuple[Any, str]]:
    for field in detail._meta.concrete_fields:
        value = getattr(detail, field.attname)
        if field.primary_key or isinstance(value, list) or value is None or value == "":
            continue
        if field.is_relation:
            yield field.verbose_name, str(getattr(detail, field.name))
        elif field.choices:
            yield field.verbose_name, str(getattr(detail, f"get_{field.name}_display")())
        else:
            yield field.verbose_name, _word(value)


def _attributes(listing: Listing) -> Iterator[tuple[Any, str]]:
    known = attributes.DEFINITIONS[listing.kind]
    for name, value in listing.attributes.items():
        definition = known.get(name)
        if definition is None:
            yield name, _word(value)
            continue
        words = dict(definition.choices.choices) if definition.choices else {}
        values = value if isinstance(value, list) else [value]
        text = ", ".join(str(words.get(one, _word(one))) for one in values)
        yield definition.label, f"{text} {definition.unit}".strip()


def _chips(listing: Listing) -> Iterator[tuple[Any, list[str]]]:
    if listing.kind == Kind.PROPERTY:
        home = listing.property
        yield _("Amenities"), _named(home.amenities, names=dict(Amenity.choices))
        yield _("Included in the rent"), _named(home.utilities_included, names=dict(Utility.choices))
    else:
        yield _("Equipment"), _named(listing.vehicle.equipment, names=dict(equipment.choices()))


def _named(slugs: list[str], *, names: dict[Any, Any]) -> list[str]:
    return [str(names.get(slug, slug)) for slug in slugs]


def _identity(listing: Listing) -> list[tuple[Any, str]]:
    columns = {field.name: field.verbose_name for field in listing.asset._meta.concrete_fields}
    given = facts.identity_of(listing.asset)
    return [(columns[name], str(value)) for name, value in given.items() if value]


def _seller(listing: Listing) -> Iterator[tuple[Any, str]]:
    seller, owner = listing.seller, listing.owner
    yield _("Type"), str(seller.get_type_display())
    yield _("Verified"), _word(seller.verified)
    yield _("E-mail"), f"{owner.email or '–'}{' ✓' if owner.email_verified else ''}"
    yield _("Phone"), f"{owner.phone or '–'}{' ✓' if owner.phone_verified else ''}"
    yield _("Member since"), date_format(owner.created_at, "Y-m-d")
    if seller.may_publish_until:
        yield _("May publish until"), date_format(seller.may_publish_until, "Y-m-d")
    if seller.suspended:
        yield _("Suspended"), _word(True)  # noqa: FBT003


def _standing(listing: Listing) -> list[tuple[Any, int]]:
    def those(*statuses: str) -> Count:
        return Count("pk", filter=Q(status__in=statuses))

    counts = (
        Listing.objects.filter(seller=listing.seller_id)
        .exclude(pk=listing.pk)
        .aggregate(
            live=those(*PUBLIC),
            waiting=those(Status.PENDING_REVIEW),
            refused=those(Status.REJECTED, Status.CHANGES_REQUESTED),
            removed=those(Status.REMOVED),
            closed=those(Status.CLOSED),
        )
    )
    words = {
        "live": _("on the market"), "waiting": _("waiting"), "refused": _("sent back or rejected"),
        "removed": _("removed"), "closed": _("sold or rented"),
    }  # fmt: skip
    return [(words[name], number) for name, number in counts.items()]


def _lack(name: str, *, listing: Listing) -> Any:
    if name in LACKS:
        return LACKS[name]
    rows: tuple[Model, ...] = (_detail(listing), listing)
    columns = {field.name: field.verbose_name for row in rows for field in row._meta.concrete_fields}
    return columns.get(name, name)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, int) and value >= LONG_NUMBER:
        return number_format(value, force_grouping=True)
    if isinstance(value, Decimal):
        return number_format(value.normalize() if value % 1 else int(value), force_grouping=True)
    return str(value)
