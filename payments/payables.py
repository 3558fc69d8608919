"""What is owed to whom, what of it may be paid out, and who may see and ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import DecimalField, F, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.agency import Right
from accounts.selectors import has_right, organisation, organisations_where
from key2key.common import clock
from key2key.common.errors import NotFound
from key2key.common.money import Money
from listings.selectors import seller_of
from payments.enums import (
    AccountKind,
    PayoutAccountState,
    PayoutChannelName,
    PayoutStatus,
    Placement,
    RefundSource,
    RefundStatus,
)
from payments.models import Account, Payment, Payout, PayoutAccount, PayoutBatch, Refund, Transfer

ZERO = Decimal(0)
# They have not left, and nobody else may ask for their money.
WAITING = frozenset({PayoutStatus.REQUESTED, PayoutStatus.APPROVED, PayoutStatus.ON_HOLD})
LEFT = frozenset({RefundStatus.APPROVED, RefundStatus.SENT, RefundStatus.SUCCEEDED})
OPEN = WAITING | {PayoutStatus.PROCESSING}
ASK_AGAIN_AFTER = timedelta(minutes=5)
TOGETHER = timedelta(hours=24)
_AMOUNT: DecimalField[Decimal, Decimal] = DecimalField(max_digits=16, decimal_places=2)


@dataclass(frozen=True)
class Holder:
    """Whose money it is: the name, and whether it was proved."""

    name: str
    is_verified: bool
    is_organisation: bool = False


def lock_payable(payee_id: UUID, *, currency: str) -> Account | None:
    """What we owe somebody in a currency, if we ever did, locked. Transfers can be added.

    Whoever asks for money of it, or sends some, holds it.
    """
    return _payable(payee_id, currency=currency).select_for_update(no_key=True).first()


def available(account: Account) -> Decimal:
    """What of a payable account may be asked for.

    Not what is asked for already, nor late payments of the owner that wait to go back the way they came.
    Read in one statement, so that it is of one moment.
    """
    late = Payment.objects.filter(
        payer_id=account.owner, placement=Placement.PAYER, currency=account.currency, charged_back=False
    )
    gone = Refund.objects.filter(
        payment__payer_id=account.owner, payment__placement=Placement.PAYER, payment__charged_back=False,
        source=RefundSource.PAYER, currency=account.currency, tries__gt=0, status__in=sorted(LEFT),
    )  # fmt: skip
    mine = Q(payee_id=account.owner)
    asked = Payout.objects.filter(mine, currency=account.currency, status__in=sorted(WAITING))
    free = (
        _total(Transfer.objects.filter(credit=account))
        - _total(Transfer.objects.filter(debit=account))
        - _total(late)
        + _total(gone)
        - _total(asked)
    )
    found = Account.objects.filter(pk=account.pk).annotate(free=free).values_list("free", flat=True).get()
    return Decimal(found)


def holder_of(payee_id: UUID) -> Holder:
    """Who a payee is, a person or an organisation. Raises NotFound."""
    person = get_user_model()._default_manager.filter(pk=payee_id).first()
    if person is not None:
        return Holder(person.full_name, person.identity_verified)
    verified = seller_of(organisation_id=payee_id).verified
    return Holder(organisation(payee_id).name, verified, is_organisation=True)


def may_ask_for(user: Any, *, payee_id: UUID) -> bool:
    """Whether somebody may name accounts for, and ask for, what is owed to this payee."""
    return payee_id == user.pk or has_right(user, organisation_id=payee_id, right=Right.MOVE_MONEY)


def accounts_seen_by(user: Any, *, as_staff: bool = False) -> QuerySet[PayoutAccount]:
    """One's own bank accounts, and those of organisations whose money one may see; staff see all."""
    return PayoutAccount.objects.filter(_own(user, as_staff=as_staff))


def seen_account(user: Any, *, account_id: UUID) -> PayoutAccount:
    """One of them. Raises NotFound."""
    found = accounts_seen_by(user).filter(pk=account_id).first()
    if found is None:
        raise NotFound
    return found


