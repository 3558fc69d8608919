"""Deposits: opened with a deal, filled by legs, and moved only as the deal says (deals.md, Hold).

Every function locks the hold, then its payments. Who asks has locked the deal before.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.utils import IntegrityError
from django.utils.translation import gettext_lazy as _
from psycopg.errors import UniqueViolation

from key2key.common import audit, clock
from key2key.common.errors import Conflict
from key2key.common.events import publish
from key2key.common.money import Money
from payments import selectors
from payments.enums import HoldPolicy, HoldState, OwnReason, PaymentStatus
from payments.events import HoldCompleted, HoldLost
from payments.models import Hold
from payments.models.payments import ONE_HOLD_PER_ASSET
from payments.services.closing import close_payment
from payments.services.instructions import INSTRUCTED, instruct_refund, instruct_release
from payments.services.legs import Shares, credit_payee, send_along_legs
from payments.targets import Target
from payments.transitions import HOLD_MOVES, HOLDING

ZERO = Decimal(0)
OFFERED = frozenset(HoldPolicy) - {HoldPolicy.GATEWAY_SPLIT}  # no gateway splits a payment yet


@dataclass(frozen=True)
class Release:
    """Where a deposit goes: `refund` back to the buyer, the rest to the payee less fee and commission."""

    refund: Decimal = ZERO
    platform_fee: Decimal = ZERO
    commission: Decimal = ZERO
    commission_payee: UUID | None = None
    reason: str = ""


@transaction.atomic
def open_hold(
    *,
    target: Target,
    listing_id: UUID,
    asset_id: UUID,
    buyer_id: UUID,
    payee_id: UUID,
    amount: Money,
    policy: str = HoldPolicy.PLATFORM_LEDGER,
) -> Hold:
    """Ask for a deposit: the hold of a deal, pending until its legs sum to the amount. Repeats return it.

    `payee_id` is the person or organisation whose account it goes to when it is released. `policy` says who
    keeps it; Conflict ("hold_policy_not_offered") for one without anybody behind it (decision 36).
    """
    if policy not in OFFERED:
        raise Conflict("hold_policy_not_offered", _("Deposits cannot be kept this way yet."))
    hold, is_new = Hold.objects.get_or_create(
        target_type=target.type,
        target_id=target.id,
        defaults={
            "listing_id": listing_id,
            "asset_id": asset_id,
            "buyer_id": buyer_id,
            "payee_id": payee_id,
            "amount": amount.amount,
            "currency": amount.currency,
            "policy": policy,
            "created_at": clock.now(),
        },
    )
    if is_new:
        audit.record(actor=None, action="hold.opened", subject=hold)
    return hold


@transaction.atomic
def lapse_hold(*, target: Target, reason: str) -> Hold:
    """End a deposit that was never complete: what was paid goes back, open payments are cancelled.

    A repeat returns the lapsed hold. Raises NotFound, Conflict ("hold_not_open").
    """
    hold = selectors.lock_hold_of(target)
    if hold.state == HoldState.LAPSED:
        return hold
    _require(hold, to=HoldState.LAPSED)
    lapse(hold, reason=reason)
    return hold


@transaction.atomic
def refund_hold(*, target: Target, reason: str, by: Any = None) -> Hold:
    """Give a held or disputed deposit back whole, along its legs.

    A repeat returns the refunded hold. Raises NotFound, Conflict ("hold_not_open", "chargeback_open").
    """
    hold = selectors.lock_hold_of(target)
    if hold.state == HoldState.REFUNDED:
        return hold
    _require(hold, to=HoldState.REFUNDED)
    _require_undisputed(hold)
    give_back(hold, to=HoldState.REFUNDED, amount=hold.amount, reason=reason, by=by)
    return hold


@transaction.atomic
def release_hold(*, target: Target, terms: Release, by: Any = None) -> Hold:
    """End a held or disputed deposit by its terms: a part back, the rest to the payee less fee, commission.

    The part that goes back leaves along the legs, the last one first. Where another keeps the deposit, both
    parts are instructions first. A repeat returns the released hold.
    Raises NotFound, Conflict ("hold_not_open", "chargeback_open"); ValueError for terms that do not fit.
    """
    hold = selectors.lock_hold_of(target)
    if hold.state == HoldState.RELEASED:
        return hold
    _require(hold, to=HoldState.RELEASED)
    _require_undisputed(hold)
    _judge(hold, terms=terms)
    give_back(hold, to=HoldState.RELEASED, amount=terms.refund, reason=terms.reason, by=by)
    _pay_out(hold, terms=terms)
    return hold


@transaction.atomic
def freeze_hold(*, target: Target, reason: str) -> Hold:
    """Keep a held deposit where it is until a dispute is decided.

    Raises NotFound, Conflict ("hold_not_open").
    """
    hold = selectors.lock_hold_of(target)
    if hold.state != HoldState.DISPUTED:
        _require(hold, to=HoldState.DISPUTED)
    _save(hold, action="frozen", state=HoldState.DISPUTED, frozen_because=reason or "disputed")
    return hold


@transaction.atomic
def unfreeze_hold(*, target: Target) -> Hold:
    """The dispute is over: held again, unless the payer's bank disputes a leg.

    Raises as `freeze_hold` does.
    """
    hold = selectors.lock_hold_of(target)
    if hold.state not in HOLDING:  # a pending one is held by its legs alone
        raise _not_open(hold)
    state = HoldState.DISPUTED if selectors.has_disputed_leg(hold) else HoldState.HELD
    _save(hold, action="unfrozen", state=state, frozen_because="")
    return hold


def complete_if_full(hold: Hold) -> bool:
    """Hold a locked pending deposit whose legs sum to its amount. False when another hold took the asset.

    The race of two deposits for one asset is decided by the index: the slower one lapses.
    """
    is_full = selectors.paid_into(hold) == hold.amount and not selectors.has_disputed_leg(hold)
    if hold.state != HoldState.PENDING or not is_full:
        return True
    try:
        with transaction.atomic():
            _save(hold, action="held", state=HoldState.HELD, held_at=clock.now())
    except IntegrityError as error:
        if not _took_the_asset(error):
            raise
        hold.refresh_from_db()
        lose(hold)
        return False
    publish(HoldCompleted(hold_id=hold.pk, target_type=hold.target_type, target_id=hold.target_id))
    return True


def lose(hold: Hold) -> None:
    """Another hold has the asset: this one lapses by itself."""
    lapse(hold, reason=OwnReason.ASSET_TAKEN)
    publish(HoldLost(hold_id=hold.pk, target_type=hold.target_type, target_id=hold.target_id))


def lapse(hold: Hold, *, reason: str) -> None:
    """Lapse a locked pending hold: legs go back, payments that still run are cancelled."""
    for payment in selectors.lock_open_payments(hold):
        close_payment(payment, status=PaymentStatus.CANCELLED, source="product", reason=reason)
    give_back(hold, to=HoldState.LAPSED, amount=selectors.paid_into(hold), reason=reason)


def give_back(hold: Hold, *, to: str, amount: Decimal, reason: str, by: Any = None) -> None:
    """End a locked hold and order refunds of `amount` along its legs, the last one first.

    A leg that the payer's bank disputes is passed over: it goes back when the dispute is won. Where another
    keeps the deposit, the refund is an instruction first.
    """
    deed = instruct_refund if hold.policy in INSTRUCTED else send_along_legs
    _save(
        hold,
        action=to,
        by=by,
        state=to,
        refunded_amount=deed(hold, amount=amount, reason=reason, by=by),
        end_reason=reason,
        ended_at=clock.now(),
    )


def set_state(hold: Hold, *, state: str, action: str) -> None:
    """Move a locked hold between held and disputed, audited."""
    _save(hold, action=action, state=state)


def _pay_out(hold: Hold, *, terms: Release) -> None:
    shares = Shares(
        whole=hold.amount - hold.refunded_amount,
        platform_fee=terms.platform_fee,
        commission=terms.commission,
        commission_payee=terms.commission_payee,
    )
    if hold.policy in INSTRUCTED:
        instruct_release(hold, shares=shares, reason=terms.reason)
    else:
        credit_payee(hold, shares=shares)


def _judge(hold: Hold, *, terms: Release) -> None:
    parts = (terms.refund, terms.platform_fee, terms.commission)
    if min(parts) < 0 or sum(parts) > hold.amount:
        raise ValueError("the terms give more than the deposit, or less than nothing")
    if terms.commission and terms.commission_payee is None:
        raise ValueError("a commission is always somebody's")


def _require(hold: Hold, *, to: str) -> None:
    if to not in HOLD_MOVES[hold.state]:
        raise _not_open(hold)


def _not_open(hold: Hold) -> Conflict:
    return Conflict("hold_not_open", _("The deposit has moved on."), state_now=hold.state)


def _require_undisputed(hold: Hold) -> None:
    if selectors.has_disputed_leg(hold):
        raise Conflict("chargeback_open", _("The payer's bank disputes this payment."))


def _save(hold: Hold, *, action: str, by: Any = None, **values: Any) -> None:
    for name, value in values.items():
        setattr(hold, name, value)
    hold.save(update_fields=[*values, "updated_at"])
    audit.record(actor=by, action=f"hold.{action}", subject=hold, reason=hold.end_reason)


def _took_the_asset(error: IntegrityError) -> bool:
    cause = error.__cause__
    return isinstance(cause, UniqueViolation) and cause.diag.constraint_name == ONE_HOLD_PER_ASSET
