"""Bank slips: sent in by payers, compared with the bank's statement by finance, whose word is booked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.db.utils import IntegrityError
from django.utils.translation import gettext_lazy as _
from psycopg.errors import UniqueViolation

from key2key.common import audit, clock
from key2key.common.errors import Conflict, Fault, InvalidInput
from key2key.common.sealing import seal
from payments import gateways, selectors, slips
from payments.enums import EventKind, ProofState
from payments.gateways.contract import MoneyStatus, Standing
from payments.models import Payment, PaymentProof, SuspenseItem
from payments.models.proofs import ONE_SLIP_COUNTS_ONCE
from payments.services.bank_arrivals import as_reference, lock_arrival
from payments.services.rights import require_not_own, require_right
from payments.services.settling import settle_payment
from payments.services.suspense import Stray, keep_stray
from payments.services.timeline import note, tell_payer
from payments.transitions import OPEN, RECEIVED
from uploads import vault

SOURCE = "finance"
ANOTHER_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Slip:
    """What the payer says that the document shows; an account is where a refund may go back to."""

    amount: Decimal
    paid_on: date
    bank_reference: str
    sender_name: str = ""
    sender_bank: str = ""
    sender_account: str = ""


@dataclass(frozen=True)
class Arrival:
    """What the bank's statement shows, as finance read it there."""

    amount: Decimal
    bank_reference: str


@contextmanager
def receive_proof(*, by: Any, payment_id: UUID, slip: Slip, file: File[Any]) -> Iterator[PaymentProof]:
    """Judge a slip, encrypt it in memory and keep it; the block then books it with `add_proof`.

    Whether it is still wanted is asked there: a request that is repeated must come as far as its key. Must
    not be called inside a transaction. Raises NotFound, Conflict ("proof_not_needed"), InvalidInput (faults,
    "empty_file", "format_not_supported"), TooLarge ("too_large").
    """
    payment = selectors.own_payment(by, payment_id=payment_id)
    _require_by_hand(payment)
    if slip.paid_on > clock.today():
        sentence = _("This day has not come yet.")
        raise InvalidInput(faults=[Fault("/paid_on", "in_the_future", sentence)])
    with vault.keep(file, folder="slips", is_booked=_is_booked) as kept:
        yield PaymentProof(
            payment=payment,
            amount=slip.amount,
            paid_on=slip.paid_on,
            bank_reference=as_reference(slip.bank_reference),
            sender_name=slip.sender_name,
            sender_bank=slip.sender_bank,
            sealed_account=seal(slip.sender_account) if slip.sender_account else "",
            **vars(kept),
        )


@transaction.atomic
def add_proof(proof: PaymentProof, *, by: Any) -> PaymentProof:
    """Write the row of a received slip: from now on the payment's time stands still.

    Locks the hold, the payment. Raises NotFound, Conflict ("proof_not_needed", "proof_waiting").
    """
    payment = selectors.lock_own_payment(by, payment_id=proof.payment_id)
    _require_wanted(payment)
    proof.payment, proof.created_at = payment, clock.now()
    proof.save(force_insert=True)
    note(payment, kind=EventKind.PROOF_SENT, source="payer", amount=proof.amount, by=by, **_told(proof))
    return proof


@transaction.atomic
def approve_proof(*, proof_id: UUID, by: Any, arrival: Arrival) -> PaymentProof:
    """The money is on our account, all of it: booked as if a gateway had said so.

    What came beyond the amount asked for goes back by itself. Locks the hold, the payment, the slip. Raises
    NotFound, NotAllowed ("not_allowed", "own_money"), InvalidInput, Conflict ("proof_decided";
    "slip_is_less"; "slip_counted_already"; "proof_not_booked": the payment is not what was asked for here).
    """
    proof = _taken_up(proof_id, by=by)
    payment = proof.payment
    if payment.status not in RECEIVED and arrival.amount < payment.amount:
        raise Conflict(
            "slip_is_less",
            _("Less came than %(asked)s: reject the slip, or keep the money in suspense.")
            % {"asked": f"{payment.amount} {payment.currency}"},
        )
    _decide(proof, by=by, state=ProofState.APPROVED, arrival=arrival)
    standing = _standing(payment, transaction_id=proof.bank_reference)
    proof.payment = settle_payment(payment_id=payment.pk, standing=standing, source=SOURCE)
    if proof.payment.status not in RECEIVED:
        raise Conflict("proof_not_booked", _("The payment does not fit this bank account any more."))
    _conclude(proof, by=by, kind=EventKind.PROOF_APPROVED, news="proof_approved")
    return proof


@transaction.atomic
def keep_in_suspense(*, proof_id: UUID, by: Any, arrival: Arrival, reason: str) -> PaymentProof:
    """Money came, but less than was asked for: it lies in suspense until finance know what it is for.

    The payment waits on. The payer is told `reason`. Locks and raises as `approve_proof` does; Conflict
    ("slip_is_enough") when nothing is missing.
    """
    proof = _taken_up(proof_id, by=by)
    payment = proof.payment
    if payment.status in RECEIVED or arrival.amount >= payment.amount:
        raise Conflict("slip_is_enough", _("Nothing is missing: approve the slip."))
    _decide(proof, by=by, state=ProofState.APPROVED, arrival=arrival, reason=reason, is_in_suspense=True)
    keep_stray(
        Stray(
            key=f"proof:{proof.pk}:suspense",
            gateway=payment.gateway,
            amount=arrival.amount,
            currency=payment.currency,
            gateway_reference=proof.bank_reference,
            payment=payment,
        )
    )
    _give_time(payment)
    _conclude(proof, by=by, kind=EventKind.PROOF_REJECTED, news="proof_rejected", suspense=True)
    return proof