def lock_payout_account(account_id: UUID) -> PayoutAccount:
    """Anybody's bank account, locked. Raises NotFound."""
    found = PayoutAccount.objects.select_for_update(no_key=True).filter(pk=account_id).first()
    if found is None:
        raise NotFound
    return found


def payouts_seen_by(user: Any, *, as_staff: bool = False) -> QuerySet[Payout]:
    """What one asked to be paid out, and what organisations did whose money one may see; staff see all."""
    rows = Payout.objects.filter(_own(user, as_staff=as_staff))
    return rows.select_related("account").prefetch_related("approvals")


def seen_payout(user: Any, *, payout_id: UUID, as_staff: bool = False) -> Payout:
    """One of them. Raises NotFound."""
    found = payouts_seen_by(user, as_staff=as_staff).filter(pk=payout_id).first()
    if found is None:
        raise NotFound
    return found


def lock_payout(payout_id: UUID) -> Payout:
    """Anybody's payout, locked, with its account. Raises NotFound."""
    rows = Payout.objects.select_for_update(no_key=True, of=("self",)).select_related("account")
    found = rows.filter(pk=payout_id).first()
    if found is None:
        raise NotFound
    return found


def lock_seen_payout(user: Any, *, payout_id: UUID) -> Payout:
    """A payout of one's own or of one's organisation, locked. Raises NotFound."""
    seen_payout(user, payout_id=payout_id)
    return lock_payout(payout_id)


def lock_payouts_for_bank(*, currency: str, by: Any) -> list[Payout]:
    """Payouts that are approved, to others and by others than this person, to accounts that are active.

    They are locked one payee after the other; then their accounts, that nobody stops one meanwhile.
    """
    rows = Payout.objects.select_for_update(no_key=True, of=("self",)).select_related("account")
    ready = rows.filter(status=PayoutStatus.APPROVED, currency=currency)
    others = ready.exclude(approvals__by=by).exclude(_own(by, as_staff=False))
    payouts = list(others.order_by("payee_id", "pk"))
    accounts = PayoutAccount.objects.select_for_update(no_key=True).order_by("pk")
    wanted = accounts.filter(pk__in={payout.account_id for payout in payouts})
    active = {account.pk for account in wanted if account.state == PayoutAccountState.ACTIVE}
    return [payout for payout in payouts if payout.account_id in active]


def going_out(payee_id: UUID) -> list[Money]:
    """What of a payee's money waits to go out, is on its way, or was sent within a day and did not fail."""
    just_sent = Q(status=PayoutStatus.PAID, sent_at__gt=clock.now() - TOGETHER)
    rows = Payout.objects.filter(Q(status__in=sorted(OPEN)) | just_sent, payee_id=payee_id)
    return [Money(amount, currency) for amount, currency in rows.values_list("amount", "currency")]


def payouts_of(batch: PayoutBatch) -> QuerySet[Payout]:
    """What stands in a file for the bank, in its order."""
    return Payout.objects.filter(batch=batch).select_related("account").order_by("pk")


def payouts_to_ask_about() -> QuerySet[Payout]:
    """Payouts that a channel took on and has not ended for five minutes."""
    by_people = PayoutChannelName.values
    old = Q(checked_at__lte=clock.now() - ASK_AGAIN_AFTER)
    return Payout.objects.filter(old, status=PayoutStatus.PROCESSING).exclude(channel__in=by_people)


def _payable(payee_id: UUID, *, currency: str) -> QuerySet[Account]:
    return Account.objects.filter(kind=AccountKind.PAYABLE, owner=payee_id, currency=currency)


def _own(user: Any, *, as_staff: bool) -> Q:
    if as_staff:
        return Q()
    return Q(payee_id=user.pk) | Q(payee_id__in=organisations_where(user, right=Right.SEE_MONEY))


def _total(rows: QuerySet[Any]) -> Any:
    """The sum of the rows' amounts, all of one currency, inside a larger statement."""
    summed = rows.order_by().values("currency").annotate(all=Sum(F("amount"))).values("all")
    return Coalesce(Subquery(summed, output_field=_AMOUNT), ZERO, output_field=_AMOUNT)
