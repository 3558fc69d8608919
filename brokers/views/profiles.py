"""Doors to professionals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from brokers import selectors, services
from brokers.filters import BrokerFilter
from brokers.serializers.profiles import (
    BrokerSerializer,
    LicenceSerializer,
    OwnBrokerSerializer,
    ProfileSerializer,
)
from key2key.common.api.idempotency import idempotent
from key2key.common.api.serializers import NoBodySerializer
from key2key.common.api.views import ApiViewSet

NO_PROFILE = OpenApiResponse(description="You have no profile")
MINE = {200: OwnBrokerSerializer, 404: NO_PROFILE}


class BrokerViewSet(ApiViewSet):
    """Professionals whose licence staff have checked."""

    serializer_class = BrokerSerializer
    filterset_class = BrokerFilter

    def get_permissions(self) -> list[Any]:
        """Everybody reads."""
        return [IsAuthenticated()] if self.action == "create" else [AllowAny()]

    @extend_schema(operation_id="listBrokers")
    def list(self, request: Request) -> Response:
        """All of them that fit, the newest first."""
        return self.page(selectors.public_brokers())

    @extend_schema(operation_id="getBroker")
    def retrieve(self, request: Request, id: UUID) -> Response:
        """One professional's page."""
        return Response(self.get_serializer(selectors.public_broker(id)).data)

    @extend_schema(
        operation_id="openBrokerProfile", request=ProfileSerializer, responses={201: OwnBrokerSerializer}
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Begin one's own profile, as a draft."""
        body = ProfileSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        broker = services.open_profile(by=request.user, values=body.values(), area_ids=body.area_ids() or ())
        context = self.get_serializer_context()
        return Response(OwnBrokerSerializer(broker, context=context).data, status=201)


class OwnBrokerViewSet(ApiViewSet):
    """One's own profile."""

    serializer_class = OwnBrokerSerializer

    @extend_schema(operation_id="getOwnBrokerProfile", responses=MINE)
    def retrieve(self, request: Request) -> Response:
        """The profile as only its person sees it."""
        return Response(self.get_serializer(selectors.own_broker(request.user)).data)

    @extend_schema(operation_id="changeOwnBrokerProfile", request=ProfileSerializer, responses=MINE)
    def partial_update(self, request: Request) -> Response:
        """Change what is given."""
        body = ProfileSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        broker = services.change_profile(
            by=request.user, values=body.values(), area_ids=body.area_ids(), check=self.if_match(request)
        )
        return Response(self.get_serializer(broker).data)

    @extend_schema(operation_id="leaveAsBroker", responses={204: None, 404: NO_PROFILE})
    def destroy(self, request: Request) -> Response:
        """End the profile; deals and listings on the market have to end first."""
        services.leave(by=request.user, check=self.if_match(request))
        return Response(status=204)

    @extend_schema(operation_id="submitBrokerProfile", request=NoBodySerializer, responses=MINE)
    @idempotent
    def submit(self, request: Request) -> Response:
        """Send it to review."""
        NoBodySerializer(data=request.data).is_valid(raise_exception=True)
        broker = services.submit_profile(by=request.user, check=self.if_match(request))
        return Response(self.get_serializer(broker).data)

    @extend_schema(operation_id="nameBrokerLicence", request=LicenceSerializer, responses=MINE)
    def licence(self, request: Request) -> Response:
        """Name the licence one works under; staff check it by its papers (`/verification/cases`)."""
        body = LicenceSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        broker = services.name_licence(by=request.user, licence=body.facts(), check=self.if_match(request))
        return Response(self.get_serializer(broker).data)
