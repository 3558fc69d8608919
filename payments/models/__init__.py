"""Payments, holds and the ledger."""

from payments.models.calls import GatewayCall
from payments.models.entitlements import Boost, ListingFee, Plan, PlanPrice, Subscription
from payments.models.inbox import PaymentCheck, WebhookDelivery
from payments.models.instructions import HoldInstruction
from payments.models.ledger import Account, Transfer
from payments.models.payments import Hold, Payment, PaymentEvent
from payments.models.payouts import Payout, PayoutAccount, PayoutApproval, PayoutBatch, PayoutSending
from payments.models.proofs import BankRefund, PaymentProof, RefundByHand
from payments.models.receipts import Receipt, ReceiptCounter
from payments.models.refunds import Refund, RefundSending
from payments.models.sandbox import SandboxCharge, SandboxCheckout, SandboxRefund, SandboxWebhook
from payments.models.statements import DailyProof, LineBooking, Statement, StatementLine
from payments.models.suspense import SuspenseItem, SuspenseReturn

__all__ = [
    "Account",
    "BankRefund",
    "Boost",
    "DailyProof",
    "GatewayCall",
    "Hold",
    "HoldInstruction",
    "LineBooking",
    "ListingFee",
    "Payment",
    "PaymentCheck",
    "PaymentEvent",
    "PaymentProof",
    "Payout",
    "PayoutAccount",
    "PayoutApproval",
    "PayoutBatch",
    "PayoutSending",
    "Plan",
    "PlanPrice",
    "Receipt",
    "ReceiptCounter",
    "Refund",
    "RefundByHand",
    "RefundSending",
    "SandboxCharge",
    "SandboxCheckout",
    "SandboxRefund",
    "SandboxWebhook",
    "Statement",
    "StatementLine",
    "Subscription",
    "SuspenseItem",
    "SuspenseReturn",
    "Transfer",
    "WebhookDelivery",
]
