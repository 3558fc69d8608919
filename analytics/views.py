"""Doors of analytics."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from analytics import selectors, services
from analytics.enums import FUNNEL, UNIQUE_VIEWERS
from analytics.serializers import (
    BrokerFiguresSerializer,
    ClientEventsSerializer,
    CountedSerializer,
    ListingFiguresSerializer,
    PeriodSerializer,
)
from brokers.enums import LeadStage
from key2key.common.api.filtering import refuse_empty, refuse_unknown
from key2key.common.api.views import ApiViewSet

PERIOD = ("from", "to")
PERIOD_PARAMETERS = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="The first day; 30 days before `to` by default."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="The last day; today by default."),
]


class ClientEvents(ApiViewSet):
    """What clients saw."""

    permission_classes = (AllowAny,)
    serializer_class = ClientEventsSerializer

    @extend_schema(
        operation_id="tellEvents", request=ClientEventsSerializer, responses={200: CountedSerializer}
    )
    def create(self, request: Request) -> Response:
        """Tell of views, contacts and shares, up to fifty at once; sent again they count once."""
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        viewer = given.validated_data.get("viewer")
        counted = services.note_from_client(by=request.user, viewer=viewer, told=_read(given))
        return Response({"counted": counted})


class ListingFigures(ApiViewSet):
    """Figures of a listing."""

    serializer_class = ListingFiguresSerializer

    @extend_schema(
        operation_id="getListingFigures", parameters=PERIOD_PARAMETERS, responses=ListingFiguresSerializer
    )
    def retrieve(self, request: Request, id: UUID) -> Response:
        """Views, contacts, leads, viewings, offers and deals by day, up to this moment."""
        listing = selectors.listing_with_figures(request.user, listing_id=id)
        first, last = _period(request)
        figures = selectors.figures_of_listing(listing.pk, first=first, last=last)
        told = {"listing": listing.pk, **_told(figures, first=first, last=last)}
        return Response(self.get_serializer(told).data)


class BrokerFigures(ApiViewSet):
    """Figures of a professional."""

    serializer_class = BrokerFiguresSerializer

    @extend_schema(
        operation_id="getOwnBrokerFigures", parameters=PERIOD_PARAMETERS, responses=BrokerFiguresSerializer
    )
    def retrieve(self, request: Request) -> Response:
        """Leads, response time, the way from views to deals, earnings; up to this moment."""
        first, last = _period(request)
        figures = selectors.figures_of_seller(request.user, first=first, last=last)
        stages = selectors.leads_by_stage(request.user)
        told = {
            **_told(figures, first=first, last=last),
            "leads_by_stage": {str(stage): stages.get(stage, 0) for stage in LeadStage},
            "response_minutes": selectors.response_minutes(request.user),
            "funnel": selectors.funnel(figures),
            "earnings": selectors.earnings(request.user, first=first, last=last),
        }
        return Response(self.get_serializer(told).data)


def _read(given: Any) -> list[services.Told]:
    return [
        services.Told(id=each["id"], kind=each["kind"], listing_id=each["listing"], at=each.get("at"))
        for each in given.validated_data["events"]
    ]


def _period(request: Request) -> tuple[date, date]:
    refuse_unknown(request, known=set(PERIOD))
    refuse_empty(request, known=set(PERIOD))
    asked = PeriodSerializer(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    return asked.validated_data["first"], asked.validated_data["last"]


def _told(figures: selectors.Figures, *, first: date, last: date) -> dict[str, Any]:
    days = [{"day": day, **_named(values)} for day, values in figures.items()]
    names = (*FUNNEL, UNIQUE_VIEWERS)
    return {
        "from": first,
        "to": last,
        "totals": {name: sum(day[name] for day in days) for name in names},
        "days": days,
    }


def _named(values: Any) -> dict[str, int]:
    named = {name: values.get(kind, 0) for name, kind in FUNNEL.items()}
    return {**named, UNIQUE_VIEWERS: values.get(UNIQUE_VIEWERS, 0)}
