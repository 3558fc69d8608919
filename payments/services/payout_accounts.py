"""To which bank accounts money may go: named by those whose money it is, checked by staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from key2key.common import audit, clock
from key2key.common.errors import Conflict, NotAllowed, NotFound
from key2key.common.sealing import seal, unseal
from payments import payables
from payments.enums import PayoutAccountState
from payments.holder_names import fits, is_that_of_organisation
from payments.models import PayoutAccount
from payments.services.rights import require_not_own, require_right

State = PayoutAccountState
ENDING = 4


@dataclass(frozen=True)
class NewAccount:
    """A bank account as its holder names it. `payee_id` is the person, or an organisation of theirs."""

    payee_id: UUID
    bank_code: str
    bank_name: str
    account_name: str
    account_number: str
    currency: str


@transaction.atomic
def add_payout_account(*, by: Any, new: NewAccount) -> PayoutAccount:
    """Name a bank account, to be checked by staff. Its number rests encrypted.

    Raises NotFound (somebody else's, or no organisation of theirs).
    """
    if not payables.may_ask_for(by, payee_id=new.payee_id):
        raise NotFound
    account = PayoutAccount.objects.create(
        payee_id=new.payee_id,
        bank_code=new.bank_code,
        bank_name=new.bank_name,
        account_name=new.account_name,
        sealed_number=seal(new.account_number),
        number_ending=new.account_number[-ENDING:],
        currency=new.currency,
        added_by=by,
        created_at=clock.now(),
    )
    audit.record(actor=by, action="payout_account.added", subject=account)
    return account


@transaction.atomic
def activate_payout_account(*, account_id: UUID, by: Any) -> PayoutAccount:
    """Say that money may go there: its name fits that of its holder, whose identity is proved.

    Raises NotFound, NotAllowed ("not_allowed", "own_money"), Conflict ("payout_account_decided",
    "holder_not_verified", "account_name_differs").
    """
    account = _lock(account_id, by=by)
    if account.state not in {State.PENDING, State.RESTRICTED}:
        raise _decided(account)
    holder = payables.holder_of(account.payee_id)
    if not holder.is_verified:
        raise Conflict("holder_not_verified", _("Whose account it is has not been verified."))
    is_the_name = is_that_of_organisation if holder.is_organisation else fits
    if not is_the_name(account.account_name, holder=holder.name):
        raise Conflict("account_name_differs", _("The name of the account is not that of its holder."))
    return _decide(account, state=State.ACTIVE, by=by)


@transaction.atomic
def reject_payout_account(*, account_id: UUID, by: Any, reason: str) -> PayoutAccount:
    """Say that money never goes there. Raises NotFound, NotAllowed, Conflict ("payout_account_decided")."""
    account = _lock(account_id, by=by)
    if account.state != State.PENDING:
        raise _decided(account)
    return _decide(account, state=State.REJECTED, by=by, reason=reason)


@transaction.atomic
def restrict_payout_account(*, account_id: UUID, by: Any, reason: str) -> PayoutAccount:
    """Stop money that would go there. Raises NotFound, NotAllowed, Conflict ("payout_account_decided")."""
    account = _lock(account_id, by=by)
    if account.state != State.ACTIVE:
        raise _decided(account)
    return _decide(account, state=State.RESTRICTED, by=by, reason=reason)


def number_of(account: PayoutAccount) -> str:
    """The whole number, for the channel that pays."""
    return unseal(account.sealed_number)


def require_active(account: PayoutAccount) -> None:
    """Raises Conflict ("payout_account_not_active")."""
    if account.state != State.ACTIVE:
        raise Conflict("payout_account_not_active", _("Staff have to check this bank account first."))


def require_mover(by: Any, *, payee_id: UUID) -> None:
    """Raises NotAllowed ("not_allowed") for colleagues who see money, and may not move it."""
    if not payables.may_ask_for(by, payee_id=payee_id):
        raise NotAllowed("not_allowed")


def _lock(account_id: UUID, *, by: Any) -> PayoutAccount:
    require_right(by, right="change_payoutaccount")
    account = payables.lock_payout_account(account_id)
    require_not_own(by, owner_id=account.payee_id)
    return account


def _decided(account: PayoutAccount) -> Conflict:
    return Conflict(
        "payout_account_decided", _("This bank account has been decided on."), state_now=account.state
    )


def _decide(account: PayoutAccount, *, state: str, by: Any, reason: str = "") -> PayoutAccount:
    account.state, account.state_reason = state, reason
    account.checked_by, account.checked_at = by, clock.now()
    account.save(update_fields=["state", "state_reason", "checked_by", "checked_at", "updated_at"])
    audit.record(actor=by, action=f"payout_account.{state}", subject=account, reason=reason)
    return account
