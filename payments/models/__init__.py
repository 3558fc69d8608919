"""Payments, holds and the ledger."""

from payments.models.inbox import PaymentCheck, WebhookDelivery
from payments.models.ledger import Account, Transfer
from payments.models.payments import Hold, Payment, PaymentEvent
from payments.models.refunds import Refund, RefundSending
from payments.models.sandbox import SandboxCharge, SandboxCheckout, SandboxRefund, SandboxWebhook

__all__ = [
    "Account",
    "Hold",
    "Payment",
    "PaymentCheck",
    "PaymentEvent",
    "Refund",
    "RefundSending",
    "SandboxCharge",
    "SandboxCheckout",
    "SandboxRefund",
    "SandboxWebhook",
    "Transfer",
    "WebhookDelivery",
]
