"""Pages over rows that are in memory already, in their order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from rest_framework.request import Request

from key2key.common.api.pagination import (
    KeysetPagination,
    invalid_cursor,
    link,
    read_cursor,
    read_limit,
    wants_count,
)


class SequencePagination(KeysetPagination):
    """Pages along `row.position`, a tuple of numbers and texts that grows from row to row."""

    def paginate_queryset(self, queryset: Sequence[Any], request: Request, view: Any = None) -> list[Any]:  # type: ignore[override]
        """The rows of the asked page."""
        self.request = request
        self.limit = read_limit(request)
        self.total = len(queryset) if wants_count(request) else None
        position = read_cursor(request)
        start = _start(queryset, position, limit=self.limit)
        stop = _stop(queryset, position, limit=self.limit)
        page = list(queryset[start:stop])
        self.next_row = page[-1] if page and stop < len(queryset) else None
        self.previous_row = page[0] if page and start > 0 else None
        return page

    def _link(self, row: Any, *, backwards: bool) -> str | None:
        if row is None:
            return None
        return link(self.request, cursor={"values": list(row.position), "backwards": backwards})


def _start(rows: Sequence[Any], position: dict[str, Any] | None, *, limit: int) -> int:
    if position is None:
        return 0
    if position["backwards"]:
        return max(0, _index(bisect_left, rows, position["values"]) - limit)
    return _index(bisect_right, rows, position["values"])


def _stop(rows: Sequence[Any], position: dict[str, Any] | None, *, limit: int) -> int:
    if position is not None and position["backwards"]:
        return _index(bisect_left, rows, position["values"])
    return min(len(rows), _start(rows, position, limit=limit) + limit)


def _index(bisect: Any, rows: Sequence[Any], values: list[Any]) -> int:
    try:
        return int(bisect(rows, tuple(values), key=lambda row: row.position))
    except TypeError as error:
        raise invalid_cursor() from error
