"""What every door of the API has in common."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from key2key.common.api.conditional import Conditional
from key2key.common.api.throttling import write_headers


class ApiViewSet(Conditional, viewsets.GenericViewSet[Any]):
    """A set of doors: ETags, rate-limit headers, one list method over a selector's rows."""

    rate_policy: str | None = None
    keyset: tuple[str, ...] = ("-created_at", "-id")

    def finalize_response(  # type: ignore[override]  # a 304 is no DRF Response
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Adds what the limiter found."""
        response = super().finalize_response(request, response, *args, **kwargs)
        write_headers(request, response)
        return response

    def get_queryset(self) -> Any:
        """No rows: lists are pages of what a selector gave. The schema learns here what a filter is on."""
        filters: Any = getattr(self, "filterset_class", None)
        return filters._meta.model._default_manager.none() if filters else super().get_queryset()

    def page(self, rows: Any) -> Response:
        """One page of the rows, in the view's shape."""
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
