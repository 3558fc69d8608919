"""Saved searches read backwards: not what fits a search, but which searches a listing fits (search.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.errors import Fault, InvalidInput
from key2key.common.money import Currency, rate_to_base
from listings import areas, search, search_sql
from listings.models import SavedSearch, SearchRow
from listings.search import PriceBound, Question

log = structlog.get_logger(__name__)

MOST_VALUES = 100
KNOWN_AT_ONCE = 1_000  # so many of today's results are no news to whoever saves the search
ROUNDED = Decimal("0.01")  # narrowing may let too much through, never too little
_INSERT = """
INSERT INTO listings_savedsearchmatch (search_id, listing_id, matched_at, told_at)
SELECT found.search_id, found.listing_id, %s, %s
FROM unnest(%s::uuid[], %s::uuid[]) AS found (search_id, listing_id)
ON CONFLICT (search_id, listing_id) DO NOTHING
RETURNING search_id
"""


@dataclass(frozen=True)
class Kept:
    """A query that was read: the question, and the columns that narrow."""

    question: Question
    columns: dict[str, Any]


def read(query: Mapping[str, Any]) -> Kept:
    """What a saved query asks, judged as the address line of GET /listings is.

    Raises InvalidInput naming every parameter that is wrong, under /query.
    """
    given, faults = {}, []
    for name, value in query.items():
        try:
            given[name] = _texts(value)
        except ValueError:
            faults.append(
                Fault(f"/query/{name}", "invalid", _("A text, a number, true or false, or a list."))
            )
    if not faults and not given.keys() - {"sort"}:
        faults.append(Fault("/query", "required", _("Say at least one thing that is looked for.")))
    if faults:
        raise InvalidInput(faults=faults)
    try:
        question = search.read(given)
    except InvalidInput as refusal:
        raise InvalidInput(
            refusal.code,
            refusal.detail,
            faults=[Fault(f"/query{fault.pointer}", fault.code, fault.detail) for fault in refusal.faults],
        ) from refusal
    return Kept(question=question, columns=_columns(question, given))


def concerned(row: SearchRow) -> Q:
    """Narrows saved searches to those that the listing may fit: by kind, purpose, area and price."""
    purposes = Q(purposes=[]) | Q(purposes__contains=[row.purpose])
    return Q(kind__in=["", row.kind]) & purposes & Q(areas__overlap=_around(row.area_id)) & _priced(row)


def fitting(searches: Sequence[SavedSearch], *, listing_id: UUID) -> list[SavedSearch]:
    """Those of the searches that find the listing as it is now: one statement for all of them.

    A search that cannot be read any more, because a place or make is gone, finds nothing.
    """
    asked = [(one, question) for one in searches if (question := _question(one)) is not None]
    if not asked:
        return []
    found = _fetch(*search_sql.judged([question for _one, question in asked], listing_id=listing_id))
    verdicts = found[0][0] if found else []
    return [one for (one, _question), fits in zip(asked, verdicts, strict=False) if fits]


def note(pairs: Iterable[tuple[UUID, UUID]], *, told: bool = False) -> set[UUID]:
    """Write down (search, listing) pairs; the searches whose pair was not there yet."""
    searches, listings = zip(*pairs, strict=True) if (pairs := list(pairs)) else ((), ())
    if not searches:
        return set()
    now = clock.now()
    rows = _fetch(_INSERT, [now, now if told else None, list(searches), list(listings)])
    return {search_id for (search_id,) in rows}


def note_present(saved: SavedSearch, question: Question) -> None:
    """What the search finds today is no news: the person has just seen it. The newest thousand of it."""
    found = _fetch(*search_sql.newest(question, most=KNOWN_AT_ONCE))
    note([(saved.pk, listing_id) for (listing_id,) in found], told=True)


def _question(saved: SavedSearch) -> Question | None:
    try:
        return read(saved.query).question
    except InvalidInput:
        log.info("saved_search_unreadable", search=str(saved.pk))
        return None


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        if not 0 < len(value) <= MOST_VALUES or not all(isinstance(part, str) for part in value):
            raise ValueError("no list of words")
        return value
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, str | int | float):
        return [str(value)]
    raise ValueError("no value of an address line")


def _columns(question: Question, given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    bounds: dict[str, PriceBound] = {
        name: question.wanted[name] for name in ("price_min", "price_max") if name in question.wanted
    }
    named = [slug.strip() for text in given.get("location", ()) for slug in text.split(",")]
    places = [place for slug in named if (place := areas.find(slug)) is not None] or areas.roots()
    kinds = {found.kind for found in search.PARAMETERS if found.name in given and found.kind}
    return {
        "kind": question.kind or (next(iter(kinds)) if len(kinds) == 1 else ""),
        "purposes": list(question.wanted.get("purpose", ())),
        "areas": sorted({place.id for place in places}),
        "price_min": bounds["price_min"].amount if "price_min" in bounds else None,
        "price_max": bounds["price_max"].amount if "price_max" in bounds else None,
        "currency": next((bound.currency for bound in bounds.values()), settings.BASE_CURRENCY),
    }


def _around(area_id: int) -> list[int]:
    """The area, and everything that it lies in."""
    chain, place = [area_id], areas.get(area_id)
    while place.parent_id is not None:
        place = areas.get(place.parent_id)
        chain.append(place.id)
    return chain


def _priced(row: SearchRow) -> Q:
    """Bounds in whatever currency against the listing's price in that currency by today's rate."""
    unbounded = Q(price_min__isnull=True, price_max__isnull=True)
    if row.price_base is None:
        return unbounded
    within = unbounded
    for currency in Currency.values:
        price = _in(currency, row)
        if price is not None:
            least = Q(price_min__isnull=True) | Q(price_min__lte=price * (1 + ROUNDED))
            most = Q(price_max__isnull=True) | Q(price_max__gte=price * (1 - ROUNDED))
            within |= Q(currency=currency) & least & most
    return within


def _in(currency: str, row: SearchRow) -> Decimal | None:
    if currency == row.currency:
        return row.price
    try:
        rate = rate_to_base(currency)
    except InvalidInput:  # no rate, so nobody could ask in it either
        return None
    return row.price_base / rate if row.price_base is not None else None


def _fetch(statement: Any, values: list[Any]) -> list[Any]:
    text = statement if isinstance(statement, str) else statement.as_string()
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        found: list[Any] = cursor.fetchall()
    return found
