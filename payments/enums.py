"""Words of payments: one list each, in one place."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    """What is paid for."""

    DEPOSIT = "deposit", _("deposit")
    BOOST = "boost", _("boost")
    SUBSCRIPTION = "subscription", _("subscription")
    LISTING_FEE = "listing_fee", _("listing fee")


class PaymentStatus(models.TextChoices):
    """Where a payment stands."""

    PENDING = "pending", _("pending")
    AUTHORIZED = "authorized", _("authorized")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")
    PARTIALLY_REFUNDED = "partially_refunded", _("partially refunded")
    REFUNDED = "refunded", _("refunded")
    DISPUTED = "disputed", _("disputed")


class Placement(models.TextChoices):
    """Where the money of a payment was booked when it came."""

    NOWHERE = "", _("not received")
    HOLD = "hold", _("deposit under a hold")
    REVENUE = "revenue", _("revenue")
    PAYER = "payer", _("owed to the payer")


class EntitlementState(models.TextChoices):
    """Where stands what a payment buys: a boost, a plan, a place on the market."""

    WAITING = "waiting", _("not paid")
    ACTIVE = "active", _("active")
    ENDED = "ended", _("ended")
    CANCELLED = "cancelled", _("cancelled")  # its money went back, or the payer's bank has it


class HoldState(models.TextChoices):
    """Where a deposit stands."""

    PENDING = "pending", _("pending")
    HELD = "held", _("held")
    RELEASED = "released", _("released")
    REFUNDED = "refunded", _("refunded")
    DISPUTED = "disputed", _("disputed")
    LAPSED = "lapsed", _("lapsed")


class HoldPolicy(models.TextChoices):
    """Who keeps the deposit; never say "held" without saying by whom."""

    PARTNER_BANK = "partner_bank", _("a bank account in trust")
    GATEWAY_SPLIT = "gateway_split", _("the gateway")
    PLATFORM_LEDGER = "platform_ledger", _("our account")
    MANUAL = "manual", _("the seller's broker")


class RefundStatus(models.TextChoices):
    """Where a refund stands."""

    REQUESTED = "requested", _("requested")
    DECLINED = "declined", _("declined")
    APPROVED = "approved", _("approved")
    SENT = "sent", _("sent")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")


class RefundSource(models.TextChoices):
    """Which account the money of a refund leaves."""

    HOLD = "hold", _("deposit under a hold")
    REVENUE = "revenue", _("revenue")
    PAYER = "payer", _("owed to the payer")
    SUSPENSE = "suspense", _("suspense")


class PayoutAccountState(models.TextChoices):
    """Whether money may go to a bank account."""

    PENDING = "pending", _("waits for a check")
    ACTIVE = "active", _("active")
    RESTRICTED = "restricted", _("restricted")
    REJECTED = "rejected", _("rejected")


class PayoutStatus(models.TextChoices):
    """Where a payout stands."""

    REQUESTED = "requested", _("requested")
    APPROVED = "approved", _("approved")
    PROCESSING = "processing", _("on its way")
    PAID = "paid", _("paid")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")
    ON_HOLD = "on_hold", _("on hold")


class PayoutChannelName(models.TextChoices):
    """The ways of paying out that people carry out; gateways that send by themselves have their own."""

    BANK_CSV = "bank_csv", _("file for the bank")
    MANUAL = "manual", _("by hand")


class InstructionKind(models.TextChoices):
    """What the keeper of a deposit is to do with it."""

    RELEASE = "release", _("release to the seller's side")
    REFUND = "refund", _("refund to the buyer")


class InstructionState(models.TextChoices):
    """Where an instruction to the keeper of a deposit stands."""

    WAITING = "waiting", _("waits for approval")
    APPROVED = "approved", _("approved")
    CARRIED_OUT = "carried_out", _("carried out")
    DROPPED = "dropped", _("dropped: the payer's bank took the money")


class OwnReason(models.TextChoices):
    """Why money goes back by itself. Where people decide it, they say why in their own words."""

    PAID_TOO_LATE = "paid_too_late", _("it came when it could no longer count")
    PAID_TWICE = "paid_twice", _("it was paid twice")
    ASSET_TAKEN = "asset_taken", _("another deposit was complete first")
    CHARGEBACK_LOST = "chargeback_lost", _("another payment of this deposit was charged back")


class ReceiptKind(models.TextChoices):
    """What is written about money that came, or went back: each has numbers of its own."""

    RECEIPT = "receipt", _("receipt")
    CREDIT_NOTE = "credit_note", _("credit note")


class ProofState(models.TextChoices):
    """Where a bank slip stands."""

    WAITING = "waiting", _("waiting")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")


class AccountKind(models.TextChoices):
    """The accounts of the ledger. The first six grow by debits, the others by credits."""

    GATEWAY_CLEARING = "gateway_clearing", _("at the gateway")
    BANK = "bank", _("bank")
    GATEWAY_FEES = "gateway_fees", _("fees of gateways")
    CHARGEBACKS = "chargebacks", _("open chargebacks")
    LOSS = "loss", _("loss")
    REFUNDS_IN_TRANSIT = "refunds_in_transit", _("refunds on their way")
    PAYOUTS_IN_TRANSIT = "payouts_in_transit", _("payouts on their way")
    HELD = "held", _("held deposits")
    PAYABLE = "payable", _("owed to people")
    PLATFORM_REVENUE = "platform_revenue", _("revenue")
    SUSPENSE = "suspense", _("suspense")


class Cause(models.TextChoices):
    """Why money moved: the rows of the table of postings."""

    DEPOSIT_PAID = "deposit_paid", _("deposit paid")
    REVENUE_PAID = "revenue_paid", _("service paid")
    LATE_PAID = "late_paid", _("paid too late")
    UNKNOWN_PAID = "unknown_paid", _("money that matches nothing")
    GATEWAY_FEE = "gateway_fee", _("fee of the gateway")
    RELEASED = "released", _("deposit released")
    COMMISSION = "commission", _("commission")
    PLATFORM_FEE = "platform_fee", _("platform fee")
    DEPOSIT_REFUND = "deposit_refund", _("refund of a deposit")
    REVENUE_REFUND = "revenue_refund", _("refund of a service")
    LATE_REFUND = "late_refund", _("refund of a late payment")
    SUSPENSE_REFUND = "suspense_refund", _("suspense sent back")
    REFUND_CONFIRMED = "refund_confirmed", _("refund confirmed")
    DEPOSIT_REFUND_FAILED = "deposit_refund_failed", _("refund of a deposit failed")
    REVENUE_REFUND_FAILED = "revenue_refund_failed", _("refund of a service failed")
    LATE_REFUND_FAILED = "late_refund_failed", _("refund of a late payment failed")
    SUSPENSE_REFUND_FAILED = "suspense_refund_failed", _("suspense came back")
    CHARGEBACK_OPENED = "chargeback_opened", _("chargeback opened")
    CHARGEBACK_WON = "chargeback_won", _("chargeback won")
    DEPOSIT_CHARGED_BACK = "deposit_charged_back", _("deposit charged back")
    LATE_CHARGED_BACK = "late_charged_back", _("late payment charged back")
    CHARGEBACK_LOSS = "chargeback_loss", _("chargeback lost")
    BANK_SETTLED = "bank_settled", _("settled to the bank")
    BANK_DRAWN = "bank_drawn", _("taken from the bank")
    SUSPENSE_TO_HOLD = "suspense_to_hold", _("suspense matched to a deposit")
    SUSPENSE_TO_PAYER = "suspense_to_payer", _("suspense owed to a payer")
    SUSPENSE_TO_REVENUE = "suspense_to_revenue", _("suspense matched to a service")
    PAYOUT_SENT = "payout_sent", _("payout sent")
    PAYOUT_CONFIRMED = "payout_confirmed", _("payout confirmed by the bank")
    PAYOUT_PASSED_ON = "payout_passed_on", _("payout confirmed by the gateway")
    PAYOUT_FAILED = "payout_failed", _("payout came back")
    PAYOUT_RETURNED = "payout_returned", _("payout returned by the bank")
    PAYOUT_SENT_BACK = "payout_sent_back", _("payout returned by the gateway")


class EventKind(models.TextChoices):
    """What happened to a payment, for its timeline."""

    CREATED = "created", _("created")
    CHECKOUT_OPENED = "checkout_opened", _("checkout opened")
    SUCCEEDED = "succeeded", _("succeeded")
    SUCCEEDED_LATE = "succeeded_late", _("succeeded too late")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")
    PAID_TWICE = "paid_twice", _("paid twice")
    MISMATCH = "mismatch", _("does not match")
    REFUND_REQUESTED = "refund_requested", _("refund requested")
    REFUND_SENT = "refund_sent", _("refund sent")
    REFUND_SUCCEEDED = "refund_succeeded", _("refund succeeded")
    REFUND_FAILED = "refund_failed", _("refund failed")
    CHARGEBACK_OPENED = "chargeback_opened", _("chargeback opened")
    CHARGEBACK_WON = "chargeback_won", _("chargeback won")
    CHARGEBACK_LOST = "chargeback_lost", _("chargeback lost")
    PROOF_SENT = "proof_sent", _("bank slip sent")
    PROOF_APPROVED = "proof_approved", _("bank slip approved")
    PROOF_REJECTED = "proof_rejected", _("bank slip rejected")
    REFUND_APPROVED = "refund_approved", _("refund approved")
    REFUND_DECLINED = "refund_declined", _("refund declined")
    MATCHED = "matched", _("matched by finance")
    REVIEWED = "reviewed", _("looked at by finance")


class Deed(models.TextChoices):
    """What a gateway is asked to do."""

    OPEN_CHECKOUT = "open_checkout", _("open a checkout")
    LOOK_UP = "look_up", _("look up")
    REFUND = "refund", _("refund")
    CANCEL = "cancel", _("cancel")


class CallOutcome(models.TextChoices):
    """What came of asking a gateway."""

    OK = "ok", _("answered")
    REFUSED = "refused", _("refused")
    NOT_FOUND = "not_found", _("not known there")
    UNAVAILABLE = "unavailable", _("no answer")
    CIRCUIT_OPEN = "circuit_open", _("not asked: silent before")


class LineKind(models.TextChoices):
    """What a line of a statement says."""

    PAYMENT = "payment", _("payment")
    REFUND = "refund", _("refund")
    PAYOUT = "payout", _("payout")
    FEE = "fee", _("fee")
    SETTLEMENT = "settlement", _("settlement")
    CHARGEBACK = "chargeback", _("chargeback")
    OTHER = "other", _("other")


class LineState(models.TextChoices):
    """Where a line of a statement stands."""

    UNMATCHED = "unmatched", _("waits")
    MATCHED = "matched", _("matched")
    IGNORED = "ignored", _("set aside")


class SuspenseState(models.TextChoices):
    """What became of money that matched nothing."""

    WAITING = "waiting", _("waits")
    MATCHED = "matched", _("matched")
    SENT_BACK = "sent_back", _("sent back")


class DayState(models.TextChoices):
    """Whether a day of ours is a day of the gateway's."""

    PROVEN = "proven", _("proven")
    SAMPLED = "sampled", _("no statement; samples agree")
    OPEN = "open", _("open")
