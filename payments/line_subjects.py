"""What a line of a statement is about, by the references that it names. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from payments import gateways
from payments.enums import LineKind
from payments.models import Payment, Payout, PayoutBatch, Refund, StatementLine, SuspenseItem, SuspenseReturn
from payments.references import read_attempt
from payments.statements import BANK

OUT = frozenset({LineKind.REFUND, LineKind.PAYOUT})
OF_PAYMENTS = frozenset({LineKind.PAYMENT, LineKind.FEE, LineKind.CHARGEBACK})


class MisfitError(Exception):
    """A line does not fit what we know; `finding` says why. With `asks` the gateway is to be asked again."""

    def __init__(self, finding: str, *, asks: bool = False) -> None:
        super().__init__(finding)
        self.finding, self.asks = finding, asks


@dataclass(frozen=True)
class Subject:
    """What a line is about: one of these, or nothing that we know."""

    payment: Payment | None = None
    refund: Refund | None = None
    payouts: tuple[Payout, ...] = ()
    item: SuspenseItem | None = None
    returned: SuspenseReturn | None = None


def subject_of(line: StatementLine) -> Subject:
    """What a line names. Raises MisfitError ("several_payments") when that is not one thing."""
    names = _names(line.references)
    if line.source == BANK and line.kind == LineKind.FEE:  # it has the number of the transfer it is for
        return Subject()
    if line.kind in OUT or (line.source == BANK and line.gross < 0):
        return _what_left(line, names=names)
    if line.kind not in OF_PAYMENTS and line.kind != LineKind.SETTLEMENT:
        return Subject()
    payment = _payment(line, names=names)
    if payment is not None:
        return Subject(payment=payment)
    if came_back := _payouts(names):
        return Subject(payouts=came_back)
    stray = SuspenseItem.objects.filter(gateway=line.source, gateway_reference__in=names)
    return Subject(item=stray.first() if names else None)


def subject_named(line: StatementLine, *, reference: str) -> Subject:
    """What a person says that a line is about: a payment, a refund or a payout by any of its references."""
    names = _names([reference.strip()])
    refund = _refund(names)
    if refund is not None:
        return Subject(refund=refund)
    if payouts := _payouts(names):
        return Subject(payouts=payouts)
    return Subject(payment=_payment(line, names=names))


def names_of(payment: Payment) -> list[str]:
    """By what a statement may name a payment."""
    known = [payment.reference, payment.order_reference, payment.gateway_reference, payment.transaction]
    return [name for name in dict.fromkeys(known) if name]


def lines_naming(payment: Payment) -> Q:
    """The lines that name a payment, matched or not."""
    named = Q(payment=payment)
    slips = payment.proofs.values_list("bank_reference", flat=True)
    for name in [*names_of(payment), *slips]:
        named |= Q(references__contains=[name])
    return named


def _names(references: Iterable[str]) -> list[str]:
    """As they stand, and as people's spelling is compared."""
    names = [name for told in references for name in (told, told.upper(), _letters(told))]
    return [name for name in dict.fromkeys(names) if name]


def _letters(told: str) -> str:
    return "".join(letter for letter in told.upper() if letter.isalnum())


def _payment(line: StatementLine, *, names: list[str]) -> Payment | None:
    known = Q(gateway_reference__in=names) | Q(transaction__in=names) | Q(pk__in=_ids(names))
    known |= Q(reference__in=[read_attempt(name)[0] for name in names])
    here = Payment.objects.filter(gateway=line.source)
    if line.source == BANK:
        known |= Q(proofs__bank_reference__in=names)
        here = Payment.objects.filter(gateway__in=gateways.by_hand())
    found = list(here.filter(known).distinct()[:2])
    if len(found) > 1:
        raise MisfitError("several_payments")
    return found[0] if found else None


def _what_left(line: StatementLine, *, names: list[str]) -> Subject:
    returned = SuspenseReturn.objects.filter(reference__in=names).select_related("item").first()
    if returned is not None:
        return Subject(returned=returned)
    refund = _refund(names)
    if refund is None and (payouts := _payouts(names)):
        return Subject(payouts=payouts)
    if refund is None and (payment := _payment(line, names=names)) is not None:
        refund = _only_refund(payment, line=line)
    return Subject(refund=refund)


def _refund(names: list[str]) -> Refund | None:
    known = Q(reference__in=names) | Q(sendings__reference__in=names) | Q(sendings__known_as__in=names)
    known |= Q(bank_refunds__bank_reference__in=names)
    return Refund.objects.filter(known).distinct().first()


def _only_refund(payment: Payment, *, line: StatementLine) -> Refund | None:
    """The one refund of so much that no other line is about, where a source names the payment only."""
    told = StatementLine.objects.filter(refund__payment=payment).values("refund")
    found = list(payment.refunds.filter(amount=-line.gross, tries__gt=0).exclude(pk__in=told)[:2])
    return found[0] if len(found) == 1 else None


def _payouts(names: list[str]) -> tuple[Payout, ...]:
    """One payout, or all of a file for the bank."""
    one = Payout.objects.filter(Q(reference__in=names) | Q(bank_reference__in=names)).first()
    if one is not None:
        return (one,)
    batch = PayoutBatch.objects.filter(reference__in=names).first()
    return tuple(batch.payouts.order_by("pk")) if batch else ()


def _ids(names: Iterable[str]) -> list[UUID]:
    ids: list[UUID] = []
    for name in names:
        with suppress(ValueError):
            ids.append(UUID(name))
    return ids
