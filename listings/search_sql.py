"""The one statement of a search page, and the one of its count.

Filter, sort and limit on the narrow row first; the seller's part is joined to the few rows that are left.
Where text or place is asked, or no index gives the order, the candidates come first behind a fence: else
the planner may walk the newest rows until it stumbles upon twenty that fit.

Boosted listings have slots of their own before the first page, in the same statement. They are no part of
the order: a key "boosted first" would need a second index for every order, and a boost that begins or ends
between two pages would move its row over the cursor, to be shown twice or never. So the order stays as it
is, the cursor carries the ids that stood in the slots, and every page leaves them out of the order.

Every value is bound. What is put together are fixed pieces of this file, chosen by allow-listed names.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from psycopg.sql import SQL, Composable, Composed, Identifier

from listings.models.search import NO_PRICE_LAST
from listings.search import Circle, PriceBound, Question

RELEVANT = 1_000  # how far relevance goes
# The orders that nobody asked for: who wants the cheapest first does not want the paid ones first.
PROMOTING = frozenset({"newest", "relevance"})
EARTH_KM, KM_PER_DEGREE = 6371.0088, 111.19
_POLES, _DATE_LINE = 90.0, 180.0


class Piece(NamedTuple):
    """A fixed piece of SQL and the values bound to its marks."""

    sql: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Sort:
    """An order: its key, never null, and the type to which a cursor's key is cast."""

    key: str
    cast: str
    descending: bool = False
    has_index: bool = False


@dataclass(frozen=True)
class Position:
    """Where a page begins: behind this row, in reading order or against it.

    `as_of` is the newest publication at the first page; what was published later has no place here, nor has
    what stood in the slots for `promoted` listings before it.
    """

    key: Any
    listing_id: UUID
    as_of: datetime
    backwards: bool = False
    promoted: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Promotion:
    """So many slots before the first page for listings that are boosted at this moment."""

    slots: int
    at: datetime


_DISTANCE = (
    f"2 * {EARTH_KM} * asin(sqrt(least(1, sin(radians(r.latitude - %s) / 2) ^ 2"
    " + cos(radians(%s)) * cos(radians(r.latitude)) * sin(radians(r.longitude - %s) / 2) ^ 2)))"
)
_CHEAPEST, _DEAREST = (f"COALESCE(r.price_base, {NO_PRICE_LAST[name]})" for name in ("price", "-price"))
SORTS: Mapping[str, Sort] = {
    "relevance": Sort("ts_rank(r.text, %s::tsquery)::float8", "float8", descending=True),
    "newest": Sort("r.published_at", "timestamptz", descending=True, has_index=True),
    "price": Sort(_CHEAPEST, "numeric", has_index=True),
    "-price": Sort(_DEAREST, "numeric", descending=True, has_index=True),
    "distance": Sort(_DISTANCE, "float8"),
    "size": Sort("COALESCE(r.size_m2, 999999999999.99)", "numeric"),
    "-size": Sort("COALESCE(r.size_m2, 0.00)", "numeric", descending=True),
    "year": Sort("COALESCE(r.year, 32767)", "integer"),
    "-year": Sort("COALESCE(r.year, 0)", "integer", descending=True),
    "mileage": Sort("COALESCE(r.mileage_km, 2147483647)", "integer"),
    "-mileage": Sort("COALESCE(r.mileage_km, 0)", "integer", descending=True),
}


def _any(column: str) -> Callable[[Any], Piece]:
    def piece(values: Any) -> Piece:
        if len(values) == 1:
            return Piece(f"r.{column} = %s", (values[0],))
        return Piece(f"r.{column} = ANY(%s)", (list(values),))

    return piece


def _compared(column: str, sign: str) -> Callable[[Any], Piece]:
    return lambda value: Piece(f"r.{column} {sign} %s", (value,))


def _price(sign: str) -> Callable[[PriceBound], Piece]:
    def piece(bound: PriceBound) -> Piece:
        if bound.currency == settings.BASE_CURRENCY:
            return Piece(f"r.price_base {sign} %s", (bound.amount,))
        # The base price of another day's rate would miss what costs exactly the sum that was asked for.
        return Piece(
            f"CASE r.currency WHEN %s THEN r.price {sign} %s ELSE r.price_base {sign} %s END",
            (bound.currency, bound.amount, bound.base),
        )

    return piece


