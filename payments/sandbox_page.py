"""What the sandbox's page shows of a checkout, ready for its template."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from key2key.common.models import Work
from payments.gateways.contract import MoneyStatus
from payments.models.sandbox import SandboxCheckout, SandboxRefund, SandboxWebhook
from payments.sandbox_words import status_of

# Button -> what it says, how loud it is.
BUTTONS: dict[str, tuple[Any, str]] = {
    "pay": (_("Pay"), "loud"),
    "pay_late": (_("Pay all the same, too late"), "loud"),
    "fail": (_("Let it fail"), "calm"),
    "cancel": (_("Cancel"), "calm"),
    "pay_twice": (_("Pay twice"), "test"),
    "close": (_("Let the time run out"), "test"),
    "pay_again": (_("Pay a second time"), "test"),
    "charge_back": (_("Have the bank take the money back"), "test"),
    "win_chargeback": (_("Let the merchant win"), "test"),
    "lose_chargeback": (_("Let the merchant lose"), "test"),
    "refuse_refund": (_("Refuse the next refund"), "test"),
    "give_refunds": (_("Give refunds again"), "test"),
}
STATES: dict[MoneyStatus, tuple[Any, str]] = {
    MoneyStatus.PENDING: (_("Waiting for you"), "open"),
    MoneyStatus.SUCCEEDED: (_("Paid"), "good"),
    MoneyStatus.FAILED: (_("The payment failed"), "bad"),
    MoneyStatus.CANCELLED: (_("Cancelled"), "bad"),
    MoneyStatus.EXPIRED: (_("The time has run out"), "bad"),
}
TAKEN_BACK = (_("The bank took the money back"), "bad")
_UNTOLD = frozenset({Work.WorkState.QUEUED, Work.WorkState.RUNNING})


@dataclass(frozen=True)
class Button:
    """One of the page's buttons."""

    name: str
    says: Any
    tone: str


@dataclass(frozen=True)
class Happening:
    """One line of what has happened; `is_told` once the merchant has answered the notification."""

    at: datetime
    says: Any
    is_told: bool


@dataclass(frozen=True)
class Page:
    """A checkout as its payer sees it."""

    checkout: SandboxCheckout
    state: Any
    tone: str
    amount: str
    paid: str
    returned: str
    buttons: list[Button]
    happenings: list[Happening]

    @property
    def is_over(self) -> bool:
        """Whether the payer has nothing more to decide, and goes back to the merchant."""
        return self.tone != "open"

    @property
    def zone(self) -> str:
        """Where the payer's clock hangs."""
        return settings.MARKET_TIME_ZONE

    @property
    def has_tests(self) -> bool:
        """Whether there are buttons that no real company has."""
        return any(button.tone == "test" for button in self.buttons)

    @property
    def is_waiting(self) -> bool:
        """Whether a notification is on its way: the page looks again soon."""
        return not all(happening.is_told for happening in self.happenings)


def page(checkout: SandboxCheckout, *, buttons: Iterable[str]) -> Page:
    """The page of a checkout with those buttons."""
    is_taken_back = checkout.chargeback in {SandboxCheckout.Chargeback.OPEN, SandboxCheckout.Chargeback.LOST}
    state, tone = TAKEN_BACK if is_taken_back else STATES[status_of(checkout)]
    given = [r.amount for r in checkout.refunds.all() if r.status == SandboxRefund.Status.SUCCEEDED]
    return Page(
        checkout=checkout,
        state=state,
        tone=tone,
        amount=_shown(checkout.amount),
        paid=_shown(sum(charge.amount for charge in checkout.charges.all())),
        returned=_shown(sum(given)),
        buttons=[Button(name, *BUTTONS[name]) for name in buttons],
        happenings=[
            Happening(
                at=webhook.created_at,
                says=SandboxWebhook.Kind(webhook.kind).label,
                is_told=webhook.work_state not in _UNTOLD,
            )
            for webhook in checkout.webhooks.all()
        ],
    )


def _shown(amount: Decimal | int) -> str:
    """Grouped alike in both languages: Django knows no Amharic formats. Nothing of nothing."""
    return f"{amount:,.2f}" if amount else ""
