"""Doors to the searches that people keep."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from key2key.common.api.idempotency import idempotent
from key2key.common.api.views import ApiViewSet
from listings import selectors, services
from listings.serializers.searches import SavedSearchSerializer


class SavedSearchViewSet(ApiViewSet):
    """One's own saved searches."""

    serializer_class = SavedSearchSerializer
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    @extend_schema(operation_id="listSavedSearches")
    def list(self, request: Request) -> Response:
        """All of them, newest first."""
        return self.page(selectors.own_searches(request.user))

    @extend_schema(operation_id="createSavedSearch")
    @idempotent
    def create(self, request: Request) -> Response:
        """Keep a search and be told of what is new in it."""
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        saved = services.save_search(by=request.user, **body.validated_data)
        place = request.build_absolute_uri(f"{request.path.rstrip('/')}/{saved.pk}")
        return Response(self.represent(saved), status=status.HTTP_201_CREATED, headers={"Location": place})

    @extend_schema(operation_id="getSavedSearch")
    def retrieve(self, request: Request, id: UUID) -> Response:
        """One of them."""
        return Response(self.represent(selectors.own_search(request.user, search_id=id)))

    @extend_schema(operation_id="updateSavedSearch")
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Change its name, what it looks for, or how soon it tells."""
        body = self.get_serializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        saved = services.change_search(
            search_id=id, by=request.user, changes=body.validated_data, check=self.if_match(request)
        )
        return Response(self.represent(saved))

    @extend_schema(operation_id="deleteSavedSearch")
    def destroy(self, request: Request, id: UUID) -> Response:
        """Throw it away."""
        services.forget_search(search_id=id, by=request.user, check=self.if_match(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