@transaction.atomic
def reject_proof(*, proof_id: UUID, by: Any, reason: str) -> PaymentProof:
    """There is no such money, or the slip cannot be read: the payer is told why and may send another.

    Locks as `approve_proof` does. Raises NotFound, NotAllowed ("not_allowed", "own_money"), Conflict
    ("proof_decided").
    """
    proof = _taken_up(proof_id, by=by)
    _decide(proof, by=by, state=ProofState.REJECTED, reason=reason)
    _give_time(proof.payment)
    _conclude(proof, by=by, kind=EventKind.PROOF_REJECTED, news="proof_rejected")
    return proof


def show_proof(*, proof_id: UUID, to: Any) -> tuple[PaymentProof, bytes]:
    """A slip and its plain bytes; that this person saw it is audited first. The caller judged that they may.

    Raises NotFound, also when its bytes are gone.
    """
    proof = slips.slip(proof_id)
    with transaction.atomic():
        audit.record(actor=to, action="proof.shown", subject=proof)
    plain = vault.open_document(proof.pk, storage_key=proof.storage_key, sealed_key=proof.sealed_key)
    return proof, plain


def _require_by_hand(payment: Payment) -> None:
    if payment.gateway not in gateways.by_hand():
        raise _not_needed(payment)


def _require_wanted(payment: Payment) -> None:
    if payment.status in RECEIVED:
        raise _not_needed(payment)
    if slips.has_waiting_proof(payment):
        raise Conflict("proof_waiting", _("We are still looking at the slip that you sent."))


def _not_needed(payment: Payment) -> Conflict:
    return Conflict("proof_not_needed", _("This payment needs no bank slip."), status_now=payment.status)


def _taken_up(proof_id: UUID, *, by: Any) -> PaymentProof:
    require_right(by, right="change_paymentproof")
    proof = selectors.lock_proof(proof_id)
    require_not_own(by, owner_id=proof.payment.payer_id)
    if proof.state != ProofState.WAITING:
        raise Conflict("proof_decided", _("A colleague has decided this already."), status_now=proof.state)
    return proof


def _decide(
    proof: PaymentProof, *, by: Any, state: str, arrival: Arrival | None = None, **values: Any
) -> None:
    """Write the decision down. The index decides the race of two slips with one reference."""
    if arrival is not None:
        reference = as_reference(arrival.bank_reference)
        if arrival.amount <= 0 or not reference:
            raise InvalidInput(
                faults=[Fault("/bank_reference", "required", _("Enter the bank's reference."))]
            )
        _require_uncounted(proof, reference=reference)
        values = {**values, "amount": arrival.amount, "bank_reference": reference}
    values = {**values, "state": state, "decided_by": by, "decided_at": clock.now()}
    for name, value in values.items():
        setattr(proof, name, value)
    try:
        with transaction.atomic():
            proof.save(update_fields=[*values, "updated_at"])
    except IntegrityError as error:
        if not _counts_already(error):
            raise
        raise Conflict("slip_counted_already", _("This slip has paid for something already.")) from error


def _require_uncounted(proof: PaymentProof, *, reference: str) -> None:
    """Money that came into suspense leaves it by finding its owner there, never by a slip beside it."""
    lock_arrival(reference)
    gateway = proof.payment.gateway
    if SuspenseItem.objects.filter(gateway=gateway, gateway_reference=reference).exists():
        raise Conflict("slip_counted_already", _("This money lies in suspense already."))


def _standing(payment: Payment, *, transaction_id: str) -> Standing:
    """What a gateway would say, were there one: all slips that finance approved."""
    gateway = gateways.gateway(payment.gateway)
    return Standing(
        status=MoneyStatus.SUCCEEDED,
        amount=payment.amount,
        charged=slips.sum_of(payment),
        currency=payment.currency,
        reference=payment.reference,
        gateway_reference=payment.gateway_reference,
        merchant=gateway.merchant,
        mode=gateway.mode,
        transaction=transaction_id,
    )


def _give_time(payment: Payment) -> None:
    """The payer was not late while we looked: an open payment gets a day at least to send another slip."""
    if payment.status in OPEN:
        payment.expires_at = max(payment.expires_at, clock.now() + ANOTHER_DAY)
        payment.save(update_fields=["expires_at", "updated_at"])


def _conclude(proof: PaymentProof, *, by: Any, kind: str, news: str, **data: Any) -> None:
    told = {**_told(proof), **data, "reason": proof.reason}
    note(proof.payment, kind=kind, source=SOURCE, amount=proof.amount, by=by, **told)
    tell_payer(proof.payment, kind=news, amount=proof.amount, reason=proof.reason)


def _told(proof: PaymentProof) -> dict[str, Any]:
    return {"proof": str(proof.pk), "bank_reference": proof.bank_reference}


def _is_booked(proof_id: UUID) -> bool:
    return PaymentProof.objects.filter(pk=proof_id).exists()


def _counts_already(error: IntegrityError) -> bool:
    cause = error.__cause__
    return isinstance(cause, UniqueViolation) and cause.diag.constraint_name == ONE_SLIP_COUNTS_ONCE
