"""Who may see which money, and the locks.

Locks are taken in this order: the hold, its payments in id order, their refunds. Whoever changes a payment
under a hold holds the hold. Accounts and transfers are only added to and need none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.agency import Right
from accounts.selectors import members_with, organisations_where
from key2key.common import clock
from key2key.common.errors import NotFound
from payments import gateways, slips
from payments.enums import (
    AccountKind,
    InstructionState,
    PaymentStatus,
    Placement,
    ReceiptKind,
    RefundSource,
    RefundStatus,
)
from payments.models import (
    Account,
    GatewayCall,
    Hold,
    HoldInstruction,
    Payment,
    PaymentProof,
    Receipt,
    Refund,
    RefundSending,
    Transfer,
)
from payments.references import read_attempt
from payments.targets import Target
from payments.transitions import ENDED_WITHOUT_MONEY, HOLDING, OPEN

LIVE_REFUNDS = frozenset({RefundStatus.APPROVED, RefundStatus.SENT, RefundStatus.SUCCEEDED})
FOR_THE_KEEPER = frozenset({InstructionState.WAITING, InstructionState.APPROVED})
ZERO = Decimal(0)
SOON, SELDOM, LATEST = timedelta(minutes=5), timedelta(hours=6), timedelta(days=3)


@dataclass(frozen=True)
class HoldProgress:
    """How far a deposit is paid; `open_checkout` is the page of a payment that still runs, or empty.

    `waits_for_keeper`: it was decided, and whoever keeps it has not carried that out yet.
    """

    amount: Decimal
    currency: str
    paid: Decimal
    open_checkout: str
    proof_waiting: bool = False
    waits_for_keeper: bool = False


def payments_seen_by(user: Any, *, as_finance: bool = False) -> QuerySet[Payment]:
    """What this person paid or is paid; what their organisations are paid, where they may see money.

    `as_finance`: all, for staff whose role was judged at the door.
    """
    rows = Payment.objects.prefetch_related("events", "refunds", "proofs")
    if as_finance:
        return rows
    organisations = organisations_where(user, right=Right.SEE_MONEY)
    return rows.filter(Q(payer=user) | Q(payee_id=user.pk) | Q(payee_id__in=organisations))


def seen_payment(user: Any, *, payment_id: UUID, as_finance: bool = False) -> Payment:
    """One payment that this person may see. Raises NotFound."""
    found = payments_seen_by(user, as_finance=as_finance).filter(pk=payment_id).first()
    if found is None:
        raise NotFound
    return found


def seen_receipt(user: Any, *, payment_id: UUID, number: str = "", as_finance: bool = False) -> Receipt:
    """The receipt of a payment that this person may see, or its paper of that number. Raises NotFound."""
    payment = seen_payment(user, payment_id=payment_id, as_finance=as_finance)
    rows = Receipt.objects.filter(payment=payment).select_related("payment")
    found = (rows.filter(number=number) if number else rows.filter(kind=ReceiptKind.RECEIPT)).first()
    if found is None:
        raise NotFound("no_receipt", _("There is no such receipt, or not yet."))
    return found


def credit_notes_of(receipt: Receipt) -> QuerySet[Receipt]:
    """What corrects a receipt, the first first."""
    rows = Receipt.objects.filter(payment=receipt.payment_id, kind=ReceiptKind.CREDIT_NOTE)
    return rows.order_by("issued_at", "id")


def payment_of_request(user: Any, *, key: str) -> Payment | None:
    """The payment that this person's request with the key made, when it was asked before."""
    return Payment.objects.filter(payer=user, request_key=key).first() if key else None


def payment_named(gateway: str, *, reference: str, gateway_reference: str) -> Payment | None:
    """The payment that a gateway speaks of, by our reference, of whatever attempt, or else by its own."""
    rows = Payment.objects.filter(gateway=gateway)
    found = rows.filter(reference=read_attempt(reference)[0]).first() if reference else None
    if found is None and gateway_reference:
        found = rows.filter(gateway_reference=gateway_reference).first()
    return found


def calls_of(payment: Payment) -> QuerySet[GatewayCall]:
    """What its gateway was asked about a payment, and what came of it, the first first."""
    return GatewayCall.objects.filter(payment=payment)


