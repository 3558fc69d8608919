"""Doors to receipts: read, and as a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import get_language, override
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from key2key.common.api.filtering import refuse_empty, refuse_unknown
from key2key.common.api.views import ApiViewSet
from payments import drawing, papers, selectors, serializers
from payments.permissions import acts_as_finance

FILE_PARAMETERS = ("language", "number")


class Receipts(ApiViewSet):
    """Receipts of payments that one made or receives."""

    serializer_class = serializers.ReceiptSerializer

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: FBT001, FBT002 - DRF's own
        """Whoever asks for a PDF gets one; what is wrong is told in JSON as everywhere."""
        return super().perform_content_negotiation(request, force=force or self.action == "pdf")

    @extend_schema(operation_id="getReceipt")
    def retrieve(self, request: Request, id: UUID) -> Response:
        """The receipt of a payment that came and counts, with the credit notes of what went back.

        404 `no_receipt` where there is none, or not yet: it is written a moment after the money has come.
        """
        receipt = self._paper(request, id)
        known = {**self.get_serializer_context(), "credit_notes": selectors.credit_notes_of(receipt)}
        return Response(self.serializer_class(receipt, context=known).data)

    @extend_schema(
        operation_id="getReceiptFile",
        parameters=[
            OpenApiParameter("language", enum=["en", "am"], description="The caller's own by default."),
            OpenApiParameter("number", description="A credit note of the payment; its receipt by default."),
        ],
        responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    def pdf(self, request: Request, id: UUID) -> HttpResponse:
        """The receipt, or a credit note, as a page to print."""
        refuse_unknown(request, known=set(FILE_PARAMETERS))
        refuse_empty(request, known=set(FILE_PARAMETERS))
        asked = serializers.ReceiptFileSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        paper = self._paper(request, id, number=asked.validated_data.get("number", ""))
        with override(asked.validated_data.get("language", get_language())):
            drawn = drawing.draw(papers.paper_of(paper))
        response = HttpResponse(drawn, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{paper.number}.pdf"'
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def _paper(self, request: Request, payment_id: UUID, **which: str) -> Any:
        finance = acts_as_finance(request)
        return selectors.seen_receipt(request.user, payment_id=payment_id, as_finance=finance, **which)
