"""The ledger as a bookkeeper reads it: balances over days, an account's entries with the balance after each.

Days are days of the market. Nothing here counts a whole table: pages go on from the last row shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from payments.ledger import GROW_BY_DEBITS
from payments.models import Account, Transfer

ZERO = Decimal(0)
PAGE, CHUNK = 100, 2000
_FIRST_DAY = date(2000, 1, 1)  # before all of it


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """The first moment inside."""
        return _midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return _midnight(self.last + timedelta(days=1))


@dataclass(frozen=True)
class Sums:
    """What an account had before, what moved, what it has then; it grows as its kind does."""

    opening: Decimal = ZERO
    debits: Decimal = ZERO
    credits: Decimal = ZERO
    closing: Decimal = ZERO


@dataclass(frozen=True)
class Group:
    """The accounts of one kind, gateway and currency together."""

    kind: str
    gateway: str
    currency: str
    sums: Sums


@dataclass(frozen=True)
class Entry:
    """One transfer, seen from an account, and the account's balance after it."""

    transfer: Transfer
    other: Account
    debit: Decimal | None
    credit: Decimal | None
    balance: Decimal

    @property
    def cursor(self) -> str:
        """Where it stands in the order, for the page after it."""
        return f"{self.transfer.created_at.isoformat()}~{self.transfer.pk}"


def always_until(last: date) -> Period:
    """From the first booking to the day."""
    return Period(_FIRST_DAY, last)


def sums_of(accounts: Iterable[Account], *, period: Period) -> dict[UUID, Sums]:
    """The sums of each account, in two queries."""
    by_id = {account.pk: account for account in accounts}
    moved = {
        side: _moved(side, by=(side,), of=Q(**{f"{side}__in": list(by_id)}), period=period) for side in SIDES
    }
    return {
        key: _sums(
            account.kind,
            debits=moved["debit"].get((key,), NOTHING),
            credits=moved["credit"].get((key,), NOTHING),
        )
        for key, account in by_id.items()
    }


def trial_balance(period: Period) -> list[Group]:
    """All accounts, summed by kind, gateway and currency."""
    keys = ("kind", "gateway", "currency")
    moved = {
        side: _moved(side, by=tuple(f"{side}__{key}" for key in keys), of=Q(), period=period)
        for side in SIDES
    }
    return [
        Group(
            kind=kind,
            gateway=gateway,
            currency=currency,
            sums=_sums(
                kind,
                debits=moved["debit"].get((kind, gateway, currency), NOTHING),
                credits=moved["credit"].get((kind, gateway, currency), NOTHING),
            ),
        )
        for kind, gateway, currency in sorted(moved["debit"].keys() | moved["credit"].keys())
    ]


def entries_of(account: Account, *, period: Period, after: str = "") -> tuple[list[Entry], str]:
    """One page of an account's entries, the newest first, and the cursor of the next page, or nothing."""
    place = _read_cursor(after)
    sides = [_side(account, side, period=period, before=place) for side in SIDES]
    found = sorted(
        (row for rows in sides for row in rows.order_by("-created_at", "-id")[: PAGE + 1]),
        key=_order,
        reverse=True,
    )
    shown = found[:PAGE]
    entries = list(_with_balances(account, shown, balance=_balance_at(account, shown[0]))) if shown else []
    return entries, entries[-1].cursor if len(found) > PAGE else ""


def all_entries(account: Account, *, period: Period) -> Iterator[Entry]:
    """All entries of an account in the period, the oldest first, read a few thousand at a time."""
    balance = sums_of([account], period=period)[account.pk].opening
    place: tuple[datetime, UUID] | None = None
    while True:
        sides = [_side(account, side, period=period, behind=place) for side in SIDES]
        rows = sorted(
            (row for rows in sides for row in rows.order_by("created_at", "id")[:CHUNK]), key=_order
        )[:CHUNK]
        others = _others(account, rows)
        for row in rows:
            balance += _effect(account, row)
            yield _entry(account, row, balance=balance, others=others)
        if len(rows) < CHUNK:
            return
        place = _order(rows[-1])


