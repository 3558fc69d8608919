"""Deeds on many rows: in transactions of their own, so that none waits for all and none stops the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

import structlog
from django.db.models import QuerySet

log = structlog.get_logger(__name__)

ROWS_AT_ONCE = 200


def each_alone(ids: Iterable[UUID], *, deed: Callable[[UUID], bool]) -> int:
    """Do the deed, a transaction of its own, for each. Returns for how many it said that it did something.

    What fails, for instance because somebody holds the row, is logged and left for the next time.
    """
    done = 0
    for row_id in ids:
        try:
            done += deed(row_id)
        except Exception:  # whatever is wrong with one, the others have a right to their turn
            log.exception("deed_failed", deed=deed.__name__, row=str(row_id))
    return done


def pages(rows: QuerySet[Any], *, size: int = ROWS_AT_ONCE) -> Iterator[list[UUID]]:
    """The ids of the rows, so many at a time, in id order; each page is read when it is asked for."""
    left = rows.order_by("pk").values_list("pk", flat=True)
    page: list[UUID] = list(left[:size])
    while page:
        yield page
        page = list(left.filter(pk__gt=page[-1])[:size])
