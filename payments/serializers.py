"""What payments look like from outside."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from key2key.common.api.fields import AmountField, StrictCharField, StrictChoiceField, StrictUUIDField
from key2key.common.api.serializers import StrictModelSerializer, StrictSerializer
from key2key.common.currency import Currency
from payments.enums import OwnReason, Purpose
from payments.models import Payment, PaymentEvent, Refund, Transfer

SMALLEST = Decimal("0.01")


class TargetSerializer(StrictSerializer):
    """What is paid for."""

    type = StrictCharField(max_length=20)
    id = StrictUUIDField()


class NewPaymentSerializer(StrictSerializer):
    """What a payer asks for. Without an amount it is all that is still open."""

    purpose = StrictChoiceField(choices=Purpose.choices)
    target = TargetSerializer()
    gateway = StrictCharField(max_length=20)
    amount = AmountField(min_value=SMALLEST, required=False)
    currency = StrictChoiceField(choices=Currency.choices, required=False)
    return_url = StrictCharField(max_length=2000, validators=[URLValidator(schemes=["https", "http"])])

    def validate_return_url(self, value: str) -> str:
        """Encrypted, or our own."""
        if value.startswith(("https://", f"{settings.BASE_URL}/")):
            return value
        raise serializers.ValidationError(_("An address that begins with https://."), code="invalid")


class NewRefundSerializer(StrictSerializer):
    """What goes back, and why. Without an amount it is all that is left."""

    amount = AmountField(min_value=SMALLEST, required=False)
    reason = StrictCharField(max_length=500)


class PaymentEventSerializer(StrictModelSerializer):
    """One thing that happened to a payment."""

    class Meta:
        model = PaymentEvent
        fields: ClassVar[list[str]] = ["kind", "status", "amount", "created_at"]
        read_only_fields = fields


class RefundSerializer(StrictModelSerializer):
    """Money on its way back, and why: in the caller's language, or as somebody wrote it."""

    reason = serializers.SerializerMethodField()

    class Meta:
        model = Refund
        fields: ClassVar[list[str]] = [
            "id", "reference", "amount", "currency", "status", "reason", "created_at", "sent_at", "ended_at"
        ]  # fmt: skip
        read_only_fields = fields

    def get_reason(self, refund: Refund) -> str:
        """Why it goes back."""
        return str(dict(OwnReason.choices).get(refund.reason, refund.reason))


class PaymentSerializer(StrictModelSerializer):
    """A payment, with what happened to it. Only its payer is shown the page on which it is made."""

    target = serializers.SerializerMethodField()
    checkout_url = serializers.SerializerMethodField()
    events = PaymentEventSerializer(many=True, read_only=True)
    refunds = RefundSerializer(many=True, read_only=True)

    class Meta:
        model = Payment
        fields: ClassVar[list[str]] = [
            "id", "reference", "purpose", "target", "description", "status", "amount", "currency",
            "refunded_amount", "gateway", "mode", "checkout_url", "expires_at", "failure_code",
            "created_at", "paid_at", "events", "refunds",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(TargetSerializer)
    def get_target(self, payment: Payment) -> dict[str, Any]:
        """What is paid for."""
        return {"type": payment.target_type, "id": str(payment.target_id)}

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_checkout_url(self, payment: Payment) -> str | None:
        """Where the payer pays; null once that is over, and for everybody else."""
        is_payers = self.context["request"].user.pk == payment.payer_id
        return (payment.checkout_url or None) if is_payers and payment.is_open else None


class GatewaySerializer(serializers.Serializer):
    """A way to pay, and how much at once."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF's own attribute of that name
    currencies = serializers.ListField(child=serializers.CharField())
    min_amount = AmountField()
    max_amount = AmountField()


class GatewaysSerializer(serializers.Serializer):
    """The ways to pay."""

    results = GatewaySerializer(many=True)


class BalanceSerializer(serializers.Serializer):
    """What is owed to oneself or to an organisation, in one currency."""

    owner = serializers.UUIDField()
    currency = serializers.ChoiceField(choices=Currency.choices)
    balance = serializers.DecimalField(max_digits=16, decimal_places=2)


class EntrySerializer(StrictModelSerializer):
    """One movement of one's own accounts: `in`, `out`, or `within` when both are one's own."""

    direction = serializers.SerializerMethodField()

    class Meta:
        model = Transfer
        fields: ClassVar[list[str]] = [
            "id", "journal", "cause", "direction", "amount", "currency", "created_at"
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "string", "enum": ["in", "out", "within"]})
    def get_direction(self, entry: Transfer) -> str:
        """Seen from one's own accounts."""
        mine: frozenset[Any] = self.context["own_accounts"]
        comes, goes = entry.credit_id in mine, entry.debit_id in mine
        return "within" if comes and goes else "in" if comes else "out"
