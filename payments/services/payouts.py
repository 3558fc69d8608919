"""Money on its way out, to those whom we owe it: asked for, agreed to, stopped."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from constance import config
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from key2key.common import audit, clock
from key2key.common.errors import Conflict, Fault, InvalidInput
from key2key.common.money import Money, in_base_currency
from notifications.services import notify
from payments import payables, selectors
from payments.enums import PayoutStatus
from payments.models import Payout, PayoutAccount, PayoutApproval
from payments.references import new_reference
from payments.services.payout_accounts import number_of, require_active, require_mover
from payments.services.rights import require_not_own, require_other, require_right
from payments.transitions import PAYOUT_MOVES

Status = PayoutStatus
ZERO = Decimal(0)


@transaction.atomic
def request_payout(*, by: Any, account_id: UUID, amount: Decimal) -> Payout:
    """Ask for money that we owe, to a bank account that was checked.

    Never more than is owed and not asked for yet, however many ask at once. Raises NotFound, NotAllowed
    ("not_allowed"), InvalidInput, Conflict ("payout_account_not_active", "balance_too_small").
    """
    account = payables.seen_account(by, account_id=account_id)
    require_mover(by, payee_id=account.payee_id)
    require_active(account)
    if amount <= 0:
        raise InvalidInput(faults=[Fault("/amount", "amount_out_of_bounds", _("It must be more than zero."))])
    _require_owed(account, amount=amount)
    together = [*payables.going_out(account.payee_id), Money(amount, account.currency)]
    payout = Payout.objects.create(
        payee_id=account.payee_id,
        account=account,
        amount=amount,
        currency=account.currency,
        reference=new_reference("P2K"),
        approvals_needed=_approvals_needed(together),
        requested_by=by,
        created_at=clock.now(),
    )
    audit.record(actor=by, action="payout.requested", subject=payout)
    return payout


@transaction.atomic
def approve_payout(*, payout_id: UUID, by: Any) -> Payout:
    """Agree to a payout; above the limit of the market, with what else goes to the payee, two have to.

    Raises NotFound, NotAllowed ("not_allowed", "own_money", "other_person_needed": who asked, or approved
    before), Conflict ("payout_not_waiting", "payout_account_not_active").
    """
    require_right(by, right="approve_payout")
    payout = payables.lock_payout(payout_id)
    require_not_own(by, owner_id=payout.payee_id)
    if payout.status != Status.REQUESTED:
        raise Conflict("payout_not_waiting", _("Only a payout that waits for approval is approved."))
    before = list(payout.approvals.values_list("by_id", flat=True))
    require_other(by, than=[payout.requested_by_id, *before])
    require_active(payables.lock_payout_account(payout.account_id))
    PayoutApproval.objects.create(payout=payout, by=by, created_at=clock.now())
    audit.record(actor=by, action="payout.approved", subject=payout)
    _judge_again(payout)
    if len(before) + 1 >= payout.approvals_needed:
        move(payout, to=Status.APPROVED)
    return payout


@transaction.atomic
def decline_payout(*, payout_id: UUID, by: Any, reason: str) -> Payout:
    """Do not agree: it is cancelled, and its money may be asked for again.

    Raises NotFound, NotAllowed ("not_allowed", "own_money"), Conflict ("payout_moved_on").
    """
    require_right(by, right="approve_payout")
    payout = payables.lock_payout(payout_id)
    require_not_own(by, owner_id=payout.payee_id)
    move(payout, to=Status.CANCELLED, by=by, reason=reason, ended_at=clock.now())
    tell_payee_of(payout, kind="payout_failed", reason=reason)
    return payout


@transaction.atomic
def cancel_payout(*, payout_id: UUID, by: Any) -> Payout:
    """Do not want it after all. Raises NotFound, NotAllowed ("not_allowed"), Conflict ("payout_moved_on")."""
    payout = payables.lock_seen_payout(by, payout_id=payout_id)
    require_mover(by, payee_id=payout.payee_id)
    # What staff wrote when they stopped it is no reason of the payee's.
    move(payout, to=Status.CANCELLED, by=by, reason="", ended_at=clock.now())
    return payout


@transaction.atomic
def hold_payout(*, payout_id: UUID, by: Any, reason: str) -> Payout:
    """Stop a payout that has not left.

    Raises NotFound, NotAllowed ("not_allowed", "own_money"), Conflict ("payout_moved_on").
    """
    require_right(by, right="change_payout")
    payout = payables.lock_payout(payout_id)
    require_not_own(by, owner_id=payout.payee_id)
    move(payout, to=Status.ON_HOLD, by=by, held_from=payout.status, reason=reason)
    return payout


@transaction.atomic
def resume_payout(*, payout_id: UUID, by: Any) -> Payout:
    """Let it go on where it was stopped. Raises as `hold_payout` does."""
    require_right(by, right="change_payout")
    payout = payables.lock_payout(payout_id)
    require_not_own(by, owner_id=payout.payee_id)
    move(payout, to=payout.held_from or Status.REQUESTED, by=by, held_from="", reason="")
    return payout


def may_be_sent(*, channel: str, reference: str, amount: Decimal, account_number: str) -> bool:
    """Whether a channel asks us about a payout that we send over it: so much, to that account."""
    sent = Payout.objects.filter(channel=channel, status=Status.PROCESSING)
    payout = sent.filter(reference=reference).first()
    if payout is None:
        return False
    return payout.amount == amount and number_of(payout.account) == account_number


def move(payout: Payout, *, to: str, by: Any = None, **values: Any) -> None:
    """Write down where a locked payout goes, audited. Raises Conflict ("payout_moved_on")."""
    if to not in PAYOUT_MOVES[payout.status]:
        raise moved_on(payout)
    for name, value in {**values, "status": to}.items():
        setattr(payout, name, value)
    payout.save(update_fields=[*values, "status", "updated_at"])
    audit.record(actor=by, action=f"payout.{to}", subject=payout, reason=str(values.get("reason", "")))


def moved_on(payout: Payout) -> Conflict:
    """It is not where the deed could be done."""
    return Conflict("payout_moved_on", _("This payout has moved on."), status_now=payout.status)


def tell_payee_of(payout: Payout, *, kind: str, reason: str = "") -> None:
    """News for whoever is paid, or their people who may see money."""
    data = {
        "amount": str(payout.amount),
        "currency": payout.currency,
        "account": str(payout.account),
        "reference": payout.reference,
        "reason": reason,
        "link": f"/payouts/{payout.pk}",
    }
    for person in selectors.people_of(payout.payee_id):
        notify(kind=kind, user=person, data=data)


def _require_owed(account: PayoutAccount, *, amount: Decimal) -> None:
    """Leaves what we owe them locked, so that two who ask at once ask one after the other."""
    owed = payables.lock_payable(account.payee_id, currency=account.currency)
    free = payables.available(owed) if owed else ZERO
    if amount > free:
        raise Conflict(
            "balance_too_small", _("You can be paid %s at most.") % max(free, ZERO), available=str(free)
        )


def _judge_again(payout: Payout) -> None:
    """What was asked for since counts too: a large sum in small parts is a large sum."""
    needed = _approvals_needed(payables.going_out(payout.payee_id))
    payout.approvals_needed = max(needed, payout.approvals_needed)
    payout.save(update_fields=["approvals_needed", "updated_at"])


def _approvals_needed(together: Iterable[Money]) -> int:
    total = sum((in_base_currency(money) for money in together), ZERO)
    return 2 if total > Decimal(config.PAYOUT_TWO_PAIRS_ABOVE) else 1
