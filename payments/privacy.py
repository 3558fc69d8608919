"""What payments hold on a person, and how it is handed out. The law makes us keep all of it."""

from __future__ import annotations

from typing import Any

from key2key.common.plugins import PrivacyPart, privacy
from payments.models import Hold, Payment, PaymentProof, Payout, PayoutAccount, Receipt, Refund, Subscription

_PAYMENT = {
    "payer": "who paid; kept as long as the law on books says",
    "amount": "what was paid",
    "description": "what for",
    "reference": "what the payment is called",
    "gateway_reference": "what the payment company calls it",
    "return_url": "where the payer came from",
}
_HOLD = {"buyer": "whose deposit it is; kept as long as the law on books says", "amount": "how much it is"}
_REFUND = {"amount": "what went back", "reason": "why"}
_PROOF = {
    "storage_key": "the encrypted bank slip; readable only by finance; kept as long as the law on books says",
    "sender_name": "who paid at the bank",
    "sender_bank": "over which bank",
    "sealed_account": "from which account, encrypted; a refund goes back there",
    "bank_reference": "what the bank calls the transfer",
}
_SUBSCRIPTION = {"user": "whose plan it is; kept as long as the law on books says", "plan": "which plan"}
_PAYOUT_ACCOUNT = {
    "account_name": "whose bank account it is; kept as long as the law on books says",
    "sealed_number": "its number, encrypted; what we owe goes there",
    "bank_name": "which bank keeps it",
}
_PAYOUT = {"amount": "what was paid out", "bank_reference": "what the bank calls it"}
_PAYOUT_ACCOUNT_COLUMNS = (
    "id", "bank_name", "account_name", "number_ending", "currency", "state", "created_at"
)  # fmt: skip
_PAYOUT_COLUMNS = (
    "id", "reference", "account_id", "amount", "currency", "status", "bank_reference", "created_at",
    "ended_at",
)  # fmt: skip
_PAYMENT_COLUMNS = (
    "id", "reference", "purpose", "target_type", "target_id", "description", "status", "amount", "currency",
    "refunded_amount", "gateway", "gateway_reference", "return_url", "created_at", "paid_at",
)  # fmt: skip
_HOLD_COLUMNS = (
    "id",
    "state",
    "amount",
    "refunded_amount",
    "currency",
    "listing_id",
    "created_at",
    "ended_at",
)
_PROOF_COLUMNS = (
    "id", "payment_id", "state", "amount", "paid_on", "bank_reference", "sender_name", "sender_bank",
    "reason", "created_at",
)  # fmt: skip
_SUBSCRIPTION_COLUMNS = ("id", "plan__code", "state", "starts_at", "ends_at", "payment_id", "created_at")
_REFUND_COLUMNS = ("id", "reference", "payment_id", "amount", "currency", "status", "reason", "created_at")


_RECEIPT = {"content": "whose payment it is, by name; the law on books forbids to change a receipt"}
_RECEIPT_COLUMNS = ("id", "number", "kind", "payment_id", "amount", "currency", "content", "issued_at")


def register_parts() -> None:
    """Name the models with personal data."""
    privacy.register("payments.payment", PrivacyPart(Payment, _PAYMENT, _export, _keep))
    privacy.register("payments.hold", PrivacyPart(Hold, _HOLD, _export_holds, _keep))
    privacy.register("payments.paymentproof", PrivacyPart(PaymentProof, _PROOF, _export_proofs, _keep))
    privacy.register(
        "payments.subscription", PrivacyPart(Subscription, _SUBSCRIPTION, _export_subscriptions, _keep)
    )
    privacy.register("payments.receipt", PrivacyPart(Receipt, _RECEIPT, _export_receipts, _keep))
    privacy.register("payments.refund", PrivacyPart(Refund, _REFUND, _export_refunds, _keep))

    privacy.register(
        "payments.payoutaccount", PrivacyPart(PayoutAccount, _PAYOUT_ACCOUNT, _export_accounts, _keep)
    )
    privacy.register("payments.payout", PrivacyPart(Payout, _PAYOUT, _export_payouts, _keep))


def _export(user: Any) -> list[dict[str, Any]]:
    return list(Payment.objects.filter(payer=user).order_by("pk").values(*_PAYMENT_COLUMNS))


def _export_holds(user: Any) -> list[dict[str, Any]]:
    return list(Hold.objects.filter(buyer=user).order_by("pk").values(*_HOLD_COLUMNS))


def _export_refunds(user: Any) -> list[dict[str, Any]]:
    return list(Refund.objects.filter(payment__payer=user).order_by("pk").values(*_REFUND_COLUMNS))


def _export_proofs(user: Any) -> list[dict[str, Any]]:
    rows = PaymentProof.objects.filter(payment__payer=user).order_by("pk")
    return list(rows.values(*_PROOF_COLUMNS))


def _export_accounts(user: Any) -> list[dict[str, Any]]:
    rows = PayoutAccount.objects.filter(payee_id=user.pk).order_by("pk")
    return list(rows.values(*_PAYOUT_ACCOUNT_COLUMNS))


def _export_payouts(user: Any) -> list[dict[str, Any]]:
    return list(Payout.objects.filter(payee_id=user.pk).order_by("pk").values(*_PAYOUT_COLUMNS))


def _export_subscriptions(user: Any) -> list[dict[str, Any]]:
    return list(Subscription.objects.filter(user=user).order_by("pk").values(*_SUBSCRIPTION_COLUMNS))


def _export_receipts(user: Any) -> list[dict[str, Any]]:
    return list(Receipt.objects.filter(payment__payer=user).order_by("pk").values(*_RECEIPT_COLUMNS))


def _keep(_user: Any) -> None:
    """Books are kept; the person in them is anonymous once their account is."""
