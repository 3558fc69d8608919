"""What waits for people before money leaves: how much of it, and since when."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from key2key.common.plugins import HomeCounter, home_counters
from payments.enums import InstructionState, PayoutAccountState, PayoutStatus, RefundStatus
from payments.models import HoldInstruction, Payout, PayoutAccount, Refund

Waiting = QuerySet[Refund] | QuerySet[Payout] | QuerySet[PayoutAccount] | QuerySet[HoldInstruction]


def refunds_to_approve() -> QuerySet[Refund]:
    """Refunds that somebody asks for."""
    return Refund.objects.filter(status=RefundStatus.REQUESTED)


def refunds_to_send() -> QuerySet[Refund]:
    """Refunds that were approved and wait to be sent."""
    return Refund.objects.filter(status=RefundStatus.APPROVED, tries=0)


def accounts_to_check() -> QuerySet[PayoutAccount]:
    """Bank accounts that nobody has looked at."""
    return PayoutAccount.objects.filter(state=PayoutAccountState.PENDING)


def payouts_in(status: str) -> QuerySet[Payout]:
    """Payouts that stand there."""
    return Payout.objects.filter(status=status)


def instructions_in(state: str) -> QuerySet[HoldInstruction]:
    """Instructions on deposits that stand there."""
    return HoldInstruction.objects.filter(state=state)


def register_counters() -> None:
    """Put them on the first page of those who may do something about it."""
    for counter in (
        _REFUNDS_TO_APPROVE, _REFUNDS_TO_SEND, _ACCOUNTS_TO_CHECK, _PAYOUTS_TO_APPROVE, _PAYOUTS_TO_SEND,
        _INSTRUCTIONS_TO_APPROVE, _INSTRUCTIONS_TO_CARRY_OUT,
    ):  # fmt: skip
        home_counters.register(f"{counter.url}{counter.query}", counter)


def _oldest(rows: Waiting) -> datetime | None:
    return rows.order_by("updated_at").values_list("updated_at", flat=True).first()


_REFUNDS_TO_APPROVE = HomeCounter(
    label=_("Refunds to approve"),
    url="admin:payments_refund_changelist",
    count=lambda: refunds_to_approve().count(),
    permission="payments.approve_refund",
    oldest=lambda: _oldest(refunds_to_approve()),
    query="?status__exact=requested",
)
_REFUNDS_TO_SEND = HomeCounter(
    label=_("Refunds to send"),
    url="admin:payments_refund_changelist",
    count=lambda: refunds_to_send().count(),
    permission="payments.execute_refund",
    oldest=lambda: _oldest(refunds_to_send()),
    query="?status__exact=approved",
)
_ACCOUNTS_TO_CHECK = HomeCounter(
    label=_("Bank accounts to check"),
    url="admin:payments_payoutaccount_changelist",
    count=lambda: accounts_to_check().count(),
    permission="payments.change_payoutaccount",
    oldest=lambda: _oldest(accounts_to_check()),
    query="?state__exact=pending",
)
_PAYOUTS_TO_APPROVE = HomeCounter(
    label=_("Payouts to approve"),
    url="admin:payments_payout_changelist",
    count=lambda: payouts_in(PayoutStatus.REQUESTED).count(),
    permission="payments.approve_payout",
    oldest=lambda: _oldest(payouts_in(PayoutStatus.REQUESTED)),
    query="?status__exact=requested",
)
_PAYOUTS_TO_SEND = HomeCounter(
    label=_("Payouts to send"),
    url="admin:payments_payout_changelist",
    count=lambda: payouts_in(PayoutStatus.APPROVED).count(),
    permission="payments.execute_payout",
    oldest=lambda: _oldest(payouts_in(PayoutStatus.APPROVED)),
    query="?status__exact=approved",
)
_INSTRUCTIONS_TO_APPROVE = HomeCounter(
    label=_("Instructions on deposits to approve"),
    url="admin:payments_holdinstruction_changelist",
    count=lambda: instructions_in(InstructionState.WAITING).count(),
    permission="payments.approve_holdinstruction",
    oldest=lambda: _oldest(instructions_in(InstructionState.WAITING)),
    query="?state__exact=waiting",
)
_INSTRUCTIONS_TO_CARRY_OUT = HomeCounter(
    label=_("Instructions on deposits to carry out"),
    url="admin:payments_holdinstruction_changelist",
    count=lambda: instructions_in(InstructionState.APPROVED).count(),
    permission="payments.execute_holdinstruction",
    oldest=lambda: _oldest(instructions_in(InstructionState.APPROVED)),
    query="?state__exact=approved",
)
