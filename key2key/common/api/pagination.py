"""Keyset pages: page 500 costs what page 1 costs, and nothing is shown twice or skipped."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from key2key.common.errors import Fault, InvalidInput

LIMIT, GREATEST_LIMIT, COUNT_CAP = 20, 100, 10_000
OWN_PARAMETERS = frozenset({"limit", "cursor", "count"})
_ONE_OF_ITS_OWN = frozenset({"cursor", "limit", "count"})


class KeysetPagination(BasePagination):
    """Pages along `view.keyset`, the sort columns with the id last, for instance ("-created_at", "-id")."""

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> list[Any]:
        """The rows of the asked page."""
        self.request = request
        self.keyset: Sequence[str] = view.keyset
        self.limit = read_limit(request)
        self.total = capped_count(queryset) if wants_count(request) else None
        position = read_cursor(request)
        backwards = bool(position and position["backwards"])
        ordering = [_reversed(name) for name in self.keyset] if backwards else list(self.keyset)
        rows = queryset.order_by(*ordering)
        if position:
            rows = rows.filter(_beyond(queryset.model, ordering, position["values"]))
        found = list(rows[: self.limit + 1])
        page, more = found[: self.limit], len(found) > self.limit
        if backwards:
            page.reverse()
        self.next_row = page[-1] if page and (backwards or more) else None
        self.previous_row = page[0] if page and position and (not backwards or more) else None
        return page

    def get_paginated_response(self, data: Any) -> Response:
        """The page with its two links."""
        body = {
            "results": data,
            "next": self._link(self.next_row, backwards=False),
            "previous": self._link(self.previous_row, backwards=True),
        }
        return Response(with_count(body, self.total))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The page's shape."""
        return page_schema(schema)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """What may be asked of any list."""
        return PAGE_PARAMETERS

    def _link(self, row: Any, *, backwards: bool) -> str | None:
        if row is None:
            return None
        values = [getattr(row, name.lstrip("-")) for name in self.keyset]
        return link(
            self.request, cursor={"values": [_plain(value) for value in values], "backwards": backwards}
        )


PAGE_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": GREATEST_LIMIT, "default": LIMIT},
        "description": "How many results.",
    },
    {
        "name": "cursor",
        "in": "query",
        "schema": {"type": "string"},
        "description": "Where to go on: taken from `next` or `previous`.",
    },
    {
        "name": "count",
        "in": "query",
        "schema": {"type": "boolean", "default": False},
        "description": f"Also count; exact to {COUNT_CAP}.",
    },
]


def page_schema(item: dict[str, Any]) -> dict[str, Any]:
    """The shape of a page of `item`."""
    link_schema = {"type": ["string", "null"], "format": "uri"}
    return {
        "type": "object",
        "required": ["results", "next", "previous"],
        "properties": {
            "results": {"type": "array", "items": item.get("items", item)},
            "next": link_schema,
            "previous": link_schema,
            "count": {"type": "integer"},
            "count_is_capped": {"type": "boolean"},
        },
    }


def read_limit(request: Request) -> int:
    """`limit` of the query, 1-100, 20 when absent."""
    given = request.query_params.get("limit", str(LIMIT))
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:9]) <= GREATEST_LIMIT:
        raise InvalidInput(
            faults=[Fault("/limit", "invalid", _("A number from 1 to %(most)d.") % {"most": GREATEST_LIMIT})]
        )
    return int(given)


def wants_count(request: Request) -> bool:
    """`count` of the query."""
    given = request.query_params.get("count", "false")
    if given not in {"true", "false"}:
        raise InvalidInput(faults=[Fault("/count", "invalid", _("true or false."))])
    return given == "true"


def capped_count(queryset: QuerySet[Any]) -> int:
    """How many rows, counted up to one above the cap."""
    return queryset.order_by()[: COUNT_CAP + 1].count()


def with_count(body: dict[str, Any], total: int | None) -> dict[str, Any]:
    """The body, with the count when it was asked for."""
    if total is None:
        return body
    return {**body, "count": min(total, COUNT_CAP), "count_is_capped": total > COUNT_CAP}


def filters_hash(request: Request) -> str:
    """What the page was asked for, without its position: a cursor fits only the same question."""
    asked = sorted(
        (name, values) for name, values in request.query_params.lists() if name not in _ONE_OF_ITS_OWN
    )
    return hashlib.blake2b(json.dumps(asked).encode(), digest_size=6).hexdigest()


def read_cursor(request: Request) -> dict[str, Any] | None:
    """The position of the query's cursor. Raises InvalidInput ("invalid_cursor")."""
    given = request.query_params.get("cursor")
    if not given:
        return None
    try:
        position = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
        is_ours = isinstance(position["values"], list) and isinstance(position["backwards"], bool)
        if position["filters"] != filters_hash(request) or not is_ours:
            raise ValueError("another question")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise invalid_cursor() from error
    return position  # type: ignore[no-any-return]


def invalid_cursor() -> InvalidInput:
    """The refusal of a cursor that was not made for this question."""
    return InvalidInput("invalid_cursor", _("This cursor does not belong to this question. Start anew."))


def link(request: Request, *, cursor: dict[str, Any]) -> str:
    """The address of another page of the same question."""
    made = json.dumps({**cursor, "filters": filters_hash(request)}, separators=(",", ":"), default=str)
    word = base64.urlsafe_b64encode(made.encode()).decode().rstrip("=")
    parameters = [(name, value) for name, values in request.query_params.lists() for value in values]
    kept = [(name, value) for name, value in parameters if name != "cursor"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*kept, ('cursor', word)])}")


def _reversed(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _beyond(model: type[Model], ordering: Sequence[str], values: Sequence[Any]) -> Q:
    if len(values) != len(ordering):
        raise invalid_cursor()
    beyond, level = Q(), Q()
    for name, value in zip(ordering, values, strict=True):
        column = name.lstrip("-")
        read = _read(model, column, value)
        beyond |= level & Q(**{f"{column}__{'lt' if name.startswith('-') else 'gt'}": read})
        level &= Q(**{column: read})
    return beyond


def _read(model: type[Model], column: str, value: Any) -> Any:
    try:
        if not isinstance(value, str) or "\x00" in value:
            raise ValueError("a cursor holds texts")
        return cast("Field[Any, Any]", model._meta.get_field(column)).to_python(value)
    except (ValidationError, ValueError, TypeError, OverflowError) as error:
        raise invalid_cursor() from error
