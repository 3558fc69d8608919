"""Doors to payouts: bank accounts, what is asked for, and what staff do about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import StaffOf
from key2key.common.api.idempotency import idempotent, key_required
from key2key.common.api.serializers import NoBodySerializer
from key2key.common.api.views import ApiViewSet
from key2key.common.plugins import Who
from payments import payables, serializers, services
from payments.permissions import acts_as_finance

FINANCES = frozenset({"activate", "reject", "send", "paid", "failed"})
TREASURYS = frozenset({"approve", "decline"})


class StaffDeeds(ApiViewSet):
    """Deeds of finance and of treasury beside those of the people whose money it is."""

    def get_permissions(self) -> list[Any]:
        """Whose a row is, the selectors judge."""
        if self.action in FINANCES:
            return [StaffOf(Who.FINANCE)()]
        if self.action in TREASURYS:
            return [StaffOf(Who.TREASURY)()]
        return [*super().get_permissions()]

    def read(self, shape: type[Any]) -> dict[str, Any]:
        """The body of the request in that shape."""
        body = shape(data=self.request.data)
        body.is_valid(raise_exception=True)
        told: dict[str, Any] = body.validated_data
        return told


class PayoutAccounts(StaffDeeds):
    """Bank accounts to which money may be paid."""

    serializer_class = serializers.PayoutAccountSerializer

    @extend_schema(operation_id="listPayoutAccounts")
    def list(self, request: Request) -> Response:
        """One's own, and those of organisations whose money one may see; the newest first."""
        return self.page(payables.accounts_seen_by(request.user, as_staff=acts_as_finance(request)))

    @extend_schema(
        operation_id="createPayoutAccount",
        request=serializers.NewPayoutAccountSerializer,
        responses={201: serializers.PayoutAccountSerializer},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Name a bank account; staff check whose it is before money goes there."""
        body = self.read(serializers.NewPayoutAccountSerializer)
        payee = body.pop("payee", request.user.pk)
        currency = body.pop("currency", settings.BASE_CURRENCY)
        new = services.NewAccount(payee_id=payee, currency=currency, **body)
        account = services.add_payout_account(by=request.user, new=new)
        return Response(self.get_serializer(account).data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="activatePayoutAccount", request=NoBodySerializer)
    @idempotent
    def activate(self, request: Request, id: UUID) -> Response:
        """Say that money may go there."""
        account = services.activate_payout_account(account_id=id, by=request.user)
        return Response(self.get_serializer(account).data)

    @extend_schema(operation_id="rejectPayoutAccount", request=serializers.MoneyReasonSerializer)
    @idempotent
    def reject(self, request: Request, id: UUID) -> Response:
        """Say that money never goes there, and why."""
        reason = self.read(serializers.MoneyReasonSerializer)["reason"]
        account = services.reject_payout_account(account_id=id, by=request.user, reason=reason)
        return Response(self.get_serializer(account).data)


class Payouts(StaffDeeds):
    """What we owe, on its way to bank accounts."""

    serializer_class = serializers.PayoutSerializer

    @extend_schema(operation_id="listPayouts")
    def list(self, request: Request) -> Response:
        """One's own, and those of organisations whose money one may see; the newest first."""
        return self.page(payables.payouts_seen_by(request.user, as_staff=acts_as_finance(request)))

    @extend_schema(
        operation_id="createPayout",
        request=serializers.NewPayoutSerializer,
        responses={201: serializers.PayoutSerializer},
    )
    @key_required
    @idempotent
    def create(self, request: Request) -> Response:
        """Ask for what is owed; at most what the ledger shows and was not asked for yet."""
        body = self.read(serializers.NewPayoutSerializer)
        payout = services.request_payout(by=request.user, account_id=body["account"], amount=body["amount"])
        return Response(self.get_serializer(payout).data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="getPayout")
    def retrieve(self, request: Request, id: UUID) -> Response:
        """One payout."""
        payout = payables.seen_payout(request.user, payout_id=id, as_staff=acts_as_finance(request))
        return Response(self.get_serializer(payout).data)

    @extend_schema(operation_id="cancelPayout", request=NoBodySerializer)
    @idempotent
    def cancel(self, request: Request, id: UUID) -> Response:
        """Do not want it after all, while it has not left."""
        return Response(self.get_serializer(services.cancel_payout(payout_id=id, by=request.user)).data)

    @extend_schema(operation_id="approvePayout", request=NoBodySerializer)
    @idempotent
    def approve(self, request: Request, id: UUID) -> Response:
        """Agree to it; above a limit two people have to."""
        return Response(self.get_serializer(services.approve_payout(payout_id=id, by=request.user)).data)

    @extend_schema(operation_id="declinePayout", request=serializers.MoneyReasonSerializer)
    @idempotent
    def decline(self, request: Request, id: UUID) -> Response:
        """Do not agree, and say why."""
        reason = self.read(serializers.MoneyReasonSerializer)["reason"]
        payout = services.decline_payout(payout_id=id, by=request.user, reason=reason)
        return Response(self.get_serializer(payout).data)

    @extend_schema(operation_id="sendPayout", request=serializers.SendPayoutSerializer)
    @key_required
    @idempotent
    def send(self, request: Request, id: UUID) -> Response:
        """Send one that is approved, over a channel. Files for the bank are made in the admin."""
        channel = self.read(serializers.SendPayoutSerializer)["channel"]
        payout = services.send_payout(payout_id=id, by=request.user, channel=channel)
        return Response(self.get_serializer(payout).data)

    @extend_schema(operation_id="confirmPayout", request=serializers.PaidSerializer)
    @idempotent
    def paid(self, request: Request, id: UUID) -> Response:
        """Say that it has arrived, by the bank's reference."""
        reference = self.read(serializers.PaidSerializer)["bank_reference"]
        payout = services.confirm_payout(payout_id=id, by=request.user, bank_reference=reference)
        return Response(self.get_serializer(payout).data)

    @extend_schema(operation_id="failPayout", request=serializers.MoneyReasonSerializer)
    @idempotent
    def failed(self, request: Request, id: UUID) -> Response:
        """Say that it did not arrive: its money is owed again."""
        reason = self.read(serializers.MoneyReasonSerializer)["reason"]
        payout = services.fail_payout(payout_id=id, by=request.user, reason=reason)
        return Response(self.get_serializer(payout).data)
