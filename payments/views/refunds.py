"""Doors to refunds that people want: approve, decline, send."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import StaffOf
from key2key.common.api.idempotency import idempotent, key_required
from key2key.common.api.serializers import NoBodySerializer
from key2key.common.api.views import ApiViewSet
from key2key.common.plugins import Who
from payments import serializers, services


class Refunds(ApiViewSet):
    """Refunds that finance asked for: treasury decides, finance sends."""

    serializer_class = serializers.RefundSerializer

    def get_permissions(self) -> list[Any]:
        """Who approves does not send."""
        return [StaffOf(Who.FINANCE if self.action == "execute" else Who.TREASURY)()]

    @extend_schema(operation_id="approveRefund", request=NoBodySerializer)
    @idempotent
    def approve(self, request: Request, id: UUID, refund: UUID) -> Response:
        """Agree that it goes back. Whoever asked for it does not approve it."""
        approved = services.approve_refund(payment_id=id, refund_id=refund, by=request.user)
        return Response(self.get_serializer(approved).data)

    @extend_schema(operation_id="declineRefund", request=serializers.MoneyReasonSerializer)
    @idempotent
    def decline(self, request: Request, id: UUID, refund: UUID) -> Response:
        """Do not agree, and say why."""
        body = serializers.MoneyReasonSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        declined = services.decline_refund(
            payment_id=id, refund_id=refund, by=request.user, reason=body.validated_data["reason"]
        )
        return Response(self.get_serializer(declined).data)

    @extend_schema(operation_id="executeRefund", request=NoBodySerializer)
    @key_required
    @idempotent
    def execute(self, request: Request, id: UUID, refund: UUID) -> Response:
        """Send what was approved. Whoever approved it does not send it."""
        sent = services.execute_refund(payment_id=id, refund_id=refund, by=request.user)
        return Response(self.get_serializer(sent).data)
