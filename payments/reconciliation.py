"""What of reconciliation waits for finance: rows, and the numbers on the first page of staff."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from key2key.common.plugins import HomeCounter, home_counters
from payments.enums import AccountKind as K
from payments.enums import DayState, LineState, RefundStatus, SuspenseState
from payments.models import Account, DailyProof, LineBooking, StatementLine, SuspenseItem, Transfer
from payments.statements import BANK

# Sent back, but the refund has not left, or has come back.
_REFUND_LIES_THERE = Q(refund__tries=0) | Q(refund__status__in=[RefundStatus.FAILED, RefundStatus.DECLINED])


def in_suspense() -> QuerySet[SuspenseItem]:
    """Items whose money lies in suspense now: nobody has decided, or the refund did not go through."""
    came_back = Q(state=SuspenseState.SENT_BACK, refund__isnull=False) & _REFUND_LIES_THERE
    return SuspenseItem.objects.filter(Q(state=SuspenseState.WAITING) | came_back)


def waiting_lines() -> QuerySet[StatementLine]:
    """Lines of statements that nothing of ours accounts for."""
    return StatementLine.objects.filter(state=LineState.UNMATCHED)


def open_days() -> QuerySet[DailyProof]:
    """Days on which our ledger and a gateway differ."""
    return DailyProof.objects.filter(state=DayState.OPEN)


def mirrored_account(source: str, *, currency: str) -> Account | None:
    """The account of the ledger that a source's statements mirror, if anything was ever booked there."""
    kind, gateway = (K.BANK, "") if source == BANK else (K.GATEWAY_CLEARING, source)
    return Account.objects.filter(kind=kind, gateway=gateway, owner=None, currency=currency).first()


def moved_on(account: Account) -> QuerySet[Transfer]:
    """Every movement of an account."""
    return Transfer.objects.filter(Q(debit=account) | Q(credit=account))


def unaccounted(account: Account) -> QuerySet[Transfer]:
    """Movements of an account that no line of a statement accounts for, the first first."""
    taken = LineBooking.objects.filter(account=account).values("transfer")
    return moved_on(account).exclude(pk__in=taken).order_by("created_at", "id")


def told_on(account: Account, *, day: date) -> QuerySet[Transfer]:
    """Movements of an account that lines of the day account for."""
    told = LineBooking.objects.filter(account=account, line__booked_on=day).values("transfer")
    return moved_on(account).filter(pk__in=told)


def effect_on(account: Account, *, of: Iterable[Transfer]) -> Decimal:
    """What transfers add to an account, as its source sees it."""
    return sum((one.amount if one.debit_id == account.pk else -one.amount for one in of), Decimal(0))


def register_counters() -> None:
    """Put the three on the first page of staff."""
    home_counters.register("suspense", _SUSPENSE)
    home_counters.register("lines of statements", _LINES)
    home_counters.register("open days", _DAYS)


def _oldest_suspense() -> datetime | None:
    return in_suspense().order_by("created_at").values_list("created_at", flat=True).first()


def _oldest_line() -> datetime | None:
    return waiting_lines().order_by("created_at").values_list("created_at", flat=True).first()


def _oldest_day() -> datetime | None:
    return open_days().order_by("created_at").values_list("created_at", flat=True).first()


_SUSPENSE = HomeCounter(
    label=_("Money that matches nothing"),
    url="admin:payments_suspenseitem_changelist",
    count=lambda: in_suspense().count(),
    permission="payments.change_suspenseitem",
    oldest=_oldest_suspense,
    query="?lies_there=yes",
)
_LINES = HomeCounter(
    label=_("Lines of statements without a match"),
    url="admin:payments_statementline_changelist",
    count=lambda: waiting_lines().count(),
    permission="payments.change_statementline",
    oldest=_oldest_line,
    query="?state__exact=unmatched",
)
_DAYS = HomeCounter(
    label=_("Days that are not proven"),
    url="admin:payments_dailyproof_changelist",
    count=lambda: open_days().count(),
    permission="payments.change_dailyproof",
    oldest=_oldest_day,
    query="?state__exact=open",
)
