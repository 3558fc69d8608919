"""Doors to what we sell, and to what one has bought."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from key2key.common.api.views import ApiViewSet
from payments import entitlements, serializers
from payments.entitlements import Subscriber


class Plans(ApiViewSet):
    """What is on sale."""

    permission_classes = (AllowAny,)
    serializer_class = serializers.PriceListSerializer

    @extend_schema(operation_id="listPlans")
    def retrieve(self, request: Request) -> Response:
        """Plans, boosts and fees with their prices, and the places that everybody has without a plan."""
        return Response(self.get_serializer(entitlements.price_list()).data)


class Standings(ApiViewSet):
    """What one may have on the market, and what one bought for it."""

    serializer_class = serializers.StandingSerializer

    @extend_schema(operation_id="getOwnSubscription")
    def own(self, request: Request) -> Response:
        """One's own plan; `plan` is null while it is the free places."""
        return self._answer(entitlements.standing_of(Subscriber(user_id=request.user.pk)))

    @extend_schema(operation_id="getOrganisationSubscription")
    def of_organisation(self, request: Request, id: UUID) -> Response:
        """An organisation's plan, for its people who may see money."""
        return self._answer(entitlements.standing_of_organisation(request.user, organisation_id=id))

    def _answer(self, standing: Any) -> Response:
        return Response(self.get_serializer(standing).data)
