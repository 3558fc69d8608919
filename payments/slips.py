"""What bank slips say of payments, for rules and questions alike."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from key2key.common import clock
from key2key.common.errors import NotFound
from payments.enums import ProofState
from payments.models import Payment, PaymentProof
from payments.transitions import OPEN

ZERO = Decimal(0)


def has_waiting_proof(payment: Payment) -> bool:
    """Whether finance still have to look at a slip of this payment: meanwhile its time does not run out."""
    return PaymentProof.objects.filter(payment=payment, state=ProofState.WAITING).exists()


def of_open_payments() -> QuerySet[PaymentProof]:
    """Slips that wait, of payments that still do."""
    return PaymentProof.objects.filter(state=ProofState.WAITING, payment__status__in=sorted(OPEN))


def may_still_succeed() -> Q:
    """Open payments whose window has not closed, or of which finance look at a slip."""
    is_looked_at = Q(pk__in=of_open_payments().values("payment"))
    return Q(status__in=sorted(OPEN)) & (Q(expires_at__gt=clock.now()) | is_looked_at)


def holds_waited_for(holds: Iterable[UUID]) -> set[UUID]:
    """Of which of these holds finance look at a slip."""
    rows = of_open_payments().filter(payment__hold__in=list(holds))
    return set(rows.values_list("payment__hold", flat=True))


def slip(proof_id: UUID) -> PaymentProof:
    """Any bank slip: for whoever has a token to it. Raises NotFound."""
    found = PaymentProof.objects.select_related("payment").filter(pk=proof_id).first()
    if found is None:
        raise NotFound
    return found


def senders(payments: Iterable[UUID]) -> dict[UUID, PaymentProof]:
    """From which account each of these payments came, by its latest approved slip that names one."""
    rows = PaymentProof.objects.filter(payment__in=list(payments), state=ProofState.APPROVED)
    return {row.payment_id: row for row in rows.exclude(sealed_account="").order_by("decided_at")}


def sum_of(payment: Payment) -> Decimal:
    """What the approved slips of a payment sum to, wherever it was booked."""
    rows = PaymentProof.objects.filter(payment=payment, state=ProofState.APPROVED)
    return Decimal(rows.aggregate(all=Coalesce(Sum("amount"), ZERO))["all"])