def _box(corners: tuple[float, float, float, float]) -> Piece:
    within = "r.latitude IS NOT NULL AND point(r.longitude, r.latitude) <@ box(point(%s, %s), point(%s, %s))"
    return Piece(within, corners)


def _circle(circle: Circle) -> Piece:
    box = _box(_box_around(circle))
    distance = _distance(circle)
    return Piece(f"{box.sql} AND {distance.sql} <= %s", (*box.values, *distance.values, circle.radius_km))


FILTERS: Mapping[str, Callable[[Any], Piece]] = {
    "purpose": _any("purpose"),
    "status": _any("status"),
    "location": _any("area_id"),
    "bbox": _box,
    "near": _circle,
    "price_min": _price(">="),
    "price_max": _price("<="),
    "seller_type": _any("seller_type"),
    "verified": lambda _only: Piece("r.seller_verified"),
    "with_photos": lambda _only: Piece("r.photo_count > 0"),
    "property_type": _any("property_type"),
    "bedrooms_min": _compared("bedrooms", ">="),
    "bedrooms_max": _compared("bedrooms", "<="),
    "bathrooms_min": _compared("bathrooms", ">="),
    "size_m2_min": _compared("size_m2", ">="),
    "size_m2_max": _compared("size_m2", "<="),
    "furnished": _any("furnished"),
    "amenities": lambda slugs: Piece("r.features @> %s::varchar[]", (list(slugs),)),
    "vehicle_class": _any("vehicle_class"),
    "body_type": _any("body_type"),
    "brand": _any("brand_id"),
    "model": _any("model_id"),
    "year_min": _compared("year", ">="),
    "year_max": _compared("year", "<="),
    "mileage_km_max": _compared("mileage_km", "<="),
    "fuel_type": _any("fuel_type"),
    "transmission": _any("transmission"),
    "condition": _any("condition"),
    "exterior_color": _any("exterior_color"),
}


_DIRECT = """
SELECT p.key, p.listing_id, p.card, s.card, p.reduced_until, p.boosted_until, {newest}, FALSE, p.slot
FROM (
    (SELECT r.listing_id, r.seller_id, r.reduced_until, r.boosted_until, r.{card} AS card, {key} AS key,
        0 AS slot
    FROM listings_searchrow r
    WHERE {where}{beyond}
    ORDER BY {key} {order}, r.listing_id {order}
    LIMIT %s){promoted}
) p
JOIN listings_sellercard s ON s.seller_id = p.seller_id
ORDER BY p.slot, p.key {order}, p.listing_id {order}
"""
_DIRECT_SLOTS = """
    (SELECT r.listing_id, r.seller_id, r.reduced_until, r.boosted_until, r.{card}, {key}, {slot}
    FROM listings_searchrow r
    WHERE {where} AND {chosen}
    LIMIT %s)"""
_FENCED = """
WITH candidates AS MATERIALIZED (
    SELECT r.listing_id, {key} AS key, r.boosted_until
    FROM listings_searchrow r
    WHERE {where}{best}
), page AS (
    (SELECT c.listing_id, c.key, 0 AS slot
    FROM {pool} c
    {beyond}
    ORDER BY c.key {order}, c.listing_id {order}
    LIMIT %s){promoted}
)
SELECT p.key, p.listing_id, r.{card}, s.card, r.reduced_until, r.boosted_until, {newest}, {truncated}, p.slot
FROM page p
JOIN listings_searchrow r ON r.listing_id = p.listing_id
JOIN listings_sellercard s ON s.seller_id = r.seller_id
ORDER BY p.slot, p.key {order}, p.listing_id {order}
"""
_FENCED_SLOTS = """
    (SELECT r.listing_id, r.key, {slot}
    FROM {pool} r
    WHERE {chosen}
    LIMIT %s)"""
