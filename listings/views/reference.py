"""Doors to the reference data: places, brands, models, every closed list."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from key2key.common.api.filtering import refuse_unknown
from key2key.common.api.sequences import SequencePagination
from key2key.common.api.views import ApiViewSet
from listings import selectors
from listings.serializers.reference import (
    BrandModelSerializer,
    BrandSerializer,
    LocationQuery,
    LocationSerializer,
    ReferenceSerializer,
    VehicleQuery,
)


class ReferenceDoor(ApiViewSet):
    """Read by everybody, kept by caches for an hour."""

    cache_control = "public, max-age=3600"
    permission_classes = (AllowAny,)
    pagination_class: type[SequencePagination] | None = SequencePagination

    def asked(self, request: Request, query: type[Any]) -> dict[str, Any]:
        """The parameters of the query, valid. Raises InvalidInput for those that nobody reads."""
        known = set(query().fields)
        refuse_unknown(request, known=known)
        given = {name: value for name, value in request.query_params.items() if name in known}
        shape = query(data=given)
        shape.is_valid(raise_exception=True)
        return shape.validated_data

    def found(self, things: list[Any]) -> Response:
        """One page of what was found."""
        page = self.paginate_queryset(things) or []  # type: ignore[arg-type]  # our pagination takes a list
        return self.get_paginated_response(self.get_serializer([one.thing for one in page], many=True).data)


class LocationViewSet(ReferenceDoor):
    """The area tree."""

    serializer_class = LocationSerializer

    @extend_schema(operation_id="listLocations", parameters=[LocationQuery])
    def list(self, request: Request) -> Response:
        """Places by part of their name, the most fitting first."""
        return self.found(selectors.locations(**self.asked(request, LocationQuery)))


class BrandViewSet(ReferenceDoor):
    """Makers of vehicles."""

    serializer_class = BrandSerializer

    @extend_schema(operation_id="listVehicleBrands", parameters=[VehicleQuery])
    def list(self, request: Request) -> Response:
        """Brands by part of their name, the most fitting first."""
        return self.found(selectors.vehicle_brands(**self.asked(request, VehicleQuery)))


class BrandModelViewSet(ReferenceDoor):
    """Models of a maker."""

    serializer_class = BrandModelSerializer

    @extend_schema(operation_id="listVehicleModels", parameters=[VehicleQuery])
    def list(self, request: Request, slug: str) -> Response:
        """A brand's models by part of their name, the most fitting first."""
        return self.found(selectors.vehicle_models(slug, **self.asked(request, VehicleQuery)))


class ReferenceViewSet(ReferenceDoor):
    """The closed lists."""

    serializer_class = ReferenceSerializer
    pagination_class = None

    @extend_schema(operation_id="getReference", responses=ReferenceSerializer)
    def retrieve(self, request: Request) -> Response:
        """Every closed list with labels in the caller's language, legal steps, attributes."""
        refuse_unknown(request, known=set())
        return Response(selectors.vocabulary(get_language() or "en"))
