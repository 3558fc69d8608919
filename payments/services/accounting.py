"""Which transfers a line of a statement accounts for; what only the line can tell is booked here.

Every function works on a locked line and on what it is about, locked too, and raises MisfitError when the
two differ in anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

from django.db.models import Q, QuerySet, Sum

from payments import gateways, ledger, reconciliation, slips
from payments.enums import (
    Cause,
    LineKind,
    LineState,
    PayoutChannelName,
    PayoutStatus,
    RefundStatus,
)
from payments.gateways.contract import RefundStanding
from payments.gateways.contract import RefundStatus as Told
from payments.gateways.payouts import PayoutStanding
from payments.gateways.payouts import PayoutStatus as Sent
from payments.line_subjects import MisfitError, Subject, names_of
from payments.models import Account, LineBooking, Payment, StatementLine, SuspenseItem, Transfer
from payments.services.ledger import book
from payments.services.paying_out import settle_payout
from payments.services.refunds import heed_refund
from payments.services.settling import book_fee
from payments.services.suspense_exits import confirm_return
from payments.statements import BANK
from payments.transitions import RECEIVED

SOURCE = "statement"
OUR_BANK = "bank_transfer"  # the gateway whose money the bank account keeps
ARRIVALS = (Cause.DEPOSIT_PAID, Cause.REVENUE_PAID, Cause.LATE_PAID, Cause.UNKNOWN_PAID)
PAYOUTS = (Cause.PAYOUT_CONFIRMED, Cause.PAYOUT_PASSED_ON, Cause.PAYOUT_RETURNED, Cause.PAYOUT_SENT_BACK)
ZERO = Decimal(0)
Thing = TypeVar("Thing")


def account_for(line: StatementLine, *, subject: Subject) -> None:
    """Bind a line to the transfers of its subject. Raises MisfitError."""
    _handler(line, subject=subject)(line, subject)


def settle_from(line: StatementLine, *, gateway: str) -> None:
    """A line of the bank is money that a gateway sent us, of which no statement of the gateway tells yet."""
    moved = _book(line, cause=Cause.BANK_SETTLED, gateway=gateway, amount=line.gross, step="settled")
    _prove(line, transfers=[moved], account=_account(line.source, line=line))


def pay_fee(line: StatementLine) -> None:
    """A line is a fee of the source itself, of no payment."""
    gateway = OUR_BANK if line.source == BANK else line.source
    fee = _book(line, cause=Cause.GATEWAY_FEE, gateway=gateway, amount=-line.net, step="fee")
    _prove_all(line, transfers=[fee], gateway=gateway)


def prove_stray(line: StatementLine, *, item: SuspenseItem) -> None:
    """A line is the money of an item of suspense."""
    fees = _own_fee(line, gateway=item.gateway)
    _prove_all(line, transfers=[item.transfer, *fees], gateway=item.gateway)


def _handler(line: StatementLine, *, subject: Subject) -> Callable[[StatementLine, Subject], None]:
    if subject.payouts:
        return _payouts
    if subject.refund or subject.returned:
        return _refund
    if subject.item:
        return _stray
    if subject.payment and line.source == BANK:
        return _payment
    if subject.payment and line.kind in {LineKind.SETTLEMENT, LineKind.OTHER, LineKind.PAYOUT}:
        return _payment if line.gross > 0 else _misnamed
    return _BY_KIND.get(LineKind(line.kind), _unknown)


def _payment(line: StatementLine, subject: Subject) -> None:
    payment = _require(subject.payment, finding="no_payment")
    _require_currency(line, currency=payment.currency)
    if payment.status not in RECEIVED:
        raise _not_received(payment)
    came = _arrivals(line, payment=payment)
    one = came.filter(amount=line.gross).first()
    if one is None:
        raise MisfitError("other_amount" if came.exists() else "counted_already")
    if came.count() > 1:  # charged more than once: the fee of all is proved with the last
        _raise_fee(payment, told=_told_fees(line, payment=payment) + line.fee)
        _prove_all(line, transfers=[one], gateway=payment.gateway, expected=line.gross)
        return
    expected = line.net + _carried(line, payment=payment)
    fees = _fees(line, payment=payment)
    _prove_all(line, transfers=[one, *fees], gateway=payment.gateway, expected=expected)


def _stray(line: StatementLine, subject: Subject) -> None:
    item = subject.item
    if item is None or (item.amount, item.currency) != (line.gross, line.currency):
        raise MisfitError("other_amount")
    prove_stray(line, item=item)


def _fee(line: StatementLine, subject: Subject) -> None:
    """Fees that stand on lines of their own: together they are the fee of the payment."""
    payment = _require(subject.payment, finding="fee_of_nothing")
    _require_currency(line, currency=payment.currency)
    told = _told_fees(line, payment=payment) - _net(_fee_lines(line, payment=payment))
    _raise_fee(payment, told=told)
    _prove_all(line, transfers=list(_unproved_fees(line, payment=payment)), gateway=payment.gateway)


def _refund(line: StatementLine, subject: Subject) -> None:
    if subject.returned is not None:
        _returned(line, subject)
        return
    refund = _require(subject.refund, finding="no_refund")
    _require_currency(line, currency=refund.currency)
    if -line.gross != refund.amount:
        raise MisfitError("other_amount")
    gateway = refund.payment.gateway
    taken_on = refund.status == RefundStatus.SENT or gateway in gateways.by_hand()
    if refund.status in {RefundStatus.SENT, RefundStatus.APPROVED} and refund.tries and not taken_on:
        raise MisfitError("asked", asks=True)
    if refund.tries and taken_on:
        heed_refund(refund, answer=RefundStanding(status=Told.SUCCEEDED), source=SOURCE)
    account = _account(gateway, line=line)
    done = reconciliation.unaccounted(account).filter(refund_id=refund.pk, cause=Cause.REFUND_CONFIRMED)
    fees = _own_fee(line, gateway=gateway)
    _prove_all(line, transfers=[_first(done, finding="refund_not_under_way"), *fees], gateway=gateway)


def _returned(line: StatementLine, subject: Subject) -> None:
    """Money of suspense that went back by the gateway's own number: on its way, the line confirms it."""
    returned = _require(subject.returned, finding="no_refund")
    gateway = returned.item.gateway
    _require_currency(line, currency=returned.item.currency)
    if -line.gross != returned.item.amount:
        raise MisfitError("other_amount")
    if returned.status == RefundStatus.APPROVED:
        raise MisfitError("asked", asks=True)
    if returned.status == RefundStatus.SENT:
        confirm_return(returned)
    key = f"suspense:{returned.item_id}:{returned.reference}:confirmed"
    done = reconciliation.unaccounted(_account(gateway, line=line)).filter(key=key)
    fees = _own_fee(line, gateway=gateway)
    _prove_all(line, transfers=[_first(done, finding="not_confirmed"), *fees], gateway=gateway)


