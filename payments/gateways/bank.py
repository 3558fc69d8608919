"""Bank transfer: the payer brings the money to our account by hand, and finance say that it came.

There is no company to ask. Our page says where to pay and what to write on the slip; the slip is sent in
as a proof, finance compare it with the bank's statement, and their word is booked like a gateway's.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext_lazy as _

from key2key.common.errors import InvalidInput, NotFound
from payments.gateways.contract import (
    BadSignature,
    Checkout,
    Gateway,
    HomeAccount,
    Mode,
    MoneyStatus,
    Order,
    RefundOrder,
    RefundStanding,
    RefundStatus,
    Report,
    Standing,
)

_PAGE = "payments.bank.page"  # a signature of its own for the addresses of our page


class BankTransfer(Gateway):
    """Slips of paper and lines of a bank statement."""

    name = "bank_transfer"
    label = _("Bank transfer")
    currencies = frozenset({"ETB"})
    min_amount = Decimal("1.00")
    max_amount = Decimal("100000000.00")
    by_hand = True

    @property
    def merchant(self) -> str:
        """The number of our first account."""
        return self.home_accounts[0].number if self.home_accounts else ""

    @property
    def mode(self) -> Mode:
        """Real wherever the product is."""
        return Mode.TEST if settings.SANDBOX else Mode.LIVE

    @property
    def home_accounts(self) -> tuple[HomeAccount, ...]:
        """Our accounts, as the settings name them."""
        return tuple(_account(words) for words in settings.BANK_ACCOUNTS)

    def open_checkout(self, order: Order) -> Checkout:
        """A page of ours that says where to pay, how much, and what to write on the slip."""
        if order.currency not in self.currencies or order.pay_until is None:
            raise InvalidInput("gateway_refused")
        signed = signing.Signer(salt=_PAGE).sign(order.reference)
        return Checkout(
            gateway_reference=order.reference,
            checkout_url=f"{settings.BASE_URL}/bank-transfer/{signed}",
            expires_at=order.pay_until,
        )

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> Report:
        """Nobody notifies us, so whoever says to is a stranger."""
        raise BadSignature

    def look_up(self, reference: str, gateway_reference: str) -> Standing:
        """Pending, whatever is asked for: nobody here knows more. Finance tell us of themselves."""
        return Standing(
            status=MoneyStatus.PENDING,
            amount=Decimal(0),
            currency="",
            reference=reference or gateway_reference,
            gateway_reference=gateway_reference or reference,
            merchant=self.merchant,
            mode=self.mode,
        )

    def refund(self, order: RefundOrder) -> RefundStanding:
        """An instruction to finance, who make the transfer at the bank and confirm it."""
        return RefundStanding(
            status=RefundStatus.PENDING, refund_reference=order.refund_reference, amount=order.amount
        )

    def cancel(self, gateway_reference: str) -> None:
        """There is nothing to close: whoever pays nevertheless gets it back."""


def reference_behind(token: str) -> str:
    """The reference that a page's address names. Raises NotFound when the address is not ours."""
    try:
        return signing.Signer(salt=_PAGE).unsign(token)
    except signing.BadSignature as refusal:
        raise NotFound from refusal


def _account(words: str) -> HomeAccount:
    bank, name, number = (word.strip() for word in words.split("|"))
    return HomeAccount(bank=bank, name=name, number=number)
