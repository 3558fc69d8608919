"""Telebirr, Chapa and Stripe behind one face, so that a test works them all alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from typing import Any

from payments.models import Payment
from payments.tests.standins.chapa import ChapaStandIn
from payments.tests.standins.stripe import StripeStandIn
from payments.tests.standins.telebirr import TelebirrStandIn

Sent = tuple[dict[str, str], bytes]
ZERO = Decimal(0)


class Company(ABC):
    """A payment company's stand-in, which answers at a real port. Orders are named by our references."""

    name: str
    standin: Any

    @property
    def path(self) -> str:
        """Where we hear of it."""
        return f"/api/v1/payments/webhooks/{self.name}"

    @abstractmethod
    def environment(self) -> dict[str, Any]:
        """What the company gave us, by the names of our environment."""

    def settings(self) -> dict[str, Any]:
        """The same by the names of our settings."""
        return self.environment()

    def pay(self, payment: Payment) -> None:
        """The payer pays."""
        self.standin.pay(payment.order_reference)

    @abstractmethod
    def news_of(self, payment: Payment) -> list[Sent]:
        """All that it has to tell of an order, the oldest first."""

    @abstractmethod
    def takings(self) -> tuple[Decimal, Decimal]:
        """What payers have paid, less what went back, and what it keeps of that, by its own books."""


class TelebirrCompany(Company):
    """The wallet."""

    name = "telebirr"

    def __init__(self, standin: TelebirrStandIn) -> None:
        self.standin = standin

    def environment(self) -> dict[str, Any]:
        return self.standin.settings()  # type: ignore[no-any-return]

    def news_of(self, payment: Payment) -> list[Sent]:
        order = self.standin.orders[payment.order_reference]
        return _one_by_one(order.events, tell=lambda: self.standin.notify(order.reference)[0])

    def takings(self) -> tuple[Decimal, Decimal]:
        paid = [order for order in self.standin.orders.values() if order.transaction]
        return sum((order.amount - order.given_back for order in paid), ZERO), ZERO


class ChapaCompany(Company):
    """Wallets, banks and cards behind one page."""

    name = "chapa"

    def __init__(self, standin: ChapaStandIn) -> None:
        self.standin = standin

    def environment(self) -> dict[str, Any]:
        return {
            "CHAPA_BASE_URL": self.standin.url,
            "CHAPA_SECRET_KEY": self.standin.key,
            "CHAPA_WEBHOOK_SECRET": self.standin.secret,
            "CHAPA_APPROVAL_SECRET": self.standin.approval_secret,
        }

    def news_of(self, payment: Payment) -> list[Sent]:
        order = self.standin.orders[payment.order_reference]
        return _one_by_one(order.events, tell=lambda: self.standin.notify(order.reference)[0])

    def takings(self) -> tuple[Decimal, Decimal]:
        paid = [order for order in self.standin.orders.values() if order.charge]
        kept = sum((order.charge for order in paid), ZERO)
        return sum((order.amount - order.given_back for order in paid), ZERO), kept


class StripeCompany(Company):
    """Cards."""

    name = "stripe"

    def __init__(self, standin: StripeStandIn) -> None:
        self.standin = standin

    def environment(self) -> dict[str, Any]:
        return {
            "STRIPE_API_BASE": self.standin.url,
            "STRIPE_SECRET_KEY": self.standin.key,
            "STRIPE_WEBHOOK_SECRET": self.standin.secrets[0],
            "STRIPE_ACCOUNT_ID": self.standin.account,
            "STRIPE_CURRENCIES": ["USD", "ETB"],
        }

    def settings(self) -> dict[str, Any]:
        known = self.environment()
        return {**known, "STRIPE_WEBHOOK_SECRETS": [known.pop("STRIPE_WEBHOOK_SECRET")]}

    def news_of(self, payment: Payment) -> list[Sent]:
        events = range(len(self.standin.events.get(payment.order_reference, [])))
        return [self.standin.notify(payment.order_reference, event=event)[0] for event in events]

    def takings(self) -> tuple[Decimal, Decimal]:
        charges = self.standin._of("charge")
        fees = [one["fee"] for one in self.standin._of("balance_transaction")]
        kept = sum(one["amount"] - one["amount_refunded"] for one in charges)
        return Decimal(kept) / 100, Decimal(sum(fees)) / 100


def _one_by_one(events: list[Any], *, tell: Callable[[], Sent]) -> list[Sent]:
    """What is told of each event; the stand-in tells the last one only."""
    all_of_them, told = list(events), []
    for number in range(len(all_of_them)):
        events[:] = all_of_them[: number + 1]
        told.append(tell())
    return told


class Companies:
    """All three."""

    def __init__(self, *each: Company) -> None:
        self.each = each

    def __iter__(self) -> Iterator[Company]:
        return iter(self.each)

    def of(self, payment: Payment) -> Company:
        """The one over which a payment is made."""
        return self.named(payment.gateway)

    def named(self, name: str) -> Company:
        """The one of that name."""
        return next(one for one in self.each if one.name == name)

    def environment(self) -> dict[str, Any]:
        """What a process of the product must know of them."""
        known = {"PAYMENT_GATEWAYS": [one.name for one in self.each]}
        return {name: value for one in self.each for name, value in one.environment().items()} | known

    def enable(self, settings: Any) -> None:
        """Let the gateways of this process speak with them."""
        settings.PAYMENT_GATEWAYS = [one.name for one in self.each]
        for one in self.each:
            for name, value in one.settings().items():
                setattr(settings, name, value)


@contextmanager
def open_for_business() -> Iterator[Companies]:
    """They answer while inside."""
    with ExitStack() as stack:
        yield Companies(
            TelebirrCompany(stack.enter_context(TelebirrStandIn())),
            ChapaCompany(stack.enter_context(ChapaStandIn())),
            StripeCompany(stack.enter_context(StripeStandIn())),
        )
