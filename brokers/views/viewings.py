"""Doors to viewings and the times that are offered for them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from brokers import calendar_file, selectors, services
from brokers.filters import ViewingFilter
from brokers.serializers.parts import MaybeReasonSerializer
from brokers.serializers.viewings import (
    NewSlotSerializer,
    NewTimeSerializer,
    NewViewingSerializer,
    SlotSerializer,
    ViewingSerializer,
)
from key2key.common.api.idempotency import idempotent
from key2key.common.api.serializers import NoBodySerializer
from key2key.common.api.views import ApiViewSet


class SlotViewSet(ApiViewSet):
    """Times that are offered for viewings of a listing."""

    serializer_class = SlotSerializer
    keyset = ("starts_at", "id")

    @extend_schema(operation_id="listViewingSlots")
    def list(self, request: Request, id: UUID) -> Response:
        """The free ones to come, the next first; the seller's side sees the taken ones too."""
        return self.page(selectors.slots_seen_by(request.user, listing_id=id))

    @extend_schema(
        operation_id="offerViewingSlot", request=NewSlotSerializer, responses={201: SlotSerializer}
    )
    @idempotent
    def create(self, request: Request, id: UUID) -> Response:
        """Offer a time for one viewing."""
        body = NewSlotSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        slot = services.offer_slot(listing_id=id, by=request.user, **body.validated_data)
        return Response(self.get_serializer(slot).data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="takeBackViewingSlot", responses={204: None})
    def destroy(self, request: Request, id: UUID, slot: UUID) -> Response:
        """Offer a time no longer that nobody has booked."""
        services.take_back_slot(listing_id=id, slot_id=slot, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ViewingViewSet(ApiViewSet):
    """Viewings of which one is a side."""

    serializer_class = ViewingSerializer
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"
    filterset_class = ViewingFilter

    @extend_schema(operation_id="listViewings")
    def list(self, request: Request) -> Response:
        """All of them, what was asked for last first."""
        return self.page(selectors.viewings_seen_by(request.user))

    @extend_schema(operation_id="getViewing")
    def retrieve(self, request: Request, id: UUID) -> Response:
        """One viewing."""
        return Response(self.represent(selectors.seen_viewing(request.user, viewing_id=id)))

    @extend_schema(
        operation_id="requestViewing",
        request=NewViewingSerializer,
        responses={
            201: ViewingSerializer,
            404: OpenApiResponse(description="There is no such listing, or not for you"),
        },
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Book an offered slot, which is agreed at once, or ask for a time of one's own."""
        body = NewViewingSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        listing_id = body.validated_data["listing"]
        viewing = services.request_viewing(listing_id=listing_id, by=request.user, wish=body.wish())
        place = request.build_absolute_uri(f"/api/v1/viewings/{viewing.pk}")
        return Response(self.represent(viewing), status=status.HTTP_201_CREATED, headers={"Location": place})

    @extend_schema(operation_id="confirmViewing", request=NoBodySerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def confirm(self, request: Request, id: UUID) -> Response:
        """Agree to the time that the other side named."""
        NoBodySerializer(data=request.data).is_valid(raise_exception=True)
        return self._stepped(services.confirm_viewing, request, id)

    @extend_schema(operation_id="declineViewing", request=MaybeReasonSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def decline(self, request: Request, id: UUID) -> Response:
        """Refuse the time that the other side named."""
        body = MaybeReasonSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self._stepped(services.decline_viewing, request, id, **body.validated_data)

    @extend_schema(operation_id="proposeViewingTime", request=NewTimeSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def propose(self, request: Request, id: UUID) -> Response:
        """Name another time, which the other side confirms."""
        body = NewTimeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self._stepped(services.propose_time, request, id, new_time=body.new_time())

    @extend_schema(operation_id="cancelViewing", request=MaybeReasonSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def cancel(self, request: Request, id: UUID) -> Response:
        """Call it off."""
        body = MaybeReasonSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self._stepped(services.cancel_viewing, request, id, **body.validated_data)

    @extend_schema(operation_id="closeViewing", request=NoBodySerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def done(self, request: Request, id: UUID) -> Response:
        """It took place: the seller's side says so once it has begun."""
        NoBodySerializer(data=request.data).is_valid(raise_exception=True)
        return self._stepped(services.close_viewing, request, id)

    @extend_schema(operation_id="reportViewingNoShow", request=NoBodySerializer)
    @action(detail=True, methods=["post"], url_path="no-show")
    @idempotent
    def no_show(self, request: Request, id: UUID) -> Response:
        """The other side did not come."""
        NoBodySerializer(data=request.data).is_valid(raise_exception=True)
        return self._stepped(services.report_no_show, request, id)

    @extend_schema(
        operation_id="getViewingCalendarFile",
        responses={(200, "text/calendar"): OpenApiResponse(OpenApiTypes.STR)},
    )
    @action(detail=True, methods=["get"], url_path="calendar.ics")
    def calendar(self, request: Request, id: UUID) -> HttpResponse:
        """The viewing as a file for calendars (RFC 5545)."""
        viewing = selectors.seen_viewing(request.user, viewing_id=id)
        response = HttpResponse(
            calendar_file.of_viewing(viewing), content_type="text/calendar; charset=utf-8"
        )
        response["Content-Disposition"] = 'attachment; filename="viewing.ics"'
        return response

    def _stepped(self, rule: Any, request: Request, viewing_id: UUID, **given: Any) -> Response:
        viewing = rule(viewing_id=viewing_id, by=request.user, check=self.if_match(request), **given)
        return Response(self.represent(viewing))
