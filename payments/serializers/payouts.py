"""Payouts and the bank accounts they go to, as they look from outside."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from key2key.common.api.fields import AmountField, StrictCharField, StrictChoiceField, StrictUUIDField
from key2key.common.api.serializers import StrictModelSerializer, StrictSerializer
from key2key.common.currency import Currency
from payments.enums import PayoutStatus
from payments.models import Payout, PayoutAccount
from payments.permissions import acts_as_finance

SMALLEST = Decimal("0.01")
_NUMBER = RegexValidator(r"^[0-9A-Za-z][0-9A-Za-z-]{3,33}$", _("Digits, letters and dashes only."))
_CODE = RegexValidator(r"^[0-9A-Za-z-]+$", _("Digits, letters and dashes only."))


class NewPayoutAccountSerializer(StrictSerializer):
    """A bank account. `payee` is oneself when absent, or an organisation whose money one may move."""

    payee = StrictUUIDField(required=False)
    bank_code = StrictCharField(max_length=20, validators=[_CODE])
    bank_name = StrictCharField(max_length=100)
    account_name = StrictCharField(max_length=150)
    account_number = StrictCharField(max_length=34, validators=[_NUMBER])
    currency = StrictChoiceField(choices=Currency.choices, required=False)


class PayoutAccountSerializer(StrictModelSerializer):
    """A bank account, its number masked."""

    payee = serializers.UUIDField(source="payee_id")
    account_number = serializers.CharField(source="masked_number")

    class Meta:
        model = PayoutAccount
        fields: ClassVar[list[str]] = [
            "id", "payee", "bank_code", "bank_name", "account_name", "account_number", "currency", "state",
            "state_reason", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewPayoutSerializer(StrictSerializer):
    """How much of what is owed is to go to which bank account."""

    account = StrictUUIDField()
    amount = AmountField(min_value=SMALLEST)


class PayoutSerializer(StrictModelSerializer):
    """A payout. `approvals` are how many have agreed so far."""

    payee = serializers.UUIDField(source="payee_id")
    account = PayoutAccountSerializer(read_only=True)
    approvals = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()

    class Meta:
        model = Payout
        fields: ClassVar[list[str]] = [
            "id", "reference", "payee", "account", "amount", "currency", "status", "approvals",
            "approvals_needed", "channel", "bank_reference", "failure_code", "reason", "created_at",
            "sent_at", "ended_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_approvals(self, payout: Payout) -> int:
        """How many have agreed."""
        return len(payout.approvals.all())

    def get_reason(self, payout: Payout) -> str:
        """Why it ended; why staff stopped it is shown to finance."""
        if payout.status != PayoutStatus.ON_HOLD:
            return payout.reason
        if "as_finance" not in self.context:  # asked once for all rows of a page
            self.context["as_finance"] = acts_as_finance(self.context["request"])
        return payout.reason if self.context["as_finance"] else ""


class MoneyReasonSerializer(StrictSerializer):
    """Why."""

    reason = StrictCharField(max_length=500)


class SendPayoutSerializer(StrictSerializer):
    """Over which channel: `manual`, or one that sends by itself."""

    channel = StrictCharField(max_length=20)


class PaidSerializer(StrictSerializer):
    """What proves that it was paid."""

    bank_reference = StrictCharField(max_length=100)
