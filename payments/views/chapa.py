"""Doors that only Chapa knocks at, besides the one for webhooks."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from key2key.common.api.serializers import StrictSerializer
from key2key.common.api.views import ApiViewSet
from payments import services


class ChapaReturns(ApiViewSet):
    """Where Chapa goes when somebody has paid, or says that it is Chapa."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    serializer_class = StrictSerializer
    rate_policy = "webhook"

    @extend_schema(operation_id="hintAtChapaPayment", responses={200: None})
    def retrieve(self, request: Request, token: str) -> Response:
        """For Chapa only. A hint: we look up the payment that the token is about, and read nothing else."""
        services.heed_payment_hint(token)
        return Response()


class ChapaTransferApprovals(ApiViewSet):
    """Where Chapa asks before money leaves."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    serializer_class = StrictSerializer
    rate_policy = "webhook"

    @extend_schema(
        operation_id="approveChapaTransfer",
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={200: None},
    )
    def create(self, request: Request) -> Response:
        """For Chapa only, signed: 200 lets the transfer leave, anything else does not."""
        services.approve_transfer(headers=request.headers, body=request._request.body)
        return Response()
