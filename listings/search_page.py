"""One page of a search: the statement sent, the cards joined into the answer's bytes, the cursors."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from key2key.common import clock
from key2key.common.api.pagination import COUNT_CAP, invalid_cursor, with_count
from listings import cards, search_sql
from listings.search import Question
from listings.search_sql import SORTS, Position

SORT_VERSION = 3  # to be raised when a sort key changes its meaning: cursors of before are refused
SLOTS, SHARE_OF_SLOTS = 3, 4  # for boosted listings: so many, and at most every fourth place of a page
Cursor = dict[str, Any]
_LARGEST_KEY, _SMALLEST_EXPONENT = 10**16, -10


class Found(NamedTuple):
    """A row of the statement of a page."""

    key: Any
    listing_id: UUID
    card: str
    seller: str
    reduced_until: datetime | None
    boosted_until: datetime | None
    newest: datetime
    truncated: bool
    slot: int


@dataclass(frozen=True)
class Page:
    """The finished cards in reading order, and the cursors of the pages around."""

    cards: list[str]
    next: Cursor | None
    previous: Cursor | None
    total: int | None
    truncated: bool | None


def find(
    question: Question, *, cursor: Mapping[str, Any] | None, limit: int, counts: bool, language: str
) -> Page:
    """One statement, two when it counts. `truncated` is told of relevance only.

    Raises InvalidInput ("invalid_cursor") when the cursor was made for another question.
    """
    after = _position(question, cursor) if cursor else None
    statement = search_sql.page(
        question,
        after=after,
        limit=limit + 1,
        language=language,
        promotion=search_sql.Promotion(_slots(question, limit=limit), clock.now()),
    )
    found = [Found(*row) for row in _rows(*statement)]
    total = None
    if counts:
        total = _rows(*search_sql.count(question, after=after, most=COUNT_CAP + 1))[0][0]
    is_backwards = bool(after and after.backwards)
    promoted, rows, has_more = _cut(found, limit=limit, is_backwards=is_backwards)
    ids = after.promoted if after else [row.listing_id for row in promoted]
    kept: dict[str, Any] = {
        "order": _order(question),
        "as_of": after and after.as_of,
        "promoted": [str(one) for one in ids],
    }
    if is_backwards:
        rows.reverse()
        promoted = [] if has_more else promoted  # they stand before the first page only
    goes_on, began_before = (True, has_more) if is_backwards else (has_more, after is not None)
    return Page(
        cards=_whole_cards([*promoted, *rows]),
        next=_cursor(rows[-1], backwards=False, **kept) if rows and goes_on else None,
        previous=_cursor(rows[0], backwards=True, **kept) if rows and began_before else None,
        total=total,
        truncated=any(row.truncated for row in found[:1]) if question.sort == "relevance" else None,
    )


def answer(page: Page, *, next_link: str | None, previous_link: str | None) -> bytes:
    """The answer's bytes: the card texts as they are, between the page's own fields."""
    around: dict[str, Any] = with_count({"next": next_link, "previous": previous_link}, page.total)
    if page.truncated is not None:
        around["truncated"] = page.truncated
    fields = json.dumps(around, separators=(",", ":"))
    return f'{{"results":[{",".join(page.cards)}],{fields[1:]}'.encode()


def _slots(question: Question, *, limit: int) -> int:
    return min(SLOTS, limit // SHARE_OF_SLOTS) if question.sort in search_sql.PROMOTING else 0


def _cut(found: list[Found], *, limit: int, is_backwards: bool) -> tuple[list[Found], list[Found], bool]:
    """The rows in slots, those of the order that are shown, and whether there are more of these.

    On the way back a page may end where the slots and what is left no longer fit on one: then it leaves
    some rows for the first page, so that the slots never have a page to themselves.
    """
    promoted = [row for row in found if row.slot]
    taken = {row.listing_id for row in promoted}
    rows = [row for row in found if not row.slot and row.listing_id not in taken]
    room = max(1, limit - len(promoted))
    shown = limit if is_backwards and len(rows) > limit else room
    return promoted, rows[:shown], len(rows) > room


def _rows(statement: Any, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[Any] = cursor.fetchall()
    return found


def _whole_cards(rows: list[Found]) -> list[str]:
    now = clock.now()
    return [
        cards.whole(
            row.card,
            seller=row.seller,
            reduced=row.reduced_until is not None and row.reduced_until > now,
            sponsored=row.boosted_until is not None and row.boosted_until > now,
        )
        for row in rows
    ]


def _cursor(
    row: Found, *, order: str, as_of: datetime | None, promoted: list[str], backwards: bool
) -> Cursor:
    key = row.key.isoformat() if isinstance(row.key, datetime) else str(row.key)
    return {
        "values": [key, str(row.listing_id)],
        "backwards": backwards,
        "as_of": (as_of or row.newest).isoformat(),
        "order": order,
        "promoted": promoted,
    }


def _order(question: Question) -> str:
    return f"{question.kind or ''}:{question.sort}:{SORT_VERSION}"


def _position(question: Question, cursor: Mapping[str, Any]) -> Position:
    try:
        if cursor["order"] != _order(question) or not isinstance(cursor["backwards"], bool):
            raise ValueError("made for another order")
        key, listing_id = cursor["values"]
        return Position(
            key=_KEYS[SORTS[question.sort].cast](key),
            listing_id=UUID(listing_id),
            as_of=_moment(cursor["as_of"]),
            backwards=cursor["backwards"],
            promoted=_ids(cursor["promoted"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise invalid_cursor() from error


def _ids(texts: Any) -> tuple[UUID, ...]:
    if not isinstance(texts, list) or len(texts) > SLOTS:
        raise ValueError("no page has so many slots")
    return tuple(UUID(text) for text in texts)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment has its zone")
    return moment


def _bounded(number: Any) -> Any:
    if not math.isfinite(number) or abs(number) > _LARGEST_KEY:
        raise ValueError("no sort key is that large")
    return number


def _decimal(text: str) -> Any:
    number = Decimal(text)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < _SMALLEST_EXPONENT:  # PostgreSQL refuses to write it out
        raise ValueError("no sort key is that fine")
    return _bounded(number)


_KEYS: Mapping[str, Callable[[str], Any]] = {
    "timestamptz": _moment,
    "numeric": _decimal,
    "float8": lambda text: _bounded(float(text)),
    "integer": lambda text: _bounded(int(text)),
}
