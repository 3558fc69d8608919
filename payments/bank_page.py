"""The page of a bank transfer: where to pay, how much, and what to write on the slip."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from key2key.common.errors import NotFound
from payments import gateways
from payments.gateways.bank import BankTransfer, reference_behind
from payments.gateways.contract import HomeAccount
from payments.models import Payment
from payments.transitions import RECEIVED


@dataclass(frozen=True)
class BankPage:
    """A payment as its page shows it. The address is known to its payer only; nobody is named."""

    payment: Payment
    accounts: tuple[HomeAccount, ...]

    @property
    def amount(self) -> str:
        """What to pay, thousands apart."""
        return f"{self.payment.amount:,.2f}"

    @property
    def is_paid(self) -> bool:
        """Whether the money has come."""
        return self.payment.status in RECEIVED

    @property
    def zone(self) -> str:
        """Where the payer's clock hangs."""
        return settings.MARKET_TIME_ZONE


def bank_page(token: str) -> BankPage:
    """What the page at this address shows. Raises NotFound."""
    reference = reference_behind(token)
    payment = Payment.objects.filter(reference=reference, gateway=BankTransfer.name).first()
    if payment is None:
        raise NotFound
    return BankPage(payment=payment, accounts=gateways.home_accounts_of(payment.gateway))
