"""Doors to payments: paying, watching, giving back, and what gateways tell us."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import StaffOf
from key2key.common.api.idempotency import idempotent, idempotent_in_steps, key_of, key_required
from key2key.common.api.serializers import StrictSerializer
from key2key.common.api.views import ApiViewSet
from key2key.common.plugins import Who
from payments import gateways, selectors, serializers, services
from payments.permissions import acts_as_finance
from payments.targets import Target


class Payments(ApiViewSet):
    """Payments that one made or receives."""

    serializer_class = serializers.PaymentSerializer

    def get_permissions(self) -> list[Any]:
        """Refunds are finance's; whose a payment is, the selectors judge."""
        return [StaffOf(Who.FINANCE)()] if self.action == "refund" else [*super().get_permissions()]

    @extend_schema(operation_id="listPayments")
    def list(self, request: Request) -> Response:
        """What one paid, is paid, and what one's organisation is paid; the newest first."""
        return self.page(selectors.payments_seen_by(request.user, as_finance=acts_as_finance(request)))

    @extend_schema(
        operation_id="createPayment",
        request=serializers.NewPaymentSerializer,
        responses={201: serializers.PaymentSerializer},
    )
    @idempotent_in_steps
    def create(self, request: Request) -> Response:
        """Begin to pay: the answer names the page on which the payer pays.

        503 `gateway_unavailable` means that nothing is lost: ask again with the same key.
        """
        body = serializers.NewPaymentSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        values = {**body.validated_data, "target": Target(**body.validated_data["target"])}
        payment = services.pay(by=request.user, asked=services.Asked(**values, key=key_of(request)))
        return Response(self.represent(payment), status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="getPayment")
    def retrieve(self, request: Request, id: UUID) -> Response:
        """One payment, with what happened to it."""
        finance = acts_as_finance(request)
        return Response(
            self.represent(selectors.seen_payment(request.user, payment_id=id, as_finance=finance))
        )

    @extend_schema(operation_id="cancelPayment", request=StrictSerializer)
    @idempotent
    def cancel(self, request: Request, id: UUID) -> Response:
        """Do not pay after all. Money that comes nevertheless goes back by itself."""
        payment = services.cancel_payment(payment_id=id, by=request.user)
        return Response(self.represent(payment))

    @extend_schema(
        operation_id="refundPayment",
        request=serializers.NewRefundSerializer,
        responses={201: serializers.RefundSerializer},
    )
    @key_required
    @idempotent
    def refund(self, request: Request, id: UUID) -> Response:
        """Ask that what was paid for a service goes back, in part or whole.

        It goes back when somebody of treasury has approved it and finance has sent it. A deposit moves only
        with its deal.
        """
        body = serializers.NewRefundSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        refund = services.request_refund(
            payment_id=id,
            by=request.user,
            amount=body.validated_data.get("amount"),
            reason=body.validated_data["reason"],
        )
        return Response(serializers.RefundSerializer(refund).data, status=status.HTTP_201_CREATED)

    def represent(self, row: Any) -> Any:
        """A payment as its GET answers it to this caller."""
        return self.get_serializer(row).data


class Gateways(ApiViewSet):
    """The ways to pay."""

    permission_classes = (AllowAny,)
    serializer_class = serializers.GatewaysSerializer

    @extend_schema(operation_id="listGateways")
    def retrieve(self, request: Request) -> Response:
        """All ways to pay, with their currencies and limits."""
        return Response(serializers.GatewaysSerializer({"results": gateways.enabled()}).data)


class Webhooks(ApiViewSet):
    """Where gateways tell us that something happened."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    serializer_class = StrictSerializer
    rate_policy = "webhook"

    @extend_schema(
        operation_id="receiveWebhook",
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={200: None},
    )
    def create(self, request: Request, gateway: str) -> Response:
        """For payment companies only, signed as each of them signs. A hint: we look up what it is about."""
        services.receive_webhook(gateway=gateway, headers=request.headers, body=request._request.body)
        return Response(status=status.HTTP_200_OK)


class Ledger(ApiViewSet):
    """What is owed to oneself."""

    serializer_class = serializers.EntrySerializer

    @extend_schema(operation_id="listLedgerEntries")
    def list(self, request: Request) -> Response:
        """Movements of one's own accounts, the newest first, with what is owed now in `balances`."""
        balances = selectors.balances(selectors.own_accounts(request.user))
        self.own_accounts = frozenset(account.pk for account in balances)
        page = self.page(selectors.own_entries(request.user))
        shown = [
            {"owner": account.owner, "currency": account.currency, "balance": balance}
            for account, balance in balances.items()
        ]
        page.data["balances"] = serializers.BalanceSerializer(shown, many=True).data
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        """Adds which accounts are one's own."""
        return {
            **super().get_serializer_context(),
            "own_accounts": getattr(self, "own_accounts", frozenset()),
        }
