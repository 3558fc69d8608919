"""What others like to know about money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True)
class PaymentSucceeded:
    """The gateway has the money, and it counts for what it was paid for."""

    payment_id: UUID
    payer_id: UUID
    purpose: str
    target_type: str
    target_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class PaymentFailed:
    """A try to pay ended without money: failed, cancelled or expired."""

    payment_id: UUID
    payer_id: UUID
    purpose: str
    target_type: str
    target_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class HoldCompleted:
    """The legs of a hold sum to its amount: the deposit is held."""

    hold_id: UUID
    target_type: str
    target_id: UUID


@dataclass(frozen=True)
class HoldLost:
    """A hold lapsed by itself: another one took the asset. Its legs are on their way back."""

    hold_id: UUID
    target_type: str
    target_id: UUID


@dataclass(frozen=True)
class ChargebackOpened:
    """The payer's bank takes the money back, for now."""

    payment_id: UUID
    hold_id: UUID | None
    target_type: str
    target_id: UUID


@dataclass(frozen=True)
class ChargebackWon:
    """The money came back to us."""

    payment_id: UUID
    hold_id: UUID | None
    target_type: str
    target_id: UUID


@dataclass(frozen=True)
class ChargebackLost:
    """The money is gone for good."""

    payment_id: UUID
    hold_id: UUID | None
    target_type: str
    target_id: UUID


@dataclass(frozen=True)
class RefundSucceeded:
    """The payer has the money back."""

    refund_id: UUID
    payment_id: UUID
    target_type: str
    target_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class RefundFailed:
    """The gateway refused to give the money back; finance tries again."""

    refund_id: UUID
    payment_id: UUID
    target_type: str
    target_id: UUID
    amount: Decimal
    currency: str