def journal_of(journal: UUID) -> Sequence[Transfer]:
    """All transfers that were booked as one."""
    return list(
        Transfer.objects.filter(journal=journal)
        .select_related("debit", "credit")
        .order_by("created_at", "id")
    )


SIDES = ("debit", "credit")
Moved = tuple[Decimal, Decimal]  # before the period, inside it
NOTHING: Moved = (ZERO, ZERO)


def _moved(side: str, *, by: tuple[str, ...], of: Q, period: Period) -> dict[tuple[Any, ...], Moved]:
    inside = Q(created_at__gte=period.begins)
    rows = Transfer.objects.filter(of, created_at__lt=period.ends).order_by().values_list(*by)
    found = rows.annotate(
        before=Coalesce(Sum("amount", filter=~inside), ZERO),
        within=Coalesce(Sum("amount", filter=inside), ZERO),
    )
    return {tuple(key): (before, within) for *key, before, within in found}


def _sums(kind: str, *, debits: Moved, credits: Moved) -> Sums:
    sign = 1 if kind in GROW_BY_DEBITS else -1
    opening = sign * (debits[0] - credits[0]) + ZERO  # no minus before nothing
    return Sums(
        opening=opening,
        debits=debits[1],
        credits=credits[1],
        closing=opening + sign * (debits[1] - credits[1]) + ZERO,
    )


def _side(
    account: Account,
    side: str,
    *,
    period: Period,
    before: tuple[datetime, UUID] | None = None,
    behind: tuple[datetime, UUID] | None = None,
) -> QuerySet[Transfer]:
    """The debits or the credits of an account; each is read along an index of its own."""
    rows = Transfer.objects.filter(
        **{side: account}, created_at__gte=period.begins, created_at__lt=period.ends
    )
    if before is not None:
        at, key = before
        rows = rows.filter(created_at__lte=at).exclude(created_at=at, id__gte=key)
    if behind is not None:
        at, key = behind
        rows = rows.filter(created_at__gte=at).exclude(created_at=at, id__lte=key)
    return rows


def _balance_at(account: Account, row: Transfer) -> Decimal:
    """What the account had right after the transfer."""
    balance = ZERO
    for side in SIDES:
        rows = Transfer.objects.filter(**{side: account}, created_at__lte=row.created_at)
        found = rows.exclude(created_at=row.created_at, id__gt=row.pk).aggregate(
            all=Coalesce(Sum("amount"), ZERO)
        )
        balance += _sign(account, side) * found["all"]
    return balance


def _with_balances(account: Account, rows: Sequence[Transfer], *, balance: Decimal) -> Iterator[Entry]:
    """Backwards: what one entry did was not there before it."""
    others = _others(account, rows)
    for row in rows:
        yield _entry(account, row, balance=balance, others=others)
        balance -= _effect(account, row)


def _others(account: Account, rows: Iterable[Transfer]) -> dict[UUID, Account]:
    """The accounts at the other ends: a handful for many rows."""
    return Account.objects.in_bulk({_other_end(account, row) for row in rows})


def _other_end(account: Account, row: Transfer) -> UUID:
    return row.credit_id if row.debit_id == account.pk else row.debit_id


def _entry(account: Account, row: Transfer, *, balance: Decimal, others: dict[UUID, Account]) -> Entry:
    is_debit = row.debit_id == account.pk
    return Entry(
        transfer=row,
        other=others[_other_end(account, row)],
        debit=row.amount if is_debit else None,
        credit=None if is_debit else row.amount,
        balance=balance,
    )


def _effect(account: Account, row: Transfer) -> Decimal:
    return _sign(account, "debit" if row.debit_id == account.pk else "credit") * row.amount


def _sign(account: Account, side: str) -> int:
    return 1 if (side == "debit") == (account.kind in GROW_BY_DEBITS) else -1


def _order(row: Transfer) -> tuple[datetime, UUID]:
    return row.created_at, row.pk


def _read_cursor(text: str) -> tuple[datetime, UUID] | None:
    at, _, key = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)), UUID(key)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(settings.MARKET_TIME_ZONE))