def hold_of(target: Target) -> Hold | None:
    """The deposit of a deal, if there is one."""
    return Hold.objects.filter(target_type=target.type, target_id=target.id).first()


def is_charged_back(target: Target) -> bool:
    """Whether the payer's bank disputes money of a deposit that was complete: meanwhile nothing moves."""
    legs = Payment.objects.filter(placement=Placement.HOLD, status=PaymentStatus.DISPUTED)
    of = {"hold__target_type": target.type, "hold__target_id": target.id}
    return legs.filter(**of, hold__state__in=sorted(HOLDING)).exists()


def hold_progress(target: Target) -> HoldProgress | None:
    """How far the deposit of a deal is paid, if there is one."""
    return progress_of(target.type, [target.id]).get(target.id)


def progress_of(target_type: str, target_ids: Iterable[UUID]) -> dict[UUID, HoldProgress]:
    """How far the deposits of several targets are paid, by target, in as many queries as for one."""
    holds = Hold.objects.filter(target_type=target_type, target_id__in=list(target_ids))
    by_id = {hold.pk: hold for hold in holds}
    legs = Payment.objects.filter(hold__in=by_id, placement=Placement.HOLD).order_by().values_list("hold")
    paid = dict(legs.annotate(all=Sum(F("amount") - F("taken_from_hold"))))
    going = Refund.objects.filter(status__in=sorted(LIVE_REFUNDS), source=RefundSource.HOLD)
    back = dict(
        going.filter(payment__hold__in=by_id)
        .order_by()
        .values_list("payment__hold")
        .annotate(all=Sum("amount"))
    )
    waiting = slips.holds_waited_for(by_id)
    running = Payment.objects.filter(slips.may_still_succeed(), hold__in=by_id)
    pages = dict(running.exclude(checkout_url="").order_by("created_at").values_list("hold", "checkout_url"))
    decided = HoldInstruction.objects.filter(hold__in=by_id, state__in=sorted(FOR_THE_KEEPER))
    at_the_keeper = set(decided.values_list("hold", flat=True))
    return {
        hold.target_id: HoldProgress(
            amount=hold.amount,
            currency=hold.currency,
            paid=Decimal(paid.get(hold.pk, ZERO)) - Decimal(back.get(hold.pk, ZERO)),
            open_checkout=pages.get(hold.pk, ""),
            proof_waiting=hold.pk in waiting,
            waits_for_keeper=hold.pk in at_the_keeper,
        )
        for hold in by_id.values()
    }


def hold(hold_id: UUID) -> Hold:
    """A hold, as it is in this moment."""
    return Hold.objects.get(pk=hold_id)


def lock_hold(hold_id: UUID) -> Hold:
    """A hold, locked. Rows that refer to it can be added meanwhile."""
    return Hold.objects.select_for_update(no_key=True).get(pk=hold_id)


def lock_hold_of(target: Target) -> Hold:
    """The hold of a deal, locked. Raises NotFound."""
    rows = Hold.objects.select_for_update(no_key=True)
    hold = rows.filter(target_type=target.type, target_id=target.id).first()
    if hold is None:
        raise NotFound
    return hold


def lock_payment(payment_id: UUID) -> Payment:
    """A payment, locked, its hold before it. Raises NotFound."""
    known = Payment.objects.filter(pk=payment_id).values_list("hold_id", flat=True).first()
    hold = lock_hold(known) if known else None
    payment = Payment.objects.select_for_update(no_key=True).filter(pk=payment_id).first()
    if payment is None:
        raise NotFound
    if hold is not None:
        payment.hold = hold
    return payment


def lock_open_payments(hold: Hold) -> QuerySet[Payment]:
    """All payments of a locked hold that still run, their windows over or not, locked in id order."""
    rows = Payment.objects.select_for_update(no_key=True).filter(hold=hold, status__in=sorted(OPEN))
    return rows.order_by("pk")


def lock_own_payment(user: Any, *, payment_id: UUID) -> Payment:
    """The payer's own payment, locked, its hold before it. Raises NotFound."""
    return lock_payment(own_payment(user, payment_id=payment_id).pk)


