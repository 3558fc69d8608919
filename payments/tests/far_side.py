"""A payment company as the shared suite works it: from the outside, never through the gateway."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from decimal import Decimal

from payments.gateways.contract import Gateway


@dataclass(frozen=True)
class Notification:
    """What the company sends to our address."""

    headers: dict[str, str]
    body: bytes


class FarSide(ABC):
    """A company's stand-in."""

    gateway: Gateway
    other_currency: str  # one that the company does not take

    @abstractmethod
    def pay(self, reference: str) -> None:
        """The payer of the order pays."""

    @abstractmethod
    def pay_again(self, reference: str) -> None:
        """The payer pays a second time."""

    @abstractmethod
    def fail(self, reference: str) -> None:
        """The payment of the order fails for good."""

    @abstractmethod
    def notification(self, reference: str, *, age_seconds: int = 0) -> Notification:
        """The last notification on the order, signed by the company so long ago."""

    @abstractmethod
    def forged(self, reference: str) -> Notification:
        """The same, signed by somebody who does not know the secret."""

    def is_replay_safe(self) -> bool:
        """Whether an old notification is refused by its signature; else only the inbox knows it."""
        return True

    def is_paid_once(self) -> bool:
        """Whether the company itself lets nobody pay a checkout twice."""
        return False

    def tells_unpaid_amount(self) -> bool:
        """Whether a look-up says what was asked for before anybody paid."""
        return True

    def tells_refunds(self) -> bool:
        """Whether a look-up tells of refunds; else only asking for the refund again does."""
        return True

    def given_back(self, reference: str) -> Decimal:
        """What the company really gave back of an order. Needed where a look-up does not tell."""
        raise NotImplementedError

    def closes_pages(self) -> bool:
        """Whether the company can close a page before its time."""
        return True

    def signs_bytes(self) -> bool:
        """Whether the very bytes of a notification are signed, and not only what they say."""
        return True

    def unsigned(self, reference: str) -> Notification:
        """The last notification on the order without its signature."""
        return replace(self.notification(reference), headers={})

    def something_else_happens(self, reference: str) -> None:
        """Whatever the company notifies us of after a payment."""
        self.pay_again(reference)
