"""Doors to deals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from brokers import selectors, services
from brokers.filters import DealFilter
from brokers.serializers.deals import (
    CancelAnswerSerializer,
    CodeSerializer,
    DealRowSerializer,
    DealSerializer,
    EvidenceSerializer,
    IssuedCodeSerializer,
    NewEvidenceSerializer,
    PaperTickSerializer,
)
from brokers.serializers.parts import DealReasonSerializer, MaybeReasonSerializer
from key2key.common.api.idempotency import idempotent
from key2key.common.api.serializers import NoBodySerializer
from key2key.common.api.views import ApiViewSet


class DealViewSet(ApiViewSet):
    """Deals of which one is a side."""

    serializer_class = DealSerializer
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"
    filterset_class = DealFilter

    @extend_schema(operation_id="listDeals", responses=DealRowSerializer(many=True))
    def list(self, request: Request) -> Response:
        """All of them, newest first."""
        page = self.paginate_queryset(self.filter_queryset(selectors.deals_seen_by(request.user)))
        return self.get_paginated_response(
            DealRowSerializer(page, many=True, context=self._seeing(page)).data
        )

    @extend_schema(operation_id="getDeal")
    def retrieve(self, request: Request, id: UUID) -> Response:
        """One deal, whole."""
        return Response(self.represent(selectors.seen_deal(request.user, deal_id=id)))

    @extend_schema(operation_id="withdrawFromDeal", request=MaybeReasonSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Request, id: UUID) -> Response:
        """Step back while the deposit is due."""
        return self._stepped(services.withdraw_deal, request, id, shape=MaybeReasonSerializer)

    @extend_schema(operation_id="tickPaper", request=PaperTickSerializer)
    @action(detail=True, methods=["post"], url_path="tick-paper")
    @idempotent
    def tick_paper(self, request: Request, id: UUID) -> Response:
        """Say that one has seen a paper."""
        body = PaperTickSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        deal = services.tick_paper(
            deal_id=id,
            by=request.user,
            slug=body.validated_data["paper"],
            check=self.if_match(request),
        )
        return Response(self.represent(deal))

    @extend_schema(operation_id="makeHandoverCode", request=NoBodySerializer, responses=IssuedCodeSerializer)
    @action(detail=True, methods=["post"], url_path="handover-code")
    def handover_code(self, request: Request, id: UUID) -> Response:
        """Make the code that one gives to the other side; it replaces the one before. Shown this once."""
        NoBodySerializer(data=request.data).is_valid(raise_exception=True)
        issued = services.issue_code(deal_id=id, by=request.user)
        return Response(IssuedCodeSerializer(issued).data, headers={"Cache-Control": "no-store"})

    @extend_schema(operation_id="confirmHandover", request=CodeSerializer)
    @action(detail=True, methods=["post"], url_path="confirm-handover")
    def confirm_handover(self, request: Request, id: UUID) -> Response:
        """Enter the other side's code; the second of the two completes the deal."""
        return self._stepped(services.confirm_handover, request, id, shape=CodeSerializer)

    @extend_schema(operation_id="requestCancel", request=DealReasonSerializer)
    @action(detail=True, methods=["post"], url_path="request-cancel")
    @idempotent
    def request_cancel(self, request: Request, id: UUID) -> Response:
        """Ask the other side to cancel."""
        return self._stepped(services.request_cancel, request, id, shape=DealReasonSerializer)

    @extend_schema(operation_id="takeBackCancel", request=NoBodySerializer)
    @action(detail=True, methods=["post"], url_path="take-back-cancel")
    @idempotent
    def take_back_cancel(self, request: Request, id: UUID) -> Response:
        """Go on after all."""
        return self._stepped(services.take_back_cancel, request, id, shape=NoBodySerializer)

    @extend_schema(operation_id="answerCancel", request=CancelAnswerSerializer)
    @action(detail=True, methods=["post"], url_path="answer-cancel")
    @idempotent
    def answer_cancel(self, request: Request, id: UUID) -> Response:
        """Agree to cancel, or refuse."""
        return self._stepped(services.answer_cancel, request, id, shape=CancelAnswerSerializer)

    @extend_schema(operation_id="disputeDeal", request=DealReasonSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def dispute(self, request: Request, id: UUID) -> Response:
        """Freeze the deposit and ask staff to decide."""
        return self._stepped(services.open_dispute, request, id, shape=DealReasonSerializer)

    @extend_schema(
        operation_id="addEvidence", request=NewEvidenceSerializer, responses={201: EvidenceSerializer}
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def evidence(self, request: Request, id: UUID) -> Response:
        """Say something to staff about a dispute; both sides read it."""
        body = NewEvidenceSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        evidence = services.add_evidence(deal_id=id, by=request.user, **body.validated_data)
        return Response(EvidenceSerializer(evidence).data, status=status.HTTP_201_CREATED)

    def represent(self, deal: Any) -> Any:
        """The whole deal as its GET answers it to this caller."""
        return DealSerializer(deal, context=self._seeing([deal])).data

    def _seeing(self, deals: Any) -> dict[str, Any]:
        progress = selectors.deposits_of(deals)
        return {**self.get_serializer_context(), "progress": progress}

    def _stepped(self, rule: Any, request: Request, deal_id: UUID, *, shape: Any) -> Response:
        body = shape(data=request.data)
        body.is_valid(raise_exception=True)
        check = self.if_match(request)
        return Response(
            self.represent(rule(deal_id=deal_id, by=request.user, check=check, **body.validated_data))
        )
