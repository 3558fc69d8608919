"""Doors to inquiries and leads."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from brokers import selectors, services
from brokers.filters import LeadFilter
from brokers.serializers.leads import (
    InquirySerializer,
    LeadChangeSerializer,
    LeadNoteSerializer,
    LeadSerializer,
    NewInquirySerializer,
)
from key2key.common.api.idempotency import idempotent
from key2key.common.api.views import ApiViewSet


class InquiryViewSet(ApiViewSet):
    """Questions about listings."""

    serializer_class = InquirySerializer
    rate_policy = "inquiry"

    @extend_schema(
        operation_id="inquire",
        request=NewInquirySerializer,
        responses={
            200: InquirySerializer,
            201: InquirySerializer,
            404: OpenApiResponse(description="There is no such listing, or not for you"),
        },
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Ask. Who asked about this listing before gets the same ids, with 200; the message is said again."""
        body = NewInquirySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        made = services.inquire(by=request.user, **body.question())
        code = status.HTTP_201_CREATED if made.is_first else status.HTTP_200_OK
        return Response(self.get_serializer(made).data, status=code)


class LeadViewSet(ApiViewSet):
    """Who is interested in what one offers; only the seller's side sees it."""

    serializer_class = LeadSerializer
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"
    filterset_class = LeadFilter

    @extend_schema(operation_id="listLeads")
    def list(self, request: Request) -> Response:
        """All of them, newest first."""
        return self.page(selectors.leads_seen_by(request.user))

    @extend_schema(operation_id="getLead")
    def retrieve(self, request: Request, id: UUID) -> Response:
        """One lead."""
        return Response(self.represent(services.read_lead(lead_id=id, by=request.user)))

    @extend_schema(operation_id="changeLead", request=LeadChangeSerializer, responses=LeadSerializer)
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Move it along, hand it to a colleague, say what is next."""
        body = LeadChangeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        lead = services.change_lead(
            lead_id=id, by=request.user, changes=body.validated_data, check=self.if_match(request)
        )
        return Response(self.represent(lead))


class LeadNoteViewSet(ApiViewSet):
    """What colleagues wrote down about a lead."""

    serializer_class = LeadNoteSerializer
    keyset = ("created_at", "id")

    @extend_schema(operation_id="listLeadNotes")
    def list(self, request: Request, id: UUID) -> Response:
        """All of them, the first first."""
        return self.page(selectors.notes_of(request.user, lead_id=id))

    @extend_schema(operation_id="addLeadNote", responses={201: LeadNoteSerializer})
    @idempotent
    def create(self, request: Request, id: UUID) -> Response:
        """Write something down."""
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        note = services.add_note(lead_id=id, by=request.user, **body.validated_data)
        return Response(self.get_serializer(note).data, status=status.HTTP_201_CREATED)
