"""The table of postings (deals.md, Ledger): which account each cause debits and credits. Pure.

Assets and expenses grow by debits; what we owe, and revenue, by credits.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from payments.enums import AccountKind as K
from payments.enums import Cause, RefundSource

GROW_BY_DEBITS = frozenset({K.GATEWAY_CLEARING, K.BANK, K.GATEWAY_FEES, K.CHARGEBACKS, K.LOSS})

# cause -> (debit, credit)
POSTINGS: dict[str, tuple[str, str]] = {
    Cause.DEPOSIT_PAID: (K.GATEWAY_CLEARING, K.HELD),
    Cause.REVENUE_PAID: (K.GATEWAY_CLEARING, K.PLATFORM_REVENUE),
    Cause.LATE_PAID: (K.GATEWAY_CLEARING, K.PAYABLE),
    Cause.UNKNOWN_PAID: (K.GATEWAY_CLEARING, K.SUSPENSE),
    Cause.GATEWAY_FEE: (K.GATEWAY_FEES, K.GATEWAY_CLEARING),
    Cause.RELEASED: (K.HELD, K.PAYABLE),
    Cause.COMMISSION: (K.PAYABLE, K.PAYABLE),
    Cause.PLATFORM_FEE: (K.PAYABLE, K.PLATFORM_REVENUE),
    Cause.DEPOSIT_REFUND: (K.HELD, K.REFUNDS_IN_TRANSIT),
    Cause.REVENUE_REFUND: (K.PLATFORM_REVENUE, K.REFUNDS_IN_TRANSIT),
    Cause.LATE_REFUND: (K.PAYABLE, K.REFUNDS_IN_TRANSIT),
    Cause.SUSPENSE_REFUND: (K.SUSPENSE, K.REFUNDS_IN_TRANSIT),
    Cause.REFUND_CONFIRMED: (K.REFUNDS_IN_TRANSIT, K.GATEWAY_CLEARING),
    Cause.DEPOSIT_REFUND_FAILED: (K.REFUNDS_IN_TRANSIT, K.HELD),
    Cause.REVENUE_REFUND_FAILED: (K.REFUNDS_IN_TRANSIT, K.PLATFORM_REVENUE),
    Cause.LATE_REFUND_FAILED: (K.REFUNDS_IN_TRANSIT, K.PAYABLE),
    Cause.SUSPENSE_REFUND_FAILED: (K.REFUNDS_IN_TRANSIT, K.SUSPENSE),
    Cause.CHARGEBACK_OPENED: (K.CHARGEBACKS, K.GATEWAY_CLEARING),
    Cause.CHARGEBACK_WON: (K.GATEWAY_CLEARING, K.CHARGEBACKS),
    Cause.DEPOSIT_CHARGED_BACK: (K.HELD, K.CHARGEBACKS),
    Cause.LATE_CHARGED_BACK: (K.PAYABLE, K.CHARGEBACKS),
    Cause.CHARGEBACK_LOSS: (K.LOSS, K.CHARGEBACKS),
    Cause.BANK_SETTLED: (K.BANK, K.GATEWAY_CLEARING),
    Cause.BANK_DRAWN: (K.GATEWAY_CLEARING, K.BANK),
    Cause.SUSPENSE_TO_HOLD: (K.SUSPENSE, K.HELD),
    Cause.SUSPENSE_TO_PAYER: (K.SUSPENSE, K.PAYABLE),
    Cause.SUSPENSE_TO_REVENUE: (K.SUSPENSE, K.PLATFORM_REVENUE),
    Cause.PAYOUT_SENT: (K.PAYABLE, K.PAYOUTS_IN_TRANSIT),
    Cause.PAYOUT_CONFIRMED: (K.PAYOUTS_IN_TRANSIT, K.BANK),
    Cause.PAYOUT_PASSED_ON: (K.PAYOUTS_IN_TRANSIT, K.GATEWAY_CLEARING),
    Cause.PAYOUT_FAILED: (K.PAYOUTS_IN_TRANSIT, K.PAYABLE),
    Cause.PAYOUT_RETURNED: (K.BANK, K.PAYABLE),
    Cause.PAYOUT_SENT_BACK: (K.GATEWAY_CLEARING, K.PAYABLE),
}

# where the money of a refund comes from -> (cause when it leaves, cause when the gateway refused)
REFUND_CAUSES: dict[str, tuple[str, str]] = {
    RefundSource.HOLD: (Cause.DEPOSIT_REFUND, Cause.DEPOSIT_REFUND_FAILED),
    RefundSource.REVENUE: (Cause.REVENUE_REFUND, Cause.REVENUE_REFUND_FAILED),
    RefundSource.PAYER: (Cause.LATE_REFUND, Cause.LATE_REFUND_FAILED),
    RefundSource.SUSPENSE: (Cause.SUSPENSE_REFUND, Cause.SUSPENSE_REFUND_FAILED),
}


@dataclass(frozen=True, order=True)
class Ref:
    """Names an account before its row is known."""

    kind: str
    owner: str = ""  # a UUID as text, so that refs have an order
    gateway: str = ""


@dataclass(frozen=True)
class Posting:
    """One transfer to be booked. `key` names its effect; a repeat of the key is refused by the database."""

    key: str
    cause: str
    debit: Ref
    credit: Ref
    amount: Decimal


@dataclass(frozen=True)
class Parties:
    """Whom the accounts of a posting belong to, as far as its kinds have owners."""

    gateway: str = ""
    hold: UUID | None = None
    payable: UUID | None = None  # the debited one where both sides are payable
    other_payable: UUID | None = None


def posting(cause: str, *, key: str, amount: Decimal, parties: Parties) -> Posting:
    """The transfer that a cause means, between the accounts of these parties."""
    debit, credit = POSTINGS[cause]
    receiver = parties.other_payable if debit == K.PAYABLE else parties.payable
    return Posting(
        key=key,
        cause=cause,
        debit=_ref(debit, parties=parties, payable=parties.payable),
        credit=_ref(credit, parties=parties, payable=receiver),
        amount=amount,
    )


def accounts_of(parties: Parties) -> list[Ref]:
    """Every account that money of these parties may ever go through, as far as it is known now."""
    ends = {end for pair in POSTINGS.values() for end in pair}
    owners = {K.HELD: [parties.hold], K.PAYABLE: [parties.payable, parties.other_payable]}
    owned = [Ref(kind, owner=str(owner)) for kind, each in owners.items() for owner in each if owner]
    return owned + [_ref(kind, parties=parties, payable=None) for kind in ends - set(owners)]


def _ref(kind: str, *, parties: Parties, payable: UUID | None) -> Ref:
    if kind == K.GATEWAY_CLEARING:
        return Ref(kind, gateway=parties.gateway)
    owners = {K.HELD: parties.hold, K.PAYABLE: payable}
    if kind not in owners:
        return Ref(kind)
    owner = owners[K(kind)]
    if owner is None:
        raise ValueError(f"{kind} is always somebody's")
    return Ref(kind, owner=str(owner))
