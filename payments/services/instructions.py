"""Where a bank in trust or a broker keeps the deposit: what was decided waits for evidence and approval."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from key2key.common import audit, clock
from key2key.common.errors import Conflict, Fault, InvalidInput
from payments import selectors
from payments.enums import HoldPolicy, InstructionKind, InstructionState
from payments.models import Hold, HoldInstruction
from payments.services.legs import Shares, credit_payee, send_along_legs
from payments.services.rights import require_not_own, require_other, require_right

INSTRUCTED = frozenset({HoldPolicy.PARTNER_BANK, HoldPolicy.MANUAL})
ZERO = Decimal(0)


def instruct_refund(hold: Hold, *, amount: Decimal, reason: str, by: Any = None) -> Decimal:
    """Write down that so much of a locked hold goes back to the buyer. Returns how much that can be now.

    What waits already is added to. A leg that the payer's bank disputes is left out.
    """
    there = sum((selectors.not_left(leg) for leg in selectors.legs_of(hold)), ZERO)
    part = min(amount, there)
    if part > 0:
        waiting = hold.instructions.filter(
            kind=InstructionKind.REFUND, state=InstructionState.WAITING
        ).first()
        if waiting is None:
            _write(hold, kind=InstructionKind.REFUND, amount=part, reason=reason, by=by)
        else:
            _change(waiting, amount=waiting.amount + part)
    return part


def instruct_release(hold: Hold, *, shares: Shares, reason: str) -> None:
    """Write down that a locked hold is to be released."""
    if shares.whole > 0:
        _write(
            hold,
            kind=InstructionKind.RELEASE,
            amount=shares.whole,
            reason=reason,
            platform_fee=shares.platform_fee,
            commission=shares.commission,
            commission_payee=shares.commission_payee,
        )


@transaction.atomic
def approve_instruction(*, instruction_id: UUID, by: Any) -> HoldInstruction:
    """Agree that the keeper of a deposit does what was decided.

    Raises NotFound, NotAllowed ("not_allowed", "own_money"), Conflict ("instruction_not_waiting").
    """
    require_right(by, right="approve_holdinstruction")
    instruction = selectors.lock_instruction(instruction_id)
    _require_stranger(instruction.hold, by=by)
    if instruction.state != InstructionState.WAITING:
        raise Conflict("instruction_not_waiting", _("Only an instruction that waits is approved."))
    _change(instruction, state=InstructionState.APPROVED, approved_by=by, approved_at=clock.now())
    audit.record(actor=by, action="instruction.approved", subject=instruction)
    return instruction


@transaction.atomic
def carry_out_instruction(*, instruction_id: UUID, by: Any, evidence: str) -> HoldInstruction:
    """Book that the keeper has done it; `evidence` is the keeper's reference. Once.

    A release is credited to the payee, a refund leaves along the legs. Raises NotFound, NotAllowed
    ("not_allowed", "own_money", "other_person_needed": who approved it), InvalidInput, Conflict
    ("instruction_not_approved", "chargeback_open").
    """
    require_right(by, right="execute_holdinstruction")
    instruction = selectors.lock_instruction(instruction_id)
    hold = instruction.hold
    _require_stranger(hold, by=by)
    require_other(by, than=[instruction.approved_by_id])
    if instruction.state != InstructionState.APPROVED:
        raise Conflict("instruction_not_approved", _("Only an instruction that was approved is carried out."))
    if not evidence.strip():
        raise InvalidInput(faults=[Fault("/evidence", "blank", _("Say by which reference it was done."))])
    if selectors.has_disputed_leg(hold):
        raise Conflict("chargeback_open", _("The payer's bank disputes this payment."))
    _change(
        instruction,
        state=InstructionState.CARRIED_OUT,
        carried_out_by=by,
        carried_out_at=clock.now(),
        evidence=evidence.strip()[:200],
    )
    audit.record(actor=by, action="instruction.carried_out", subject=instruction, reason=instruction.evidence)
    if instruction.kind == InstructionKind.REFUND:
        send_along_legs(hold, amount=instruction.amount, reason=instruction.reason, by=by)
    else:
        credit_payee(hold, shares=_shares_of(instruction))
    return instruction


def add_what_came_back(hold: Hold) -> None:
    """The payer's bank gave back money of a closed hold: what no instruction names goes back too."""
    refused = sum((selectors.refused(leg) for leg in selectors.legs_of(hold)), ZERO)  # finance tries it again
    part = selectors.paid_into(hold) - still_to_move(hold) - refused
    if part > 0:
        instruct_refund(hold, amount=part, reason=hold.end_reason)


def shrink(hold: Hold, *, by_amount: Decimal) -> None:
    """The payer's bank took money of a locked hold before it moved: the payer's part shrinks first."""
    left = max(by_amount, ZERO)
    for kind in (InstructionKind.REFUND, InstructionKind.RELEASE):
        for instruction in _open(hold).filter(kind=kind).order_by("pk"):
            taken = min(left, instruction.amount)
            left -= taken
            _shrink_one(instruction, taken=taken)


def still_to_move(hold: Hold) -> Decimal:
    """How much of a hold that was decided waits for its keeper."""
    return Decimal(_open(hold).aggregate(all=Sum("amount"))["all"] or ZERO)


def _shrink_one(instruction: HoldInstruction, *, taken: Decimal) -> None:
    rest = instruction.amount - taken
    if not taken:
        return
    if not rest:
        _change(instruction, state=InstructionState.DROPPED)
    else:
        fee = min(instruction.platform_fee, rest)
        commission = min(instruction.commission, rest - fee)
        _change(instruction, amount=rest, platform_fee=fee, commission=commission)
    audit.record(actor=None, action="instruction.shrunk", subject=instruction, reason="charged_back")


def _open(hold: Hold) -> Any:
    return hold.instructions.filter(state__in=sorted(selectors.FOR_THE_KEEPER))


def _write(
    hold: Hold, *, kind: str, amount: Decimal, reason: str, by: Any = None, **shares: Any
) -> HoldInstruction:
    instruction = HoldInstruction.objects.create(
        hold=hold,
        kind=kind,
        amount=amount,
        currency=hold.currency,
        reason=reason,
        created_at=clock.now(),
        **shares,
    )
    audit.record(actor=by, action=f"instruction.{kind}", subject=instruction, reason=reason)
    return instruction


def _shares_of(instruction: HoldInstruction) -> Shares:
    return Shares(
        whole=instruction.amount,
        platform_fee=instruction.platform_fee,
        commission=instruction.commission,
        commission_payee=instruction.commission_payee,
    )


def _require_stranger(hold: Hold, *, by: Any) -> None:
    for owner_id in (hold.buyer_id, hold.payee_id):
        require_not_own(by, owner_id=owner_id)


def _change(instruction: HoldInstruction, **values: Any) -> None:
    for name, value in values.items():
        setattr(instruction, name, value)
    instruction.save(update_fields=[*values, "updated_at"])
