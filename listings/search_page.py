"""One page of a search: the statement sent, the cards joined into the answer's bytes, the cursors."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from key2key.common import clock
from key2key.common.api.pagination import COUNT_CAP, invalid_cursor, with_count
from listings import cards, search_sql
from listings.search import Question
from listings.search_sql import SORTS, Position

SORT_VERSION = 2  # to be raised when a sort key changes its meaning: cursors of before are refused
Cursor = dict[str, Any]
_LARGEST_KEY, _SMALLEST_EXPONENT = 10**16, -10


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
    found = _rows(*search_sql.page(question, after=after, limit=limit + 1, language=language))
    total = None
    if counts:
        total = _rows(*search_sql.count(question, after=after, most=COUNT_CAP + 1))[0][0]
    rows, has_more = found[:limit], len(found) > limit
    is_backwards = bool(after and after.backwards)
    if is_backwards:
        rows.reverse()
    goes_on, began_before = (True, has_more) if is_backwards else (has_more, after is not None)
    return Page(
        cards=_whole_cards(rows),
        next=_cursor(question, rows[-1], after, backwards=False) if rows and goes_on else None,
        previous=_cursor(question, rows[0], after, backwards=True) if rows and began_before else None,
        total=total,
        truncated=any(row[6] for row in found[:1]) if question.sort == "relevance" else None,
    )


def answer(page: Page, *, next_link: str | None, previous_link: str | None) -> bytes:
    """The answer's bytes: the card texts as they are, between the page's own fields."""
    around: dict[str, Any] = with_count({"next": next_link, "previous": previous_link}, page.total)
    if page.truncated is not None:
        around["truncated"] = page.truncated
    fields = json.dumps(around, separators=(",", ":"))
    return f'{{"results":[{",".join(page.cards)}],{fields[1:]}'.encode()


def _rows(statement: Any, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[Any] = cursor.fetchall()
    return found


def _whole_cards(rows: list[Any]) -> list[str]:
    now = clock.now()
    return [
        cards.whole(card, seller=seller, reduced=until is not None and until > now)
        for _key, _id, card, seller, until, *_rest in rows
    ]


def _cursor(question: Question, row: Any, after: Position | None, *, backwards: bool) -> Cursor:
    key, listing_id, *_card, newest, _truncated = row
    as_of = after.as_of if after else newest
    return {
        "values": [key.isoformat() if isinstance(key, datetime) else str(key), str(listing_id)],
        "backwards": backwards,
        "as_of": as_of.isoformat(),
        "order": _order(question),
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
        )
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise invalid_cursor() from error


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