# Every boosted listing has a lot, its id's hash. Each hour begins to fill the slots at another one, and goes
# on at the first after the last: so all have their turns, and no more of them are read than there are slots.
_DRAWN = "\n    UNION ALL (SELECT * FROM ({behind}\n    UNION ALL{before}) drawn LIMIT %s)"
_LOT = "md5(r.listing_id::text)"
_NEWEST = SQL("(SELECT max(n.published_at) FROM listings_searchrow n WHERE n.is_public)")
_BEST = f" ORDER BY key DESC, r.listing_id DESC LIMIT {RELEVANT + 1}"
_POOL_OF_BEST = f"(SELECT * FROM candidates ORDER BY key DESC, listing_id DESC LIMIT {RELEVANT})"  # noqa: S608 - our number
_TRUNCATED = f"(SELECT count(*) FROM candidates) > {RELEVANT}"  # noqa: S608 - our number
_JUDGED = "SELECT ARRAY[{verdicts}] FROM listings_searchrow r WHERE r.listing_id = %s"
_NEWEST_IDS = """
WITH candidates AS {fence}MATERIALIZED (
    SELECT r.listing_id, r.published_at FROM listings_searchrow r WHERE {where}
)
SELECT listing_id FROM candidates ORDER BY published_at DESC, listing_id DESC LIMIT %s
"""
_COUNT = "SELECT count(*) FROM (SELECT FROM listings_searchrow r WHERE {where} LIMIT %s) found"


def page(
    question: Question,
    *,
    after: Position | None,
    limit: int,
    language: str,
    promotion: Promotion | None = None,
) -> tuple[Composed, list[Any]]:
    """The statement of one page and its values.

    Its rows: sort key, id, card, seller's card, reduced until, boosted until, newest publication, whether
    relevance was cut, slot. They come in reading order, or against it when the position says so; after them,
    with a slot above 0, the promoted ones: on the first page by `promotion` (they stand in the order too),
    on the way back those that stood there.
    """
    sort, is_fenced = SORTS[question.sort], _needs_fence(question)
    flips = sort.descending != bool(after and after.backwards)
    is_relevance = question.sort == "relevance"
    key, where = _key(question), _where(question, after)
    beyond = _beyond(after, key=key, sort=sort, sign="<" if flips else ">", is_fenced=is_fenced)
    pieces: dict[str, Any] = {
        "key": SQL(key.sql),
        "where": SQL(where.sql),
        "card": Identifier(f"card_{language}"),
        "pool": SQL(_POOL_OF_BEST if is_relevance else "candidates"),
    }
    promoted, promoted_values = _promoted(
        after, promotion=promotion, pieces=pieces, where=None if is_fenced else where
    )
    statement = SQL(_FENCED if is_fenced else _DIRECT).format(
        **pieces,
        beyond=SQL(beyond.sql),
        order=SQL("DESC" if flips else "ASC"),
        newest=_NEWEST,
        best=SQL(_BEST if is_relevance else ""),
        truncated=SQL(_TRUNCATED if is_relevance else "FALSE"),
        promoted=promoted,
    )
    return statement, [*key.values, *where.values, *beyond.values, limit, *promoted_values]


def count(question: Question, *, after: Position | None, most: int) -> tuple[Composed, list[Any]]:
    """The statement that counts what fits, up to `most`, and its values."""
    where = _where(question, after)
    return SQL(_COUNT).format(where=SQL(where.sql)), [*where.values, most]


def judged(questions: Sequence[Question], *, listing_id: UUID) -> tuple[Composed, list[Any]]:
    """The statement that says of one listing which questions find it, and its values.

    One row with one array, in the order of the questions; no row when the listing was never public.
    """
    pieces = [_where(question, None) for question in questions]
    verdicts = SQL(", ").join(SQL(f"({piece.sql})") for piece in pieces)
    values = [value for piece in pieces for value in piece.values]
    return SQL(_JUDGED).format(verdicts=verdicts), [*values, listing_id]


def newest(question: Question, *, most: int) -> tuple[Composed, list[Any]]:
    """The statement of the ids of the newest that fit, and its values."""
    where = _where(question, None)
    fence = SQL("" if _needs_fence(replace(question, sort="newest")) else "NOT ")
    return SQL(_NEWEST_IDS).format(fence=fence, where=SQL(where.sql)), [*where.values, most]


