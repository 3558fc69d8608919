"""What finance decide about a line of a statement that did not match by itself. Each needs a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from key2key.common import audit
from key2key.common.errors import Conflict, NotFound
from payments import gateways, selectors
from payments.enums import LineKind, LineState, ProofState
from payments.gateways.contract import MoneyStatus, Standing
from payments.line_findings import sentence_of
from payments.line_subjects import MisfitError, Subject, subject_named
from payments.models import PaymentProof, StatementLine
from payments.services import calling
from payments.services.accounting import OUR_BANK, pay_fee, prove_stray, settle_from
from payments.services.bank_arrivals import as_reference, lock_arrival
from payments.services.reconciling import DECIDED, Verdict, bind, decide_line, lock_line
from payments.services.rights import require_right
from payments.services.strays import stray_of
from payments.services.suspense import Stray, keep_stray
from payments.statements import BANK

RIGHT = "change_statementline"
FEES = frozenset({LineKind.FEE, LineKind.OTHER})  # what may be a fee of a gateway; a bank's text says little


def match_line_with(*, line_id: UUID, reference: str, by: Any, reason: str) -> StatementLine:
    """Say that a line is about the payment, refund or payout of that reference. Its amount has to fit.

    Raises NotAllowed ("not_allowed"), NotFound, Conflict ("line_decided", "line_does_not_fit").
    """
    require_right(by, right=RIGHT)
    line = _line(line_id)
    try:
        subject = subject_named(line, reference=reference)
    except MisfitError as misfit:
        raise _does_not_fit(misfit.finding) from misfit
    if subject == Subject():
        raise NotFound
    with transaction.atomic():
        finding = bind(line_id, subject=subject, verdict=Verdict(by=by, reason=reason))
    if finding:
        raise _does_not_fit(finding)
    return _line(line_id)


@transaction.atomic
def ignore_line(*, line_id: UUID, by: Any, reason: str) -> StatementLine:
    """Set a line aside: it is no money of ours, or booked elsewhere. The daily proof leaves it out.

    Raises NotAllowed ("not_allowed"), NotFound, Conflict ("line_decided").
    """
    line = _taken_up(line_id, by=by)
    decide_line(line, state=LineState.IGNORED, verdict=Verdict(by=by, reason=reason))
    return line


@transaction.atomic
def take_line_up(*, line_id: UUID, by: Any, reason: str) -> StatementLine:
    """A line that was set aside waits again.

    Raises NotAllowed ("not_allowed"), NotFound, Conflict ("line_decided").
    """
    require_right(by, right=RIGHT)
    line = _line(line_id)
    line = lock_line(line.pk)
    if line.state != LineState.IGNORED:
        raise Conflict("line_decided", _("Only a line that was set aside is taken up again."))
    line.state, line.reason, line.decided_by, line.decided_at = LineState.UNMATCHED, "", None, None
    line.save(update_fields=DECIDED)
    audit.record(actor=by, action="statement_line.taken_up", subject=line, reason=reason)
    return line


@transaction.atomic
def settle_line(*, line_id: UUID, gateway: str, by: Any, reason: str) -> StatementLine:
    """Say that a line of the bank is what a gateway sent us: booked now, and found by the gateway's own line.

    Raises NotAllowed ("not_allowed"), NotFound (no such gateway), Conflict ("line_decided",
    "line_does_not_fit").
    """
    line = _taken_up(line_id, by=by)
    gateways.gateway(gateway)
    if line.source != BANK or line.gross <= 0 or gateway in gateways.by_hand():
        raise _does_not_fit("other_kind")
    settle_from(line, gateway=gateway)
    decide_line(line, state=LineState.MATCHED, verdict=Verdict(by=by, reason=reason))
    return line


@transaction.atomic
def book_line_as_fee(*, line_id: UUID, by: Any, reason: str) -> StatementLine:
    """Say that a line is a fee of the gateway or the bank, of no payment.

    Raises NotAllowed ("not_allowed"), NotFound, Conflict ("line_decided", "line_does_not_fit").
    """
    line = _taken_up(line_id, by=by)
    if line.net >= 0 or (line.source != BANK and line.kind not in FEES):
        raise _does_not_fit("other_kind")
    pay_fee(line)
    decide_line(line, state=LineState.MATCHED, verdict=Verdict(by=by, reason=reason))
    return line


def keep_line_in_suspense(*, line_id: UUID, by: Any, reason: str) -> StatementLine:
    """Money that came and is nobody's that we know lies in suspense until it is.

    Of a gateway with an API the gateway is asked first, and only what it says is booked. Raises NotAllowed
    ("not_allowed"), NotFound, Unavailable, Conflict ("line_decided", "line_does_not_fit").
    """
    require_right(by, right=RIGHT)
    line = _line(line_id)
    standing = None if line.source == BANK else _standing_of(line)
    with transaction.atomic():
        line = _taken_up(line_id, by=by)
        stray = _stray_of_bank(line) if standing is None else _stray_of_gateway(line, standing=standing)
        item = keep_stray(stray)
        if item is None:
            raise _does_not_fit("counted_already")
        try:
            prove_stray(line, item=item)
        except MisfitError as misfit:
            raise _does_not_fit(misfit.finding) from misfit
        decide_line(
            line, state=LineState.MATCHED, verdict=Verdict(by=by, reason=reason), subject=Subject(item=item)
        )
    return line


def _stray_of_bank(line: StatementLine) -> Stray:
    """What came, of a locked line, unless a slip was approved for it."""
    if line.gross <= 0:
        raise _does_not_fit("other_kind")
    reference = as_reference(line.external_id.partition("|")[0])
    lock_arrival(reference)
    if PaymentProof.objects.filter(state=ProofState.APPROVED, bank_reference=reference).exists():
        raise _does_not_fit("counted_already")
    return Stray(
        key=f"statement:{line.pk}:stray",
        gateway=OUR_BANK,
        amount=line.gross,
        currency=line.currency,
        gateway_reference=reference,
    )


def _stray_of_gateway(line: StatementLine, *, standing: Standing) -> Stray:
    """The money of a locked line's order, unless it is a payment of ours: that is booked as one."""
    if selectors.payment_named(
        line.source, reference=standing.reference, gateway_reference=standing.gateway_reference
    ):
        raise _does_not_fit("counted_already")
    stray = stray_of(line.source, standing=standing)
    if (stray.amount, stray.currency) != (line.gross, line.currency):
        raise _does_not_fit("other_amount")
    return stray


def _standing_of(line: StatementLine) -> Standing:
    """What the gateway says of the order that the line names."""
    for reference in line.references:
        standing = _standing(line.source, reference=reference)
        if standing is not None and standing.status == MoneyStatus.SUCCEEDED:
            return standing
    raise _does_not_fit("not_known_there")


def _standing(gateway: str, *, reference: str) -> Standing | None:
    for names in ((reference, ""), ("", reference)):
        try:
            return calling.look_up_unknown(gateway, reference=names[0], gateway_reference=names[1])
        except NotFound:
            continue
    return None


def _taken_up(line_id: UUID, *, by: Any) -> StatementLine:
    require_right(by, right=RIGHT)
    line = lock_line(_line(line_id).pk)
    if line.state != LineState.UNMATCHED:
        raise Conflict("line_decided", _("This line does not wait any more."), state_now=line.state)
    return line


def _line(line_id: UUID) -> StatementLine:
    line = StatementLine.objects.filter(pk=line_id).first()
    if line is None:
        raise NotFound
    return line


def _does_not_fit(finding: str) -> Conflict:
    return Conflict("line_does_not_fit", sentence_of(finding), finding=finding)
