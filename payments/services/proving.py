"""The daily proof: what we booked at a gateway, or in the bank, on a day is what its statement says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from key2key.common import audit, clock
from key2key.common.errors import NotFound, Unavailable
from payments import gateways, reconciliation
from payments.enums import AccountKind, DayState, LineState, RefundStatus
from payments.gateways.contract import MoneyStatus
from payments.models import Account, DailyProof, Payment, Refund, Statement, StatementLine, Transfer
from payments.services import calling
from payments.services.accounting import ARRIVALS
from payments.statements import BANK

SAMPLE = 20
MOST_DETAILS = 200
LOOKS_BACK = 31  # days
MORNING = 6  # o'clock, when yesterday is over everywhere
ASK_ANEW = timedelta(hours=20)
ZERO = Decimal(0)
Detail = dict[str, str]


@dataclass
class _Day:
    """One account of one source on one day."""

    source: str
    currency: str
    day: date
    is_told: bool  # a statement tells of the day
    ledger_total: Decimal = ZERO
    statement_total: Decimal = ZERO
    untold: list[Transfer] = field(default_factory=list)
    details: list[Detail] = field(default_factory=list)

    @property
    def is_quiet(self) -> bool:
        """Whether nobody says that anything moved."""
        return not (self.is_told or self.untold or self.details or self.ledger_total)

    @property
    def difference(self) -> Decimal:
        """What we booked beyond what the statement tells."""
        return self.ledger_total - self.statement_total if self.is_told else ZERO

    @property
    def state(self) -> DayState:
        """Proven only when each movement is told, each line is booked, and both sums are the same."""
        if self.details or self.difference:
            return DayState.OPEN
        return DayState.PROVEN if self.is_told else DayState.SAMPLED


def prove_due() -> int:
    """Prove yesterday once its morning has come, and again the days that are not proven yet.

    Returns how many proofs were written.
    """
    today = clock.today()
    is_morning = clock.now().astimezone(ZoneInfo(settings.MARKET_TIME_ZONE)).hour >= MORNING
    open_ones = DailyProof.objects.filter(day__gte=today - timedelta(days=LOOKS_BACK))
    days = set(open_ones.exclude(state=DayState.PROVEN).values_list("day", flat=True))
    if is_morning:
        days.add(today - timedelta(days=1))
    return sum(len(prove_day(day)) for day in sorted(days))


def prove_day(day: date, *, by: Any = None, asks_anew: bool = False) -> list[DailyProof]:
    """Compare a day at every gateway and in the bank. Returns what is written down of it.

    Where no statement tells of the day, the gateway is asked about a sample of its payments, once a day or
    with `asks_anew`: not to be called inside a transaction. Where nothing moved nothing is written.
    """
    return [
        proof
        for source, currency in _sources(day)
        if (proof := _prove(source, currency=currency, day=day, by=by, asks_anew=asks_anew)) is not None
    ]


def _prove(source: str, *, currency: str, day: date, by: Any, asks_anew: bool) -> DailyProof | None:
    found = _compared(source, currency=currency, day=day)
    before = DailyProof.objects.filter(source=source, currency=currency, day=day).first()
    if found.is_quiet and before is None:
        return None
    if not found.is_told:
        if before is not None and not asks_anew and clock.now() - before.proved_at < ASK_ANEW:
            return before
        found.details.extend(_asked(found))
    return _keep(found, by=by)


def _compared(source: str, *, currency: str, day: date) -> _Day:
    told_by = BANK if source in gateways.by_hand() else source
    lines = StatementLine.objects.filter(source=source, currency=currency, booked_on=day)
    lines = lines.exclude(state=LineState.IGNORED)
    statements = Statement.objects.filter(source=told_by, currency=currency)
    is_told = statements.filter(first_day__lte=day, last_day__gte=day).exists()
    found = _Day(source=source, currency=currency, day=day, is_told=is_told)
    found.statement_total = lines.aggregate(all=Sum("net"))["all"] or ZERO
    account = reconciliation.mirrored_account(source, currency=currency)
    if account is not None:
        found.untold = list(_untold(account, day=day))
        told = reconciliation.told_on(account, day=day)
        found.ledger_total = reconciliation.effect_on(account, of=[*told, *found.untold])
        if is_told:
            found.details.extend(_missing(account, of=found.untold))
    waiting = lines.filter(state=LineState.UNMATCHED).order_by("number")
    found.details.extend(_of_line(line) for line in waiting[:MOST_DETAILS])
    return found


def _asked(found: _Day) -> Iterator[Detail]:
    """What the gateway says of a sample, where it differs; where money moves by hand only statements tell."""
    if found.source == BANK or found.source in gateways.by_hand():
        yield {"what": "no_statement", "reference": "", "amount": str(found.ledger_total)}
        return
    came = [one for one in found.untold if one.payment_id and one.cause in ARRIVALS]
    ids = sorted({one.payment_id for one in came if one.payment_id})
    step = max(1, -(-len(ids) // SAMPLE))
    for payment in Payment.objects.filter(pk__in=ids[::step]).order_by("pk"):
        try:
            yield from _differences(payment)
        except (Unavailable, NotFound):
            yield {"what": "gateway_silent", "reference": payment.reference, "amount": str(payment.amount)}


def _differences(payment: Payment) -> Iterator[Detail]:
    standing = calling.look_up(payment)
    arrivals = Transfer.objects.filter(payment_id=payment.pk, cause__in=ARRIVALS)
    booked = arrivals.aggregate(all=Sum("amount"))["all"] or ZERO
    charged = standing.charged if standing.status == MoneyStatus.SUCCEEDED else ZERO
    if (charged, standing.currency) != (booked, payment.currency):
        yield {"what": "other_amount", "reference": payment.reference, "amount": str(charged)}
    done = Refund.objects.filter(payment=payment, status=RefundStatus.SUCCEEDED)
    if standing.refunded > (done.aggregate(all=Sum("amount"))["all"] or ZERO):
        yield {"what": "other_refund", "reference": payment.reference, "amount": str(standing.refunded)}


@transaction.atomic
def _keep(found: _Day, *, by: Any) -> DailyProof:
    proof, _is_new = DailyProof.objects.select_for_update(no_key=True).get_or_create(
        source=found.source,
        currency=found.currency,
        day=found.day,
        defaults={"ledger_total": ZERO, "state": "", "proved_at": clock.now(), "created_at": clock.now()},
    )
    state_before = proof.state
    proof.ledger_total, proof.difference = found.ledger_total, found.difference
    proof.statement_total = found.statement_total if found.is_told else None
    proof.state, proof.details, proof.proved_at = found.state, found.details[:MOST_DETAILS], clock.now()
    proof.save()
    if by is not None or state_before != proof.state:
        audit.record(actor=by, action=f"day.{proof.state}", subject=proof)
    return proof


def _sources(day: date) -> list[tuple[str, str]]:
    """Every gateway and the bank, in every currency that it was ever booked in or tells of."""
    kinds = [AccountKind.GATEWAY_CLEARING, AccountKind.BANK]
    accounts = Account.objects.filter(kind__in=kinds, owner=None).values_list("kind", "gateway", "currency")
    booked = {
        (BANK if kind == AccountKind.BANK else gateway, currency) for kind, gateway, currency in accounts
    }
    told = StatementLine.objects.filter(booked_on=day).values_list("source", "currency")
    return sorted(booked | set(told))


def _untold(account: Account, *, day: date) -> QuerySet[Transfer]:
    zone = ZoneInfo(settings.MARKET_TIME_ZONE)
    begins = datetime.combine(day, time.min, tzinfo=zone)
    ends = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
    return reconciliation.unaccounted(account).filter(Q(created_at__gte=begins) & Q(created_at__lt=ends))


def _missing(account: Account, *, of: list[Transfer]) -> Iterator[Detail]:
    ids = [one.payment_id for one in of if one.payment_id]
    known = dict(Payment.objects.filter(pk__in=ids).values_list("pk", "reference"))
    for one in of[:MOST_DETAILS]:
        reference = known.get(one.payment_id, one.key) if one.payment_id else one.key
        amount = reconciliation.effect_on(account, of=[one])
        yield {"what": "not_in_statement", "reference": reference, "amount": str(amount), "cause": one.cause}


def _of_line(line: StatementLine) -> Detail:
    told = {"what": "line_waits", "reference": line.external_id, "amount": str(line.net)}
    return {**told, "finding": line.finding}
