"""All that waits for finance, of every kind: how much, since when, why, and the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from key2key.common.models import Work
from key2key.common.plugins import HomeCounter, home_counters
from key2key.common.staff_pages import age, page_of
from payments import queues, reconciliation
from payments.enums import InstructionState, PayoutStatus, RefundStatus
from payments.line_findings import sentence_of
from payments.models import (
    HoldInstruction,
    PaymentCheck,
    Payout,
    PayoutSending,
    Refund,
    RefundSending,
    StatementLine,
    SuspenseReturn,
)

SHOWN = 50


@dataclass(frozen=True)
class Waiting:
    """One row: `key` names it for `work_queue.try_again` where a worker can try it again."""

    what: str
    url: str
    amount: str
    age: str
    why: str
    key: str = ""


@dataclass(frozen=True)
class Queue:
    """Rows of one kind, the first that came first."""

    name: str
    label: Any
    count: int
    rows: Sequence[Waiting]
    way_out: Any


@dataclass(frozen=True)
class _Kind:
    name: str
    label: Any
    rows: Callable[[], QuerySet[Any]]
    since: str
    why: Callable[[Any], Any]
    way_out: Any
    money: str = ""  # what leads to the row that has the amount; "." is the row itself


def queues_of_finance() -> list[Queue]:
    """The queues in which something waits, at most fifty rows of each."""
    return list(_filled())


def parked_work() -> QuerySet[Any, Any]:
    """What no worker tries any more, of the kinds that have no counter of their own; one column."""
    kinds = (PaymentCheck, RefundSending, PayoutSending, SuspenseReturn)
    arms = [_parked(kind).order_by().values_list("due_at") for kind in kinds]
    return arms[0].union(*arms[1:], all=True)


def register_counter() -> None:
    """Put stuck work on money on the first page of finance."""
    home_counters.register("stuck work on money", _STUCK)


def _oldest() -> datetime | None:
    first = parked_work().order_by("due_at").first()
    return first[0] if first else None


def _filled() -> Iterator[Queue]:
    for kind in _KINDS:
        rows = list(kind.rows().order_by(kind.since, "pk")[: SHOWN + 1])
        if rows:
            yield Queue(
                name=kind.name,
                label=kind.label,
                count=len(rows) if len(rows) <= SHOWN else kind.rows().count(),
                rows=[_waiting(row, kind=kind) for row in rows[:SHOWN]],
                way_out=kind.way_out,
            )


def _waiting(row: Any, *, kind: _Kind) -> Waiting:
    is_work = isinstance(row, Work)
    about = _about(row, path=kind.money)
    return Waiting(
        what=getattr(about, "reference", "") or str(about),
        url=page_of(type(row), pk=row.pk),
        amount=_amount(about) if kind.money else "",
        age=age(_moment(getattr(row, kind.since))),
        why=str(kind.why(row)),
        key=f"{row._meta.label_lower}:{row.pk}" if is_work else "",
    )


def _about(row: Any, *, path: str) -> Any:
    """The row with the amount: the row itself, or what it points to."""
    return getattr(row, path) if path.strip(".") else row


def _amount(row: Any) -> str:
    amount = row.gross if isinstance(row, StatementLine) else row.amount
    return f"{amount:,} {row.currency}"


def _moment(since: Any) -> datetime:
    return since if isinstance(since, datetime) else datetime.combine(since, time(), tzinfo=UTC)


def _parked(model: type[Work]) -> QuerySet[Any]:
    return model._default_manager.filter(work_state=Work.WorkState.PARKED)


def _last_error(row: Work) -> str:
    return row.last_error


_STUCK = HomeCounter(
    label=_("Money work that is stuck"),
    url="admin:payments_payment_parked",
    count=lambda: parked_work().count(),
    permission="payments.change_payment",
    oldest=_oldest,
)
_AGAIN = _("Try again when its cause is mended.")
_KINDS = (
    _Kind(
        "mismatches",
        _("Payments that do not match"),
        queues.odd_payments,
        since="updated_at",
        why=lambda row: row.review_reason,
        way_out=_("Open it: ask the gateway again, or decide."),
        money=".",
    ),
    _Kind(
        "disputes",
        _("Payments that a bank disputes"),
        queues.disputed_payments,
        since="updated_at",
        why=lambda row: f"{row.disputed_amount:,} {row.currency}",
        way_out=_("Answer the bank; its decision is booked by itself."),
        money=".",
    ),
    _Kind(
        "webhooks",
        _("Webhooks that were not booked"),
        queues.parked_webhooks,
        since="updated_at",
        why=lambda row: row.finding or row.last_error,
        way_out=_AGAIN,
    ),
    _Kind(
        "checks",
        _("Payments of which the gateway could not be asked"),
        lambda: _parked(PaymentCheck).select_related("payment"),
        since="due_at",
        why=_last_error,
        way_out=_AGAIN,
        money="payment",
    ),
    _Kind(
        "sendings",
        _("Refunds that could not be sent"),
        lambda: _parked(RefundSending).select_related("refund"),
        since="due_at",
        why=_last_error,
        way_out=_AGAIN,
        money="refund",
    ),
    _Kind(
        "failed-refunds",
        _("Refunds that failed"),
        queues.failed_refunds,
        since="updated_at",
        why=lambda row: row.failure_code,
        way_out=_("Open it: send it again."),
        money=".",
    ),
    _Kind(
        "refunds",
        _("Refunds that wait for a decision"),
        lambda: Refund.objects.filter(
            Q(status=RefundStatus.REQUESTED) | Q(status=RefundStatus.APPROVED, tries=0)
        ),
        since="created_at",
        why=lambda row: row.reason,
        way_out=_("Open it: approve, decline or send."),
        money=".",
    ),
    _Kind(
        "slips",
        _("Bank slips to check"),
        lambda: queues.waiting_proofs().select_related("payment"),
        since="created_at",
        why=lambda row: row.sender_bank,
        way_out=_("Open it: compare it with the statement."),
        money="payment",
    ),
    _Kind(
        "payouts",
        _("Payouts that wait"),
        lambda: Payout.objects.filter(
            Q(status__in=[PayoutStatus.REQUESTED, PayoutStatus.APPROVED, PayoutStatus.ON_HOLD])
            | (Q(status=PayoutStatus.PROCESSING) & ~Q(review_reason=""))
        ),
        since="created_at",
        why=lambda row: row.review_reason or row.get_status_display(),
        way_out=_("Open it: approve, send or decide."),
        money=".",
    ),
    _Kind(
        "payout-sendings",
        _("Payouts that could not be sent"),
        lambda: _parked(PayoutSending).select_related("payout"),
        since="due_at",
        why=_last_error,
        way_out=_AGAIN,
        money="payout",
    ),
    _Kind(
        "instructions",
        _("Deposits kept by others that are to be moved"),
        lambda: HoldInstruction.objects.filter(
            state__in=[InstructionState.WAITING, InstructionState.APPROVED]
        ),
        since="created_at",
        why=lambda row: row.get_state_display(),
        way_out=_("Open it: approve, or say what its keeper did."),
        money=".",
    ),
    _Kind(
        "lines",
        _("Lines of statements without a match"),
        reconciliation.waiting_lines,
        since="booked_on",
        why=lambda row: sentence_of(row.finding),
        way_out=_("Open it: match it, or set it aside."),
        money=".",
    ),
    _Kind(
        "suspense",
        _("Money in suspense"),
        reconciliation.in_suspense,
        since="created_at",
        why=lambda row: row.gateway_reference,
        way_out=_("Open it: match it to a payment, or send it back."),
        money=".",
    ),
    _Kind(
        "suspense-returns",
        _("Money in suspense that could not be sent back"),
        lambda: _parked(SuspenseReturn).select_related("item"),
        since="due_at",
        why=_last_error,
        way_out=_AGAIN,
        money="item",
    ),
)
