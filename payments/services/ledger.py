"""Booking: every movement of money is written here, once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from key2key.common import clock
from key2key.common.ids import uuid7
from payments.ledger import Parties, Posting, Ref, accounts_of
from payments.models import Account, Transfer

# Whoever makes accounts waits for others who do: two that each make two in opposite order would wait for
# each other. `open_accounts` makes them before money comes, in transactions that wait for nothing after it.
MAKING_ACCOUNTS = "SELECT pg_advisory_xact_lock(hashtext('payments_account'))"


def book(
    *postings: Posting,
    currency: str,
    payment_id: UUID | None = None,
    refund_id: UUID | None = None,
    hold_id: UUID | None = None,
    payout_id: UUID | None = None,
) -> list[Transfer]:
    """Write transfers as one journal, in the caller's transaction. Postings of nothing are left out.

    Raises IntegrityError when one with the same key is booked already: callers decide under their locks
    whether an effect is still to be booked.
    """
    real = [one for one in postings if one.amount]
    accounts = _accounts([ref for one in real for ref in (one.debit, one.credit)], currency=currency)
    journal = uuid7()
    return Transfer.objects.bulk_create(
        Transfer(
            journal=journal,
            key=one.key,
            debit=accounts[one.debit],
            credit=accounts[one.credit],
            amount=one.amount,
            currency=currency,
            cause=one.cause,
            payment_id=payment_id,
            refund_id=refund_id,
            hold_id=hold_id,
            payout_id=payout_id,
            created_at=clock.now(),
        )
        for one in real
    )


def open_accounts(parties: Parties, *, currency: str) -> None:
    """Make the accounts that money of these parties may go through, so that booking it makes none.

    The last thing that a transaction does: until it ends, others who make accounts wait for it.
    """
    _accounts(accounts_of(parties), currency=currency)


def _accounts(refs: Sequence[Ref], *, currency: str) -> dict[Ref, Account]:
    found = {ref: _known(ref, currency=currency) for ref in sorted(set(refs))}
    missing = [ref for ref, account in found.items() if account is None]
    if missing:
        with connection.cursor() as cursor:
            cursor.execute(MAKING_ACCOUNTS)
        for ref in missing:
            found[ref] = _known(ref, currency=currency) or Account.objects.create(
                kind=ref.kind, owner=ref.owner or None, gateway=ref.gateway, currency=currency
            )
    return {ref: account for ref, account in found.items() if account is not None}


def _known(ref: Ref, *, currency: str) -> Account | None:
    return Account.objects.filter(
        kind=ref.kind, owner=ref.owner or None, gateway=ref.gateway, currency=currency
    ).first()
