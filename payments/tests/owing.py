"""What is owed to people, and how far a refund or payout has come: each step by the hands it needs."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from accounts.models import User
from accounts.tests.factories import StaffFactory
from key2key.common.errors import DomainError
from notifications.models import Notification
from payments import services
from payments.enums import PayoutStatus, RefundStatus
from payments.models import Account, Hold, Payment, Payout, PayoutAccount, Refund
from payments.selectors import balances
from payments.targets import Target
from payments.tests.factories import HoldFactory, PaymentFactory, PayoutAccountFactory
from payments.tests.paying import hear, pay_in_full


def finance() -> User:
    return StaffFactory(groups=["finance"])


def treasury() -> User:
    return StaffFactory(groups=["treasury"])


def target_of(hold: Hold) -> Target:
    return Target(hold.target_type, hold.target_id)


def owe(payee_id: UUID, *, amount: Decimal) -> None:
    """Let a deposit be released to them."""
    hold = pay_in_full(HoldFactory(amount=amount, payee_id=payee_id))
    services.release_hold(target=target_of(hold), terms=services.Release())


def owed_to(payee_id: UUID | None) -> Decimal:
    return sum(balances(Account.objects.filter(kind="payable", owner=payee_id)).values(), Decimal(0))


def balance_of(kind: str) -> Decimal:
    return sum(balances(Account.objects.filter(kind=kind)).values(), Decimal(0))


def owed_account(*, amount: Decimal = Decimal("1000.00"), **other: Any) -> PayoutAccount:
    """A checked bank account of somebody whom we owe so much."""
    account = PayoutAccountFactory(**other)
    owe(account.payee_id, amount=amount)
    return account


def payout_in(status: str = PayoutStatus.REQUESTED, *, account: PayoutAccount | None = None) -> Payout:
    """A payout of all that is owed, brought there by the people whom that takes."""
    account = account or owed_account()
    payout = services.request_payout(
        by=account.added_by, account_id=account.pk, amount=owed_to(account.payee_id)
    )
    if status != PayoutStatus.REQUESTED:
        payout = services.approve_payout(payout_id=payout.pk, by=treasury())
    if status in {PayoutStatus.PROCESSING, PayoutStatus.PAID, PayoutStatus.FAILED}:
        payout = services.send_payout(payout_id=payout.pk, by=finance(), channel="manual")
    if status == PayoutStatus.PAID:
        payout = services.confirm_payout(payout_id=payout.pk, by=finance(), bank_reference="FT26327ABC")
    assert payout.status == status
    return payout


def refund_in(status: str = RefundStatus.REQUESTED, *, payment: Payment | None = None) -> Refund:
    """A refund of a whole service, brought there by the people whom that takes."""
    payment = payment or hear(PaymentFactory(hold=None))
    refund = services.request_refund(payment_id=payment.pk, by=finance(), amount=None, reason="By mistake")
    if status != RefundStatus.REQUESTED:
        step = {"payment_id": payment.pk, "refund_id": refund.pk}
        refund = services.approve_refund(**step, by=treasury())
    assert refund.status == status
    return refund


def wish(account: PayoutAccount, amount: str, *, by: Any = None) -> Payout:
    """A payout that the owner of the account, or somebody else, asks for."""
    return services.request_payout(by=by or account.added_by, account_id=account.pk, amount=Decimal(amount))


def refused(deed: Callable[[], Any]) -> str:
    """The code with which it is refused; nothing of it stays."""
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        deed()
    return str(refusal.value.code)


def told(kind: str) -> int:
    """How many people have news of the kind in their feeds."""
    return Notification.objects.filter(kind=kind, channel="in_app").count()
