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
    "HomeAccount",
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
    """What the payer is asked for. `reference` is ours, letters and digits, and unique for ever."""

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
    pay_until: datetime | None = None  # what we tell payers; ignored where the company decides


@dataclass(frozen=True)
class HomeAccount:
    """An account of ours that payers bring money to."""

    bank: str
    name: str
    number: str


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

    One that failed stays failed under its reference: another try is another reference. `transaction` is
    the last one that a `Standing` told of, `known_as` what a `RefundStanding` of this refund did, or empty.
    """

    refund_reference: str
    gateway_reference: str
    amount: Decimal
    currency: str
    reason: str = ""
    transaction: str = ""
    known_as: str = ""


@dataclass(frozen=True)
class RefundStanding:
    """Where one refund stands; `code` says in the gateway's word why it failed.

    Without a `refund_reference` it is the one that was sent last: see `Gateway.names_refunds`. `known_as`
    is the company's own number for it, where it needs that to find it again.
    """

    status: RefundStatus
    code: str = ""
    refund_reference: str = ""
    amount: Decimal = Decimal(0)
    known_as: str = ""


@dataclass(frozen=True)
class Standing:
    """The gateway's present truth on one order, which the caller compares with what it asked for.

    `amount` is what the gateway was asked for, `charged` all it took from the payer: more than `amount`
    when the payer paid twice. An `amount` of zero and an empty `currency` mean that nobody has paid and that
    the company says no more than that. `refunded` counts the succeeded refunds only, and is 0 where the
    company does not tell. `fee` is None while unknown. `transaction` is the number under which the company
    booked the money, as the payer's receipt and its statements show it.
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
    transaction: str = ""
    refunds: tuple[RefundStanding, ...] = ()

    @property
    def tells_amount(self) -> bool:
        """Whether there is an amount to compare: always once money has come."""
        return self.status == MoneyStatus.SUCCEEDED or bool(self.amount or self.currency)


class Gateway(ABC):
    """Each method makes one HTTP call or a few, all of them within eight seconds, and is safe to repeat.

    `payments.services.calling` keeps the time, over all calls of one method.
    Raises Unavailable ("gateway_unavailable") when the vendor does not answer, or not in a way that can
    be read: the outcome is unknown then, and `look_up` settles it. Raises InvalidInput
    ("gateway_refused") when the vendor refuses. Never called inside a transaction.
    """

    name: ClassVar[str]
    label: ClassVar[Any]  # may be lazily translated
    currencies: ClassVar[frozenset[str]]
    min_amount: ClassVar[Decimal]
    max_amount: ClassVar[Decimal]

    # Whether the same reference again gives the same checkout. A company that cannot is asked once under a
    # reference: when the answer was lost, the caller looks the order up and then asks under another.
    repeats_checkout: ClassVar[bool] = True
    # Whether `look_up` says which refund it speaks of. With a company that does not, one refund of an order
    # is under way at a time.
    names_refunds: ClassVar[bool] = True
    # Whether the money moves by hand. Then nobody notifies us, `look_up` and `refund` always say pending, and
    # finance tell us of both: by an approved slip, by the bank's reference.
    by_hand: ClassVar[bool] = False

    @property
    @abstractmethod
    def merchant(self) -> str:
        """Who we are at the vendor; a standing of another merchant is not ours."""

    @property
    @abstractmethod
    def mode(self) -> Mode:
        """Whether this gateway is set up for real money."""

    @property
    def home_accounts(self) -> tuple[HomeAccount, ...]:
        """Where payers bring the money, where it moves by hand."""
        return ()

    @abstractmethod
    def open_checkout(self, order: Order) -> Checkout:
        """Ask for the money. The same reference again opens nothing new.

        The same checkout comes back, or InvalidInput ("gateway_refused") where `repeats_checkout` is False.
        """

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
        """Close a checkout that nobody has paid. InvalidInput ("gateway_refused") when it is paid.

        Nothing happens where the company cannot close one: it ends by itself at its `expires_at`.
        """
