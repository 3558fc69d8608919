"""Which way a payment may move (payments.md 0.1): forward only, whatever is told, in whatever order.

And holds and payouts.
"""

from __future__ import annotations

from payments.enums import HoldState
from payments.enums import PaymentStatus as P
from payments.enums import PayoutStatus as Out

MOVES: dict[str, frozenset[str]] = {
    P.PENDING: frozenset({P.AUTHORIZED, P.SUCCEEDED, P.FAILED, P.CANCELLED, P.EXPIRED}),
    P.AUTHORIZED: frozenset({P.SUCCEEDED, P.CANCELLED, P.EXPIRED, P.FAILED}),
    P.FAILED: frozenset({P.SUCCEEDED}),
    P.CANCELLED: frozenset({P.SUCCEEDED}),
    P.EXPIRED: frozenset({P.SUCCEEDED}),
    P.SUCCEEDED: frozenset({P.PARTIALLY_REFUNDED, P.REFUNDED, P.DISPUTED}),
    P.PARTIALLY_REFUNDED: frozenset({P.PARTIALLY_REFUNDED, P.REFUNDED, P.DISPUTED}),
    P.DISPUTED: frozenset({P.SUCCEEDED, P.PARTIALLY_REFUNDED, P.REFUNDED}),
    P.REFUNDED: frozenset(),
}
OPEN = frozenset({P.PENDING, P.AUTHORIZED})
ENDED_WITHOUT_MONEY = frozenset({P.FAILED, P.CANCELLED, P.EXPIRED})
RECEIVED = frozenset({P.SUCCEEDED, P.PARTIALLY_REFUNDED, P.REFUNDED, P.DISPUTED})

HOLD_MOVES: dict[str, frozenset[str]] = {
    HoldState.PENDING: frozenset({HoldState.HELD, HoldState.LAPSED}),
    HoldState.HELD: frozenset({HoldState.RELEASED, HoldState.REFUNDED, HoldState.DISPUTED}),
    HoldState.DISPUTED: frozenset({HoldState.HELD, HoldState.RELEASED, HoldState.REFUNDED}),
    HoldState.RELEASED: frozenset(),
    HoldState.REFUNDED: frozenset(),
    HoldState.LAPSED: frozenset(),
}
HOLDING = frozenset({HoldState.HELD, HoldState.DISPUTED})
CLOSED = frozenset({HoldState.RELEASED, HoldState.REFUNDED, HoldState.LAPSED})

PAYOUT_MOVES: dict[str, frozenset[str]] = {
    Out.REQUESTED: frozenset({Out.APPROVED, Out.CANCELLED, Out.ON_HOLD}),
    Out.APPROVED: frozenset({Out.PROCESSING, Out.CANCELLED, Out.ON_HOLD}),
    Out.ON_HOLD: frozenset({Out.REQUESTED, Out.APPROVED, Out.CANCELLED}),
    Out.PROCESSING: frozenset({Out.PAID, Out.FAILED}),
    Out.PAID: frozenset({Out.FAILED}),  # the bank gave it back
    Out.FAILED: frozenset(),
    Out.CANCELLED: frozenset(),
}


def may_move(now: str, *, to: str) -> bool:
    """Whether a payment may go from one status to another."""
    return to in MOVES[now]
