"""Lines of statements against what we booked: what fits is matched, and booked where only they can tell it.

A matched line accounts for transfers, each once on each account, and adds as much to the account as they
do: that is what `proving` proves. Nothing else is believed: money that a gateway with an API has not
confirmed to us is asked about again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from key2key.common import audit, background, batches, clock
from payments import payables, reconciliation, selectors
from payments.enums import EventKind, LineState
from payments.line_subjects import MisfitError, Subject, subject_of
from payments.models import PayoutSending, StatementLine, SuspenseReturn
from payments.services.accounting import SOURCE, account_for
from payments.services.closing import ask_again
from payments.services.suspense_exits import lock_return
from payments.services.timeline import note

AT_ONCE = 500
DECIDED = (
    "state", "finding", "reason", "payment", "refund", "payout", "decided_by", "decided_at", "updated_at"
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """Who decides on a line, and why; the product itself without a person."""

    by: Any = None
    reason: str = ""


def match_lines(ids: Iterable[UUID]) -> int:
    """Try to match lines, each in a transaction of its own. Returns how many matched."""
    return batches.each_alone(ids, deed=match_line)


def match_waiting() -> int:
    """Try again with lines that wait: what they are about may have come since. Returns how many matched."""
    waiting = reconciliation.waiting_lines().order_by("updated_at", "pk")
    return match_lines(list(waiting.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def match_line(line_id: UUID) -> bool:
    """Match one line, if it fits; else it says why it waits. Locks what it is about, then the line."""
    try:
        subject = subject_of(StatementLine.objects.get(pk=line_id))
    except MisfitError as misfit:
        _wait(lock_line(line_id), finding=misfit.finding)
        return False
    return bind(line_id, subject=subject, verdict=Verdict()) is None


def bind(line_id: UUID, *, subject: Subject, verdict: Verdict) -> str | None:
    """Match a line with its subject, or write down why it waits, and return that."""
    subject = _locked(subject)
    line = lock_line(line_id)
    if line.state != LineState.UNMATCHED:
        return "decided"
    try:
        with transaction.atomic():
            account_for(line, subject=subject)
    except MisfitError as misfit:
        _wait(line, finding=misfit.finding)
        if misfit.asks:
            _ask_about(subject)
        return misfit.finding
    decide_line(line, state=LineState.MATCHED, verdict=verdict, subject=subject)
    return None


def lock_line(line_id: UUID) -> StatementLine:
    """A line, locked after what it is about."""
    return StatementLine.objects.select_for_update(no_key=True).get(pk=line_id)


def decide_line(line: StatementLine, *, state: str, verdict: Verdict, subject: Subject | None = None) -> None:
    """Write down what became of a locked line, audited; the payment's timeline tells of a person's match."""
    subject = subject or Subject()
    payment = subject.payment or (subject.item.payment if subject.item else None)
    line.state, line.finding, line.reason = state, "", verdict.reason
    line.payment, line.refund = payment, subject.refund
    line.payout = subject.payouts[0] if len(subject.payouts) == 1 else None
    line.decided_by, line.decided_at = verdict.by, clock.now()
    line.save(update_fields=DECIDED)
    audit.record(actor=verdict.by, action=f"statement_line.{state}", subject=line, reason=verdict.reason)
    if verdict.by is not None and payment is not None:
        told = {"line": str(line.pk), "reason": verdict.reason}
        note(payment, kind=EventKind.MATCHED, source=SOURCE, amount=abs(line.gross), by=verdict.by, **told)


def _wait(line: StatementLine, *, finding: str) -> None:
    """Saved even when nothing is new: the lines that were looked at longest ago come first."""
    line.finding = finding
    line.save(update_fields=["finding", "updated_at"])


def _locked(subject: Subject) -> Subject:
    """The same, locked in the order of all money."""
    if subject.refund is not None:
        return Subject(refund=selectors.lock_refund(subject.refund.pk))
    if subject.payment is not None:
        return Subject(payment=selectors.lock_payment(subject.payment.pk))
    if subject.returned is not None:
        return Subject(returned=lock_return(subject.returned.pk))
    if subject.payouts:
        ids = sorted(payout.pk for payout in subject.payouts)
        return Subject(payouts=tuple(payables.lock_payout(payout_id) for payout_id in ids))
    return subject


def _ask_about(subject: Subject) -> None:
    payment = subject.refund.payment if subject.refund else subject.payment
    if payment is not None:
        ask_again(payment)
    if subject.payouts:
        duties = PayoutSending.objects.filter(payout__in=subject.payouts)
        background.again(PayoutSending, list(duties.values_list("pk", flat=True)))
    if subject.returned is not None:
        background.requeue(SuspenseReturn, [subject.returned.pk])
