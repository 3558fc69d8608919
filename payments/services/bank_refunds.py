"""Refunds that finance make at the bank: confirmed by the bank's reference, or failed with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.utils import IntegrityError
from django.utils.translation import gettext_lazy as _
from psycopg.errors import UniqueViolation

from key2key.common import audit
from key2key.common.errors import Conflict, Fault, InvalidInput
from payments import gateways, selectors
from payments.gateways.contract import RefundStanding, RefundStatus
from payments.models import BankRefund, PaymentProof, Refund
from payments.models.proofs import ONE_TRANSFER_CONFIRMS_ONCE
from payments.services.bank_arrivals import as_reference
from payments.services.proofs import SOURCE
from payments.services.refunds import UNDER_WAY, heed_refund
from payments.services.rights import require_not_own, require_other, require_right


@transaction.atomic
def confirm_bank_refund(*, refund_id: UUID, by: Any, bank_reference: str) -> Refund:
    """The transfer to the payer left our account: `bank_reference` is what the bank calls it.

    Locks the hold, the payment, the refund. Raises NotFound, NotAllowed ("not_allowed", "own_money",
    "other_person_needed": who approved it, or decided a slip of the payment), InvalidInput, Conflict
    ("refund_not_by_hand", "transfer_counted_already").
    """
    refund = _under_way(refund_id, by=by)
    evidence = as_reference(bank_reference)
    if not evidence:
        raise InvalidInput(faults=[Fault("/bank_reference", "required", _("Enter the bank's reference."))])
    _keep(BankRefund(refund=refund, bank_reference=evidence, confirmed_by=by))
    heed_refund(refund, answer=_answer(refund, status=RefundStatus.SUCCEEDED), source=SOURCE)
    audit.record(actor=by, action="refund.confirmed_by_hand", subject=refund, reason=evidence)
    return refund


@transaction.atomic
def fail_bank_refund(*, refund_id: UUID, by: Any, reason: str) -> Refund:
    """The bank could not send it, or it came back: the money lies where it came from, to be tried again.

    Locks and raises as `confirm_bank_refund` does.
    """
    refund = _under_way(refund_id, by=by)
    heed_refund(refund, answer=_answer(refund, status=RefundStatus.FAILED, code=reason), source=SOURCE)
    audit.record(actor=by, action="refund.failed_by_hand", subject=refund, reason=reason)
    return refund


def _under_way(refund_id: UUID, *, by: Any) -> Refund:
    require_right(by, right="execute_refund")
    refund = selectors.lock_refund(refund_id)
    require_not_own(by, owner_id=refund.payment.payer_id)
    slips = PaymentProof.objects.filter(payment=refund.payment_id)
    require_other(by, than=[refund.decided_by_id, *slips.values_list("decided_by_id", flat=True)])
    if refund.payment.gateway not in gateways.by_hand() or refund.status not in UNDER_WAY or not refund.tries:
        raise Conflict("refund_not_by_hand", _("Only a bank refund that is on its way is confirmed by hand."))
    return refund


def _answer(refund: Refund, *, status: RefundStatus, code: str = "") -> RefundStanding:
    return RefundStanding(status=status, code=code, refund_reference=refund.reference, amount=refund.amount)


def _keep(evidence: BankRefund) -> None:
    try:
        with transaction.atomic():
            evidence.save(force_insert=True)
    except IntegrityError as error:
        cause = error.__cause__
        if not isinstance(cause, UniqueViolation) or cause.diag.constraint_name != ONE_TRANSFER_CONFIRMS_ONCE:
            raise
        raise Conflict(
            "transfer_counted_already", _("This transfer was used to confirm another refund.")
        ) from error
