"""What every way to send money out promises (decision 36): plain data in, plain data out; no row, no rule.

Adding one is a class beside this file, its line in PAYOUT_CHANNEL_CLASSES, its name in PAYOUT_CHANNELS.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.utils.module_loading import import_string

from key2key.common.errors import NotFound

__all__ = ["PayoutChannel", "PayoutOrder", "PayoutStanding", "PayoutStatus", "payout_channel"]


class PayoutStatus(StrEnum):
    """Where one payout stands on its way."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"  # it was paid, and came back: it never arrived


@dataclass(frozen=True)
class PayoutOrder:
    """What goes to whom. `reference` is ours, letters and digits only, at most 32, and unique for ever."""

    reference: str
    amount: Decimal
    currency: str
    account_name: str
    account_number: str
    bank_code: str  # the channel's own code where it has codes, as staff entered it with the account
    narrative: str = ""


@dataclass(frozen=True)
class PayoutStanding:
    """The channel's present truth on one payout, which the caller compares with what it asked for.

    `code` says in the channel's word why it failed; `fee` is None while unknown. An `amount` of zero
    and an empty `currency` mean that the channel does not repeat them.
    """

    status: PayoutStatus
    reference: str
    channel_reference: str = ""
    amount: Decimal = Decimal(0)
    currency: str = ""
    code: str = ""
    fee: Decimal | None = None


class PayoutChannel(ABC):
    """Each method makes one HTTP call or none, within ten seconds, and is safe to repeat.

    Raises Unavailable ("gateway_unavailable") when the vendor does not answer, or not in a way that can
    be read: the outcome is unknown then, and `look_up` settles it. Raises InvalidInput
    ("gateway_refused") when the vendor refuses: nothing has left. Never called inside a transaction.
    """

    name: ClassVar[str]
    currencies: ClassVar[frozenset[str]]
    min_amount: ClassVar[Decimal] = Decimal("0.01")
    max_amount: ClassVar[Decimal] = Decimal("999999999999.99")
    # What the money leaves: the gateway's own balance, or our bank account where it is empty.
    pays_from: ClassVar[str] = ""

    @abstractmethod
    def send(self, order: PayoutOrder) -> PayoutStanding:
        """Send it. The same reference again sends nothing more: how the first one stands comes back."""

    @abstractmethod
    def look_up(self, reference: str) -> PayoutStanding:
        """Ask how a payout stands, by our reference.

        Raises NotFound when the channel has never heard of it: nothing has left.
        """


def payout_channel(name: str) -> PayoutChannel:
    """The channel of that name that sends by itself. Raises NotFound.

    The bank's file and payments by hand are not here: people carry those out.
    """
    if name not in settings.PAYOUT_CHANNELS or name not in settings.PAYOUT_CHANNEL_CLASSES:
        raise NotFound
    made: PayoutChannel = import_string(settings.PAYOUT_CHANNEL_CLASSES[name])()
    return made