def lock_refund(refund_id: UUID, *, payment_id: UUID | None = None) -> Refund:
    """A refund, of that payment if one is named, locked after its hold and payment. Raises NotFound."""
    known = Refund.objects.filter(pk=refund_id).values_list("payment_id", flat=True).first()
    if known is None or payment_id not in {None, known}:
        raise NotFound
    payment = lock_payment(known)
    refund = Refund.objects.select_for_update(no_key=True).get(pk=refund_id)
    refund.payment = payment
    return refund


def lock_instruction(instruction_id: UUID) -> HoldInstruction:
    """An instruction, locked after its hold, which it carries. Raises NotFound."""
    known = HoldInstruction.objects.filter(pk=instruction_id).values_list("hold_id", flat=True).first()
    if known is None:
        raise NotFound
    hold = lock_hold(known)
    instruction = HoldInstruction.objects.select_for_update(no_key=True).get(pk=instruction_id)
    instruction.hold = hold
    return instruction


def legs_of(hold: Hold) -> QuerySet[Payment]:
    """The payments whose money lies, or lay, under the hold, oldest first."""
    return Payment.objects.filter(hold=hold, placement=Placement.HOLD).order_by("paid_at", "id")


def has_disputed_leg(hold: Hold) -> bool:
    """Whether a payer's bank disputes one of the legs."""
    return legs_of(hold).filter(status=PaymentStatus.DISPUTED).exists()


def open_legs(hold: Hold) -> QuerySet[Payment]:
    """Payments for the hold that may still succeed in time."""
    return Payment.objects.filter(slips.may_still_succeed(), hold=hold)


def own_payment(user: Any, *, payment_id: UUID) -> Payment:
    """A payment that this person makes. Raises NotFound."""
    payment = Payment.objects.filter(pk=payment_id, payer=user).first()
    if payment is None:
        raise NotFound
    return payment


def lock_proof(proof_id: UUID) -> PaymentProof:
    """A slip, locked after its hold and payment, which it carries. Raises NotFound."""
    known = PaymentProof.objects.filter(pk=proof_id).values_list("payment_id", flat=True).first()
    if known is None:
        raise NotFound
    payment = lock_payment(known)
    proof = PaymentProof.objects.select_for_update(no_key=True).get(pk=proof_id)
    proof.payment = payment
    return proof


def paid_into(hold: Hold) -> Decimal:
    """What lies under a hold that has not ended: its legs, less what has left them. Disputed ones count."""
    legs = legs_of(hold).aggregate(all=Coalesce(Sum(F("amount") - F("taken_from_hold")), ZERO))["all"]
    return Decimal(legs) - _sum(live_refunds(hold=hold))


def live_refunds(
    *, hold: Hold | None = None, payment: Payment | None = None, source: str = RefundSource.HOLD
) -> QuerySet[Refund]:
    """Refunds that have left, or are about to, from one source; those that wait for people are not."""
    rows = Refund.objects.filter(status__in=sorted(LIVE_REFUNDS), source=source, tries__gt=0)
    return rows.filter(payment__hold=hold) if hold is not None else rows.filter(payment=payment)


def not_left(payment: Payment) -> Decimal:
    """What of a payment's own amount is not on its way back, nor taken by the payer's bank."""
    if not payment.placement or payment.charged_back:
        return ZERO
    going = _sum(live_refunds(payment=payment, source=payment.placement))
    return payment.amount - going - payment.disputed_amount


def refundable(payment: Payment) -> Decimal:
    """What of a payment's own amount may still be asked for: what has not left, less what is asked for."""
    asked = Refund.objects.filter(payment=payment, source=payment.placement, tries=0)
    waiting = _sum(asked.filter(status__in=[RefundStatus.REQUESTED, RefundStatus.APPROVED]))
    return max(not_left(payment) - waiting, ZERO)


def refused(payment: Payment) -> Decimal:
    """What of a payment's own amount the gateway would not give back: it waits for finance."""
    rows = Refund.objects.filter(payment=payment, source=payment.placement, status=RefundStatus.FAILED)
    return _sum(rows)


def others_hold(hold: Hold) -> bool:
    """Whether another hold has the asset."""
    rows = Hold.objects.filter(asset_id=hold.asset_id, state__in=["held", "disputed"])
    return rows.exclude(pk=hold.pk).exists()


def people_of(payee_id: UUID | None) -> list[Any]:
    """Whom to tell what a payee gets: the person, or an organisation's people who may see money."""
    if payee_id is None:
        return []
    person = get_user_model()._default_manager.filter(pk=payee_id).first()
    return [person] if person else list(members_with(payee_id, right=Right.SEE_MONEY))


