"""What every payment gateway promises. Plain data in, plain data out; no row, no rule.

Adding one is a module beside this file, its line in GATEWAY_CLASSES, and the shared suite over its
recorded answers (payments/tests/gateway_suite.py).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from key2key.common.errors import NotAllowed

__all__ = [
    "BadSignature",
    "Chargeback",
    "Checkout",
    "Gateway",
    "Mode",
    "MoneyStatus",
    "Order",
    "RefundOrder",
    "RefundStanding",
    "RefundStatus",
    "Report",
    "Standing",
]


class BadSignature(NotAllowed):
    """The sender of a notification is not proved; nothing in it may be believed."""

    status = 401
    default_detail = _("The signature is not valid.")

    def __init__(self) -> None:
        super().__init__("bad_signature")


class Mode(StrEnum):
    """Whether the money is real."""

    LIVE = "live"
    TEST = "test"


class MoneyStatus(StrEnum):
    """What the gateway says of the money asked for. Refunds and chargebacks are told beside it."""

    PENDING = "pending"
    AUTHORIZED = "authorized"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Chargeback(StrEnum):
    """Where the payer's bank stands that takes its money back."""

    NONE = "none"
    OPEN = "open"
    WON = "won"
    LOST = "lost"


class RefundStatus(StrEnum):
    """Where one refund stands at the gateway."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True)
class Order:
    """What the payer is asked for. `reference` is ours and unique for ever."""

    reference: str
    amount: Decimal
    currency: str
    description: str
    return_url: str
    webhook_url: str
    payer_name: str = ""
    payer_email: str = ""
    payer_phone: str = ""  # E.164
    language: str = "en"


@dataclass(frozen=True)
class Checkout:
    """Where the payer goes, and until when."""

    gateway_reference: str
    checkout_url: str
    expires_at: datetime


@dataclass(frozen=True)
class Report:
    """What a proved notification is about: a hint to look up, never a fact to book.

    `event_key` is the same whenever the gateway repeats itself, and differs between two events.
    `reference` or `gateway_reference` may be empty, not both. `kind` is the gateway's own word.
    """

    event_key: str
    reference: str
    gateway_reference: str
    kind: str


@dataclass(frozen=True)
class RefundOrder:
    """What goes back. The gateway gives it once per `refund_reference`, however often it is asked.

    One that failed stays failed under its reference: another try is another reference.
    """

    refund_reference: str
    gateway_reference: str
    amount: Decimal
    currency: str
    reason: str = ""


@dataclass(frozen=True)
class RefundStanding:
    """Where one refund stands; `code` says in the gateway's word why it failed."""

    status: RefundStatus
    code: str = ""
    refund_reference: str = ""
    amount: Decimal = Decimal(0)


@dataclass(frozen=True)
class Standing:
    """The gateway's present truth on one order, which the caller compares with what it asked for.

    `amount` is what the gateway was asked for, `charged` all it took from the payer: more than `amount`
    when the payer paid twice. `refunded` counts the succeeded refunds only. `fee` is None while unknown.
    """

    status: MoneyStatus
    amount: Decimal
    currency: str
    reference: str
    gateway_reference: str
    merchant: str
    mode: Mode
    charged: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)
    chargeback: Chargeback = Chargeback.NONE
    fee: Decimal | None = None
    failure_code: str = ""
    paid_at: datetime | None = None
    refunds: tuple[RefundStanding, ...] = ()


class Gateway(ABC):
    """Each method makes one HTTP call or none, within ten seconds, and is safe to repeat.

    Raises Unavailable ("gateway_unavailable") when the vendor does not answer, or not in a way that can
    be read: the outcome is unknown then, and `look_up` settles it. Raises InvalidInput
    ("gateway_refused") when the vendor refuses. Never called inside a transaction.
    """

    name: ClassVar[str]
    label: ClassVar[Any]  # may be lazily translated
    currencies: ClassVar[frozenset[str]]
    min_amount: ClassVar[Decimal]
    max_amount: ClassVar[Decimal]

    @property
    @abstractmethod
    def merchant(self) -> str:
        """Who we are at the vendor; a standing of another merchant is not ours."""

    @property
    @abstractmethod
    def mode(self) -> Mode:
        """Whether this gateway is set up for real money."""

    @abstractmethod
    def open_checkout(self, order: Order) -> Checkout:
        """Ask for the money. The same reference again opens nothing new: the same checkout comes back."""

    @abstractmethod
    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> Report:
        """Prove the sender, then read. `headers` are found in whatever case, `body` is as it came in.

        Raises BadSignature before a word is read, InvalidInput ("gateway_refused") when a proved
        notification makes no sense.
        """

    @abstractmethod
    def look_up(self, reference: str, gateway_reference: str) -> Standing:
        """Ask how an order stands, by whichever of the two is not empty.

        Raises NotFound when the vendor has never heard of it: the checkout was not opened.
        """

    @abstractmethod
    def refund(self, order: RefundOrder) -> RefundStanding:
        """Give money back. A pending answer is settled by `look_up`, which tells of each refund."""

    @abstractmethod
    def cancel(self, gateway_reference: str) -> None:
        """Close a checkout that nobody has paid. InvalidInput ("gateway_refused") when it is paid."""