def _payouts(line: StatementLine, subject: Subject) -> None:
    """One payout, or all of a file for the bank. What people carried out is confirmed by the statement."""
    for payout in subject.payouts:
        _require_currency(line, currency=payout.currency)
        if payout.status != PayoutStatus.PROCESSING or line.gross > 0:
            continue
        if payout.channel not in PayoutChannelName.values:
            raise MisfitError("asked", asks=True)
        if sum(one.amount for one in subject.payouts) == -line.gross:
            standing = PayoutStanding(Sent.PAID, payout.reference, channel_reference=line.external_id)
            settle_payout(payout_id=payout.pk, standing=standing)
    account = _account(line.source, line=line)
    done = reconciliation.unaccounted(account).filter(
        payout_id__in=[payout.pk for payout in subject.payouts], cause__in=PAYOUTS
    )
    moved = [one for one in done if (reconciliation.effect_on(account, of=[one]) > 0) == (line.gross > 0)]
    if not moved:
        raise MisfitError("payout_came_back" if line.gross > 0 else "payout_not_sent")
    _prove(line, transfers=[*moved, *_own_fee(line, gateway=line.source)], account=account)


def _settlement(line: StatementLine, subject: Subject) -> None:
    """Money from a gateway to our bank: two statements tell of it, it is booked by whichever comes first."""
    account = reconciliation.mirrored_account(line.source, currency=line.currency)
    if account is None:
        raise MisfitError("no_settlement")
    open_ones = reconciliation.unaccounted(account).filter(cause=Cause.BANK_SETTLED, amount=abs(line.gross))
    if line.source == BANK:
        _prove(line, transfers=[_one_settlement(open_ones, line=line)], account=account)
        return
    if line.gross > 0:
        raise MisfitError("settlement_came_back")
    known = open_ones.first()
    moved = known or _book(
        line, cause=Cause.BANK_SETTLED, gateway=line.source, amount=-line.gross, step="settled"
    )
    _prove(line, transfers=[moved, *_own_fee(line, gateway=line.source)], account=account)


