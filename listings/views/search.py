"""The search's door: the finished cards leave as they are, without a serializer."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from key2key.common.api.pagination import OWN_PARAMETERS, link, read_cursor, read_limit, wants_count
from listings import search, search_page
from listings.serializers.cards import SEARCH_PAGES

SHARED_CACHES = "public, max-age=30, stale-while-revalidate=60"


class SearchList:
    """A view set whose list is a search, of one kind or of everything (None)."""

    kind: str | None = None

    def search(self, request: Request) -> HttpResponse:
        """One page of what is asked for."""
        asked = {name: texts for name, texts in request.query_params.lists() if name not in OWN_PARAMETERS}
        page = search_page.find(
            search.read(asked, kind=self.kind),
            cursor=read_cursor(request),
            limit=read_limit(request),
            counts=wants_count(request),
            language=get_language() or "en",
        )
        body = search_page.answer(
            page,
            next_link=link(request, cursor=page.next) if page.next else None,
            previous_link=link(request, cursor=page.previous) if page.previous else None,
        )
        headers = {} if request.user.is_authenticated else {"Cache-Control": SHARED_CACHES}
        return HttpResponse(body, content_type="application/json", headers=headers)


def search_schema(operation_id: str, *, kind: str | None) -> Any:
    """Describes a search of one kind, or of everything (None), in the OpenAPI document."""
    asked = [_described(parameter) for parameter in search.parameters(kind)]
    sort = OpenApiParameter(
        "sort",
        {"type": "string", "enum": search.sorts(kind)},
        description="Order; `newest`, with `q` `relevance`. What lacks the figure comes last.",
    )
    return extend_schema(
        operation_id=operation_id,
        parameters=[*asked, sort],
        filters=False,
        responses=SEARCH_PAGES[kind],
    )


def _described(parameter: search.Parameter) -> OpenApiParameter:
    schema = parameter.reader.schema
    if parameter.many:
        schema = {"type": "array", "items": schema}
    return OpenApiParameter(
        parameter.name, schema, description=str(parameter.about), explode=False if parameter.many else None
    )
