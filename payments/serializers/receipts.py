"""Receipts and credit notes as they look from outside."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from key2key.common.api.fields import StrictCharField
from key2key.common.api.serializers import StrictModelSerializer, StrictSerializer
from payments import papers
from payments.enums import Purpose
from payments.models import Receipt


class ReceiptSellerSerializer(serializers.Serializer):
    """Who the receipt is from, in the caller's language where there is such a form."""

    name = serializers.CharField()
    address = serializers.CharField()
    tin = serializers.CharField()


class ReceiptTaxSerializer(serializers.Serializer):
    """What of the amount is tax."""

    percent = serializers.DecimalField(max_digits=5, decimal_places=2)
    net = serializers.DecimalField(max_digits=14, decimal_places=2)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)


class PaperSerializer(StrictModelSerializer):
    """A receipt or a credit note. `tax` is null on a deposit, which is no price of anything."""

    seller = serializers.SerializerMethodField()
    payer = serializers.CharField(source="content.payer")
    purpose = serializers.ChoiceField(choices=Purpose.choices, source="content.purpose")
    description = serializers.CharField(source="content.description")
    gateway = serializers.CharField(source="content.gateway")
    reference = serializers.CharField(source="content.reference")
    tax = ReceiptTaxSerializer(source="content.tax", allow_null=True)

    class Meta:
        model = Receipt
        fields: ClassVar[list[str]] = [
            "number", "kind", "issued_at", "seller", "payer", "purpose", "description", "amount", "currency",
            "tax", "gateway", "reference",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ReceiptSellerSerializer)
    def get_seller(self, receipt: Receipt) -> dict[str, str]:
        """Who it is from."""
        return papers.seller_of(receipt.content["seller"])


class CreditNoteSerializer(PaperSerializer):
    """What corrects a receipt, and why."""

    reason = serializers.SerializerMethodField()

    class Meta(PaperSerializer.Meta):
        fields: ClassVar[list[str]] = [*PaperSerializer.Meta.fields, "reason"]
        read_only_fields = fields

    def get_reason(self, note: Receipt) -> str:
        """Why money went back."""
        return papers.reason_of(note.content["reason"])


class ReceiptSerializer(PaperSerializer):
    """The receipt of a payment, with what has been given back since."""

    credit_notes = serializers.SerializerMethodField()

    class Meta(PaperSerializer.Meta):
        fields: ClassVar[list[str]] = [*PaperSerializer.Meta.fields, "credit_notes"]
        read_only_fields = fields

    @extend_schema_field(CreditNoteSerializer(many=True))
    def get_credit_notes(self, receipt: Receipt) -> Any:
        """What corrects it, the first first."""
        return CreditNoteSerializer(self.context["credit_notes"], many=True).data


class ReceiptFileSerializer(StrictSerializer):
    """Which paper, in which language."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    number = StrictCharField(max_length=40, required=False)