def _one_settlement(open_ones: QuerySet[Transfer], *, line: StatementLine) -> Transfer:
    """The one that a line of the bank may be: its text names the gateway, or there is only one."""
    text = line.narrative.lower()
    if named := [one for one in open_ones.select_related("credit") if one.credit.gateway in text]:
        return named[0]
    if line.gross < 0 or not open_ones.exists():
        raise MisfitError("no_settlement")
    if open_ones.values("credit").distinct().count() > 1:
        raise MisfitError("several_settlements")
    return _first(open_ones, finding="no_settlement")


def _chargeback(line: StatementLine, subject: Subject) -> None:
    payment = _require(subject.payment, finding="no_payment")
    _require_currency(line, currency=payment.currency)
    cause = Cause.CHARGEBACK_OPENED if line.gross < 0 else Cause.CHARGEBACK_WON
    account = _account(payment.gateway, line=line)
    steps = list(reconciliation.unaccounted(account).filter(payment_id=payment.pk, cause=cause))
    if not steps:
        raise MisfitError("asked", asks=True)
    _prove_all(line, transfers=[*steps, *_own_fee(line, gateway=line.source)], gateway=payment.gateway)


def _misnamed(line: StatementLine, subject: Subject) -> None:
    raise MisfitError("other_kind")


def _unknown(line: StatementLine, subject: Subject) -> None:
    raise MisfitError("no_refund" if line.kind == LineKind.REFUND else "unknown")


_BY_KIND: dict[LineKind, Callable[[StatementLine, Subject], None]] = {
    LineKind.PAYMENT: _payment,
    LineKind.FEE: _fee,
    LineKind.SETTLEMENT: _settlement,
    LineKind.CHARGEBACK: _chargeback,
}


def _not_received(payment: Payment) -> MisfitError:
    """Only a slip that finance approved, or an answer of the gateway, says that money came."""
    if payment.gateway not in gateways.by_hand():
        return MisfitError("asked", asks=True)
    return MisfitError("proof_waiting" if slips.has_waiting_proof(payment) else "no_proof")


def _arrivals(line: StatementLine, *, payment: Payment) -> QuerySet[Transfer]:
    """What came for a payment, or beside it, that no line accounts for."""
    account = _account(payment.gateway, line=line)
    found = SuspenseItem.objects.filter(payment=payment, gateway=payment.gateway).values("transfer")
    own = Q(payment_id=payment.pk, cause__in=ARRIVALS) | Q(pk__in=found)
    return reconciliation.unaccounted(account).filter(own)


def _carried(line: StatementLine, *, payment: Payment) -> Decimal:
    """What earlier lines of a payment told and do not account for: the fees of all but the last charge."""
    earlier = _matched_lines(line, payment=payment)
    bound = Transfer.objects.filter(pk__in=LineBooking.objects.filter(line__in=earlier).values("transfer"))
    account = _account(payment.gateway, line=line)
    return _net(earlier) - reconciliation.effect_on(account, of=bound)


def _fees(line: StatementLine, *, payment: Payment) -> list[Transfer]:
    """The fee of a payment as its own lines tell it, unless it stands on lines of its own."""
    if _fee_lines(line, payment=payment).exists():
        return []
    told = _told_fees(line, payment=payment) + line.fee
    _raise_fee(payment, told=told)
    if told < payment.fee:
        raise MisfitError("other_fee")
    return list(_unproved_fees(line, payment=payment))