def _needs_fence(question: Question) -> bool:
    is_by_place = not question.wanted.keys().isdisjoint({"near", "bbox"})
    return bool(question.text) or is_by_place or not SORTS[question.sort].has_index


def _beyond(after: Position | None, *, key: Piece, sort: Sort, sign: str, is_fenced: bool) -> Piece:
    """Only what lies behind the position and did not stand in the slots."""
    if after is None:
        return Piece("")
    row, shown_key = ("c", "c.key") if is_fenced else ("r", key.sql)
    word = "WHERE" if is_fenced else " AND"
    behind = f"{word} ({shown_key}, {row}.listing_id) {sign} (%s::{sort.cast}, %s)"
    values: tuple[Any, ...] = (after.key, after.listing_id)
    if not after.promoted:
        return Piece(behind, values)
    return Piece(f"{behind} AND {row}.listing_id <> ALL(%s)", (*values, list(after.promoted)))


def _promoted(
    after: Position | None, *, promotion: Promotion | None, pieces: Mapping[str, Any], where: Piece | None
) -> tuple[Composable, list[Any]]:
    """What fills the slots, and its values; without a `where` it is read from the candidates."""

    def arm(slot: Piece, chosen: Piece, *, most: int) -> tuple[Composed, list[Any]]:
        shape = SQL(_FENCED_SLOTS if where is None else _DIRECT_SLOTS)
        values = [*slot.values, *(where.values if where else ()), *chosen.values, most]
        return shape.format(**pieces, slot=SQL(slot.sql), chosen=SQL(chosen.sql)), values

    if after is None and promotion is not None and promotion.slots:
        begin, most = hashlib.md5(f"{promotion.at:%Y%m%d%H}".encode()).hexdigest(), promotion.slots  # noqa: S324
        arms = [
            arm(
                Piece(f"{number}"),
                Piece(f"r.boosted_until > %s AND {_LOT} {sign} %s ORDER BY {_LOT}", (promotion.at, begin)),
                most=most,
            )
            for number, sign in ((1, ">="), (2, "<"))
        ]
        (behind, some), (before, others) = arms
        return SQL(_DRAWN).format(behind=behind, before=before), [*some, *others, most]
    if after is not None and after.backwards and after.promoted:
        ids = list(after.promoted)
        slot = Piece("array_position(%s, r.listing_id)", (ids,))
        those, values = arm(slot, Piece("r.listing_id = ANY(%s)", (ids,)), most=len(ids))
        return SQL("\n    UNION ALL") + those, values
    return SQL(""), []


def _key(question: Question) -> Piece:
    if question.sort == "distance":
        return _distance(question.wanted["near"])
    return Piece(SORTS[question.sort].key, (question.text,) if question.sort == "relevance" else ())


def _where(question: Question, after: Position | None) -> Piece:
    pieces = [Piece("r.is_public")]
    if question.kind:
        pieces.append(Piece("r.kind = %s", (question.kind,)))
    if question.text:
        pieces.append(Piece("r.text @@ %s::tsquery", (question.text,)))
    pieces += [FILTERS[name](value) for name, value in question.wanted.items()]
    if after:
        pieces.append(Piece("r.published_at <= %s", (after.as_of,)))
    values = tuple(value for piece in pieces for value in piece.values)
    return Piece(" AND ".join(piece.sql for piece in pieces), values)


def _distance(circle: Circle) -> Piece:
    return Piece(_DISTANCE, (circle.latitude, circle.latitude, circle.longitude))


def _box_around(circle: Circle) -> tuple[float, float, float, float]:
    """A rectangle that holds the circle; the whole way round where it would cross the date line or a pole."""
    high = circle.radius_km / KM_PER_DEGREE
    south, north = max(-_POLES, circle.latitude - high), min(_POLES, circle.latitude + high)
    if south == -_POLES or north == _POLES:
        return -_DATE_LINE, south, _DATE_LINE, north
    parallel = math.cos(math.radians(circle.latitude))
    wide = math.degrees(math.asin(math.sin(circle.radius_km / EARTH_KM) / parallel))
    west, east = circle.longitude - wide, circle.longitude + wide
    if west < -_DATE_LINE or east > _DATE_LINE:
        return -_DATE_LINE, south, _DATE_LINE, north
    return west, south, east, north
