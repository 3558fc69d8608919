"""Payments, refunds, bank slips and the ledger as they look from outside."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from key2key.common.api.fields import (
    AmountField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictUUIDField,
)
from key2key.common.api.serializers import StrictModelSerializer, StrictSerializer
from key2key.common.currency import Currency
from payments import gateways
from payments.enums import OwnReason, Purpose
from payments.gateways.contract import Gateway
from payments.limits import limits_of
from payments.models import Payment, PaymentEvent, PaymentProof, Refund, Transfer
from payments.permissions import acts_as_finance

SMALLEST = Decimal("0.01")


class TargetSerializer(StrictSerializer):
    """What is paid for."""

    type = StrictCharField(max_length=20)
    id = StrictUUIDField()


class NewPaymentSerializer(StrictSerializer):
    """What a payer asks for. Without an amount it is all that is still open.

    `days` are those of a boost. `organisation` says for whom a plan is; without it, for the payer.
    """

    purpose = StrictChoiceField(choices=Purpose.choices)
    target = TargetSerializer()
    gateway = StrictCharField(max_length=20)
    amount = AmountField(min_value=SMALLEST, required=False)
    currency = StrictChoiceField(choices=Currency.choices, required=False)
    days = StrictIntegerField(min_value=1, max_value=365, required=False)
    organisation = StrictUUIDField(required=False)
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
            "id", "reference", "amount", "currency", "status", "reason", "decline_reason", "created_at",
            "decided_at", "sent_at", "ended_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_reason(self, refund: Refund) -> str:
        """Why it goes back."""
        return str(dict(OwnReason.choices).get(refund.reason, refund.reason))


class GivenBackSerializer(RefundSerializer):
    """The same for those whose money it is: what staff wrote to each other about it is not shown."""

    def get_reason(self, refund: Refund) -> str:
        """Why it goes back, unless staff asked for it in words of their own."""
        is_told = refund.requested_by_id is None or refund.reason in OwnReason.values
        return super().get_reason(refund) if is_told else ""


class NewProofSerializer(StrictSerializer):
    """A bank slip: what it shows, the document, and the account that a refund may go back to."""

    file = serializers.FileField(allow_empty_file=True, help_text="At most 10 MB; JPEG, PNG, WebP or PDF.")
    amount = AmountField(min_value=SMALLEST)
    paid_on = serializers.DateField(help_text="yyyy-mm-dd")
    bank_reference = StrictCharField(max_length=60, validators=[RegexValidator(r"[0-9A-Za-z]")])
    sender_name = StrictCharField(max_length=120, required=False)
    sender_bank = StrictCharField(max_length=80, required=False)
    sender_account = StrictCharField(max_length=40, required=False)


class ProofSerializer(StrictModelSerializer):
    """A bank slip as its payer sees it."""

    class Meta:
        model = PaymentProof
        fields: ClassVar[list[str]] = [
            "id", "state", "amount", "paid_on", "bank_reference", "reason", "created_at", "decided_at"
        ]  # fmt: skip
        read_only_fields = fields


class HomeAccountSerializer(serializers.Serializer):
    """An account of ours to pay to."""

    bank = serializers.CharField()
    name = serializers.CharField()
    number = serializers.CharField()


class PaymentSerializer(StrictModelSerializer):
    """A payment, with what happened to it. Only its payer is shown the page on which it is made.

    `pay_to` are our accounts, while the payer can bring the money there; `reference` goes on the slip. Slips
    are shown to the payer and to finance.
    """

    target = serializers.SerializerMethodField()
    checkout_url = serializers.SerializerMethodField()
    pay_to = serializers.SerializerMethodField()
    proofs = serializers.SerializerMethodField()
    events = PaymentEventSerializer(many=True, read_only=True)
    refunds = serializers.SerializerMethodField()

    class Meta:
        model = Payment
        fields: ClassVar[list[str]] = [
            "id", "reference", "purpose", "target", "description", "status", "amount", "currency",
            "refunded_amount", "gateway", "mode", "checkout_url", "pay_to", "expires_at", "failure_code",
            "created_at", "paid_at", "events", "refunds", "proofs",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(TargetSerializer)
    def get_target(self, payment: Payment) -> dict[str, Any]:
        """What is paid for."""
        return {"type": payment.target_type, "id": str(payment.target_id)}

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_checkout_url(self, payment: Payment) -> str | None:
        """Where the payer pays; null once that is over, and for everybody else."""
        return (payment.checkout_url or None) if self._is_payers(payment) and payment.is_open else None

    @extend_schema_field(HomeAccountSerializer(many=True))
    def get_pay_to(self, payment: Payment) -> list[Any]:
        """Our accounts, for the payer of a payment by hand that is open."""
        is_asked = self._is_payers(payment) and payment.is_open
        accounts = gateways.home_accounts_of(payment.gateway) if is_asked else ()
        return list(HomeAccountSerializer(accounts, many=True).data)

    @extend_schema_field(ProofSerializer(many=True))
    def get_proofs(self, payment: Payment) -> list[Any]:
        """The slips, for whoever sent them and for finance."""
        shown = self._is_payers(payment) or self._is_finances()
        return list(ProofSerializer(payment.proofs.all(), many=True).data) if shown else []

    @extend_schema_field(RefundSerializer(many=True))
    def get_refunds(self, payment: Payment) -> list[Any]:
        """All of them for finance; for others those that were sent."""
        refunds = payment.refunds.all()
        if self._is_finances():
            return list(RefundSerializer(refunds, many=True).data)
        return list(GivenBackSerializer([refund for refund in refunds if refund.tries], many=True).data)

    def _is_finances(self) -> bool:
        if "as_finance" not in self.context:  # asked once for all rows of a page
            self.context["as_finance"] = acts_as_finance(self.context["request"])
        return bool(self.context["as_finance"])

    def _is_payers(self, payment: Payment) -> bool:
        return bool(self.context["request"].user.pk == payment.payer_id)


class GatewaySerializer(serializers.Serializer):
    """A way to pay, and how much at once."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF's own attribute of that name
    currencies = serializers.ListField(child=serializers.CharField())
    by_hand = serializers.BooleanField(help_text="Paid at a bank, and proved by a slip.")
    min_amount = serializers.SerializerMethodField()
    max_amount = serializers.SerializerMethodField()

    @extend_schema_field(AmountField())
    def get_min_amount(self, gateway: Gateway) -> str:
        """The least, in the base currency, that one payment may be."""
        return f"{limits_of(gateway).least:.2f}"

    @extend_schema_field(AmountField())
    def get_max_amount(self, gateway: Gateway) -> str:
        """The most, in the base currency, that one payment may be."""
        return f"{limits_of(gateway).most:.2f}"


class SuggestionQuerySerializer(StrictSerializer):
    """Of what to say how it could be paid."""

    purpose = StrictChoiceField(choices=Purpose.choices, required=False, default=Purpose.DEPOSIT)
    target_type = StrictCharField(max_length=20)
    target_id = StrictUUIDField()


class LegSerializer(serializers.Serializer):
    """One payment of several."""

    gateway = serializers.CharField()
    amount = AmountField()


class SuggestionSerializer(serializers.Serializer):
    """How what is left could be paid. `at_once`: the ways that take all of it in one payment."""

    left = AmountField()
    currency = serializers.ChoiceField(choices=Currency.choices)
    at_once = serializers.ListField(child=serializers.CharField())
    suggested_legs = LegSerializer(many=True)


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