def _told_fees(line: StatementLine, *, payment: Payment) -> Decimal:
    """What matched lines told of a payment's fee so far."""
    return _matched_lines(line, payment=payment).aggregate(all=Sum("fee"))["all"] or ZERO


def _matched_lines(line: StatementLine, *, payment: Payment) -> QuerySet[StatementLine]:
    return StatementLine.objects.filter(
        payment=payment, source=line.source, kind=LineKind.PAYMENT, state=LineState.MATCHED
    )


def _fee_lines(line: StatementLine, *, payment: Payment) -> QuerySet[StatementLine]:
    named = Q()
    for name in names_of(payment):
        named |= Q(references__contains=[name])
    rows = StatementLine.objects.filter(named, source=line.source, kind=LineKind.FEE)
    return rows.exclude(state=LineState.IGNORED)


def _net(lines: QuerySet[StatementLine]) -> Decimal:
    return lines.aggregate(all=Sum("net"))["all"] or ZERO


def _raise_fee(payment: Payment, *, told: Decimal) -> None:
    if told > payment.fee:
        book_fee(payment, fee=told)


def _unproved_fees(line: StatementLine, *, payment: Payment) -> QuerySet[Transfer]:
    account = _account(payment.gateway, line=line)
    return reconciliation.unaccounted(account).filter(payment_id=payment.pk, cause=Cause.GATEWAY_FEE)


def _own_fee(line: StatementLine, *, gateway: str) -> list[Transfer]:
    """A fee that the line itself tells of, of a refund for instance."""
    if line.fee < 0:
        raise MisfitError("fee_came_back")
    if not line.fee:
        return []
    return [_book(line, cause=Cause.GATEWAY_FEE, gateway=gateway, amount=line.fee, step="fee")]


def _prove_all(
    line: StatementLine, *, transfers: Sequence[Transfer], gateway: str, expected: Decimal | None = None
) -> None:
    """Write down what the line accounts for at the gateway; a line of the bank moves the money on."""
    account = _account(gateway, line=line)
    if reconciliation.effect_on(account, of=transfers) != (line.net if expected is None else expected):
        raise MisfitError("does_not_add_up")
    if line.source != BANK:
        _bind(line, transfers=transfers, account=account)
        return
    cause = Cause.BANK_SETTLED if line.net > 0 else Cause.BANK_DRAWN
    moved = _book(line, cause=cause, gateway=gateway, amount=abs(line.net), step="bank")
    _bind(line, transfers=[*transfers, moved], account=account)
    _prove(line, transfers=[moved], account=_account(BANK, line=line))


def _prove(line: StatementLine, *, transfers: Sequence[Transfer], account: Account) -> None:
    if reconciliation.effect_on(account, of=transfers) != line.net:
        raise MisfitError("does_not_add_up")
    _bind(line, transfers=transfers, account=account)


def _bind(line: StatementLine, *, transfers: Sequence[Transfer], account: Account) -> None:
    LineBooking.objects.bulk_create(
        LineBooking(line=line, transfer=transfer, account=account) for transfer in transfers
    )


def _book(line: StatementLine, *, cause: str, gateway: str, amount: Decimal, step: str) -> Transfer:
    """What only a statement tells, once for each line."""
    one = ledger.posting(
        cause, key=f"statement:{line.pk}:{step}", amount=amount, parties=ledger.Parties(gateway=gateway)
    )
    [transfer] = book(one, currency=line.currency)
    return transfer


def _account(source: str, *, line: StatementLine) -> Account:
    account = reconciliation.mirrored_account(source, currency=line.currency)
    if account is None:
        raise MisfitError("nothing_booked")
    return account


def _first(rows: QuerySet[Transfer], *, finding: str) -> Transfer:
    found = rows.first()
    if found is None:
        raise MisfitError(finding)
    return found


def _require(one: Thing | None, *, finding: str) -> Thing:
    if one is None:
        raise MisfitError(finding)
    return one


def _require_currency(line: StatementLine, *, currency: str) -> None:
    if line.currency != currency:
        raise MisfitError("other_currency")