def own_accounts(user: Any) -> QuerySet[Account]:
    """What is owed to this person, and to organisations whose money they may see."""
    organisations = organisations_where(user, right=Right.SEE_MONEY)
    mine = Q(owner=user.pk) | Q(owner__in=organisations)
    return Account.objects.filter(mine, kind=AccountKind.PAYABLE)


def own_entries(user: Any) -> QuerySet[Transfer]:
    """Movements of one's own accounts, the newest first."""
    mine = own_accounts(user).values("pk")
    rows = Transfer.objects.filter(Q(debit__in=mine) | Q(credit__in=mine))
    return rows.select_related("debit", "credit").order_by("-created_at", "-id")


def balances(accounts: Iterable[Account]) -> dict[Account, Decimal]:
    """Credits less debits of each account, from its transfers: what we owe, for accounts of people."""
    found = dict.fromkeys(accounts, ZERO)
    by_id = {account.pk: account for account in found}
    for side, sign in (("credit", 1), ("debit", -1)):
        rows = Transfer.objects.filter(**{f"{side}__in": list(by_id)}).order_by()
        for account_id, amount in rows.values_list(side).annotate(all=Sum("amount")):
            found[by_id[account_id]] += sign * amount
    return found


def payments_to_expire() -> QuerySet[Payment]:
    """Payments whose window has closed and of which no slip waits, the first first."""
    rows = Payment.objects.filter(status__in=sorted(OPEN), expires_at__lte=clock.now())
    return rows.exclude(pk__in=slips.of_open_payments().values("payment")).order_by("expires_at")


def payments_to_ask_about() -> QuerySet[Payment]:
    """Payments of which the gateway should have told us something, those never asked about first.

    Open ones every five minutes; disputed ones, and for three days those that ended without money (a late
    payment whose webhook was lost), every six hours. Where money moves by hand there is nobody to ask.
    """
    now = clock.now()
    recent = Q(status__in=sorted(OPEN), created_at__lte=now - SOON)
    disputed = Q(status=PaymentStatus.DISPUTED)
    ended = Q(status__in=sorted(ENDED_WITHOUT_MONEY), expires_at__gt=now - LATEST)
    return (
        Payment.objects.exclude(gateway__in=gateways.by_hand())
        .filter((recent & _not_asked_for(SOON)) | ((disputed | ended) & _not_asked_for(SELDOM)))
        .order_by(F("checked_at").asc(nulls_first=True))
    )


def sendings_to_repeat() -> QuerySet[RefundSending]:
    """Refunds that the gateway took on and has not confirmed for five minutes; each one's newest sending."""
    newest = RefundSending.objects.filter(refund=OuterRef("refund")).order_by("-id").values("pk")[:1]
    return RefundSending.objects.exclude(refund__payment__gateway__in=gateways.by_hand()).filter(
        refund__status=RefundStatus.SENT, refund__sent_at__lte=clock.now() - SOON, pk=Subquery(newest)
    )


def is_other_refund_out(refund: Refund) -> bool:
    """Whether another refund of the payment is at the gateway, or in some worker's hands on its way there."""
    others = RefundSending.objects.filter(refund__payment=refund.payment_id).exclude(refund=refund)
    taken_on = Q(refund__status=RefundStatus.SENT)
    in_hands = Q(refund__status=RefundStatus.APPROVED, work_state=RefundSending.WorkState.RUNNING)
    return others.filter(taken_on | in_hands).exists()


def sendings_that_gave_up(payment: Payment) -> list[int]:
    """Refunds of the payment that waited for another one until their tries were used up."""
    rows = RefundSending.objects.filter(refund__payment=payment, refund__status=RefundStatus.APPROVED)
    return list(rows.filter(work_state=RefundSending.WorkState.PARKED).values_list("pk", flat=True))


def _not_asked_for(pause: timedelta) -> Q:
    return Q(checked_at__isnull=True) | Q(checked_at__lte=clock.now() - pause)


def _sum(rows: QuerySet[Refund]) -> Decimal:
    return Decimal(rows.aggregate(all=Coalesce(Sum("amount"), ZERO))["all"])
