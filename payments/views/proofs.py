"""Doors to bank slips, and to how a sum may be paid in parts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from key2key.common.api.documents import DocumentParser
from key2key.common.api.filtering import refuse_unknown
from key2key.common.api.idempotency import idempotent
from key2key.common.api.views import ApiViewSet
from payments import serializers, services
from payments.targets import Target


class Proofs(ApiViewSet):
    """The bank slips of an own payment."""

    serializer_class = serializers.ProofSerializer
    parser_classes = (DocumentParser,)
    rate_policy = "upload"

    @extend_schema(
        operation_id="addPaymentProof",
        request={"multipart/form-data": serializers.NewProofSerializer},
        responses={201: serializers.ProofSerializer},
    )
    def create(self, request: Request, id: UUID) -> HttpResponse:
        """Send a bank slip in. While finance look at it the payment does not expire.

        The document is encrypted in memory before anything of it is written.
        """
        given = serializers.NewProofSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        file = said.pop("file")
        with services.receive_proof(
            by=request.user, payment_id=id, slip=services.Slip(**said), file=file
        ) as received:
            return self._book(request, received)

    # The storage is written before the key's transaction begins (nothing leaves the house inside one).
    create.heeds_idempotency_key = True  # type: ignore[attr-defined]  # read by the schema

    @idempotent
    def _book(self, request: Request, received: Any) -> Response:
        proof = services.add_proof(received, by=request.user)
        return Response(self.get_serializer(proof).data, status=status.HTTP_201_CREATED)


class Suggestions(ApiViewSet):
    """How to pay what is left of something."""

    serializer_class = serializers.SuggestionSerializer

    @extend_schema(
        operation_id="suggestPayments",
        parameters=[serializers.SuggestionQuerySerializer],
        responses=serializers.SuggestionSerializer,
    )
    def retrieve(self, request: Request) -> Response:
        """What is left to pay of a target, and the payments in which it can be paid under the limits."""
        refuse_unknown(request, known={"purpose", "target_type", "target_id"})
        asked = serializers.SuggestionQuerySerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        target = Target(asked.validated_data["target_type"], asked.validated_data["target_id"])
        suggestion = services.suggest_payments(
            by=request.user, target=target, purpose=asked.validated_data["purpose"]
        )
        return Response(self.get_serializer(suggestion).data)
