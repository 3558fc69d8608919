"""Does the ledger say what the rows say? Asked by `manage.py check_ledger`, by tests, and by finance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Sum

from payments import payables, reconciliation, selectors
from payments.enums import AccountKind as K
from payments.enums import (
    Cause,
    HoldState,
    InstructionKind,
    InstructionState,
    PaymentStatus,
    PayoutStatus,
    Placement,
    RefundSource,
    RefundStatus,
)
from payments.ledger import GROW_BY_DEBITS, POSTINGS
from payments.models import Account, Hold, HoldInstruction, Payment, Payout, Refund, SuspenseReturn, Transfer
from payments.services.instructions import INSTRUCTED
from payments.transitions import RECEIVED

ZERO = Decimal(0)
NEVER_NEGATIVE = frozenset(
    {K.HELD, K.PAYABLE, K.SUSPENSE, K.REFUNDS_IN_TRANSIT, K.PAYOUTS_IN_TRANSIT, K.CHARGEBACKS}
)
CAME = frozenset(
    {
        Cause.DEPOSIT_PAID,
        Cause.REVENUE_PAID,
        Cause.LATE_PAID,
        Cause.SUSPENSE_TO_HOLD,
        Cause.SUSPENSE_TO_REVENUE,
    }
)
Balances = dict[tuple[str, Any, str], Decimal]  # (kind, owner, currency) -> what grows the account


def ledger_faults() -> list[str]:
    """Sentences about what does not add up; empty when all does. Reads one state of the database.

    Transfers join the accounts that their causes name; what lies under each hold is its legs less what
    left them; what was received, is on its way back and is disputed is what payments and refunds say;
    nothing that we owe is negative.
    """
    with _one_moment():
        balances = _balances()
        return [
            *_odd_transfers(),
            *_negative(balances),
            *_holds(balances),
            *_payments(),
            *_on_the_way(balances),
            *_paid_out(balances),
            *_disputed(balances),
            *_in_suspense(balances),
        ]


@contextmanager
def _one_moment() -> Iterator[None]:
    """All that is read inside is of one moment, though money moves meanwhile.

    Inside somebody's transaction it is theirs that decides.
    """
    is_alone = not connection.in_atomic_block
    with transaction.atomic():
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _balances() -> Balances:
    found: Balances = defaultdict(lambda: ZERO)
    for account, owed in selectors.balances(Account.objects.all()).items():
        sign = -1 if account.kind in GROW_BY_DEBITS else 1
        found[account.kind, account.owner, account.currency] += sign * owed
    return found


def _odd_transfers() -> Iterator[str]:
    pairs = Transfer.objects.values_list("cause", "debit__kind", "credit__kind").annotate(many=Count("pk"))
    for cause, debit, credit, many in pairs.order_by("cause"):
        if POSTINGS[cause] != (debit, credit):
            yield f"{many} transfers of {cause} go from {debit} to {credit}"


def _negative(balances: Balances) -> Iterator[str]:
    for (kind, owner, currency), balance in balances.items():
        if kind in NEVER_NEGATIVE and balance < 0:
            yield f"{kind}:{owner or ''} is {balance} {currency}"


def _holds(balances: Balances) -> Iterator[str]:
    legs = _sums(
        Payment.objects.filter(placement=Placement.HOLD),
        by="hold_id",
        what=F("amount") - F("taken_from_hold"),
    )
    left = _sums(
        Refund.objects.filter(source=RefundSource.HOLD, status__in=sorted(selectors.LIVE_REFUNDS)),
        by="payment__hold_id",
        what=F("amount"),
    )
    done = HoldInstruction.objects.filter(kind=InstructionKind.RELEASE, state=InstructionState.CARRIED_OUT)
    carried_out = _sums(done, by="hold_id", what=F("amount"))
    for hold in Hold.objects.all():
        released = hold.amount - hold.refunded_amount if hold.state == HoldState.RELEASED else ZERO
        if hold.policy in INSTRUCTED:  # what its keeper has not done yet lies there
            released = carried_out[hold.pk]
        expected = legs[hold.pk] - left[hold.pk] - released
        if (found := balances.get((K.HELD, hold.pk, hold.currency), ZERO)) != expected:
            yield f"held:{hold.pk} ({hold.state}) is {found} and should be {expected} {hold.currency}"
        if hold.state == HoldState.HELD and expected != hold.amount:
            yield f"hold {hold.pk} is held with {expected} of {hold.amount} {hold.currency}"


def _payments() -> Iterator[str]:
    """What came is booked once, whole; what did not come is not booked."""
    came = Transfer.objects.filter(cause__in=sorted(CAME))
    booked = _sums(came, by="payment_id", what=F("amount"))
    for payment in Payment.objects.all():
        expected = payment.amount if payment.status in RECEIVED else ZERO
        if booked[payment.pk] != expected:
            yield f"{payment.reference} ({payment.status}): {booked[payment.pk]} booked, not {expected}"
        if payment.status in RECEIVED and not payment.placement:
            yield f"{payment.reference} ({payment.status}) lies nowhere"


def _on_the_way(balances: Balances) -> Iterator[str]:
    under_way = Refund.objects.filter(status__in=[RefundStatus.APPROVED, RefundStatus.SENT], tries__gt=0)
    expected = _sums(under_way, by="currency", what=F("amount"))
    returned = SuspenseReturn.objects.filter(status__in=[RefundStatus.APPROVED, RefundStatus.SENT])
    for currency, amount in _sums(returned, by="item__currency", what=F("item__amount")).items():
        expected[currency] += amount
    yield from _compare(balances, kind=K.REFUNDS_IN_TRANSIT, expected=expected)


def _paid_out(balances: Balances) -> Iterator[str]:
    """What is on its way out is what was sent and not confirmed; nobody asks for more than they are owed."""
    sent = Payout.objects.filter(status=PayoutStatus.PROCESSING)
    expected = _sums(sent, by="currency", what=F("amount"))
    yield from _compare(balances, kind=K.PAYOUTS_IN_TRANSIT, expected=expected)
    asked = Payout.objects.filter(status__in=sorted(payables.WAITING)).order_by().values("payee_id")
    for account in Account.objects.filter(kind=K.PAYABLE, owner__in=asked):
        if (free := payables.available(account)) < 0:
            yield f"{-free} {account.currency} more than payable:{account.owner} has are asked for"


def _disputed(balances: Balances) -> Iterator[str]:
    disputed = Payment.objects.filter(status=PaymentStatus.DISPUTED)
    expected = _sums(disputed, by="currency", what=F("disputed_amount"))
    yield from _compare(balances, kind=K.CHARGEBACKS, expected=expected)


def _in_suspense(balances: Balances) -> Iterator[str]:
    """What lies in suspense is what finance still has to find an owner for, item by item."""
    expected = _sums(reconciliation.in_suspense(), by="currency", what=F("amount"))
    yield from _compare(balances, kind=K.SUSPENSE, expected=expected)


def _compare(balances: Balances, *, kind: str, expected: dict[Any, Decimal]) -> Iterator[str]:
    currencies = {currency for of, _owner, currency in balances if of == kind} | set(expected)
    for currency in sorted(currencies):
        found = balances.get((kind, None, currency), ZERO)
        if found != expected.get(currency, ZERO):
            yield f"{kind} is {found} and should be {expected.get(currency, ZERO)} {currency}"


def _sums(rows: Any, *, by: str, what: Any) -> dict[Any, Decimal]:
    found: dict[Any, Decimal] = defaultdict(lambda: ZERO)
    found.update(rows.order_by().values_list(by).annotate(all=Sum(what)))
    return found
