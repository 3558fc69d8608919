"""Receipts: one for each payment that counts, a credit note for each refund of one, numbered without gaps."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from constance import config
from django.db import connection, transaction
from django.db.models import Count, Max

from key2key.common import audit, clock
from payments import papers, selectors
from payments.enums import Placement, ReceiptKind, RefundSource, RefundStatus
from payments.models import Payment, Receipt, ReceiptCounter, Refund
from payments.transitions import RECEIVED

COUNTS = frozenset({Placement.HOLD, Placement.REVENUE})
# The row of the series stays locked to the end of the transaction: whoever comes next waits, and what is
# undone gives its number back. A sequence would not: its numbers are gone once they are drawn.
NEXT_SERIAL = """
    INSERT INTO payments_receiptcounter (market, kind, year, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (market, kind, year) DO UPDATE SET last = payments_receiptcounter.last + 1
    RETURNING last
"""


@transaction.atomic
def issue_receipt(payment_id: UUID) -> Receipt | None:
    """Write the receipt of a payment that came and counts; none for money that is owed back to its payer.

    Called again it answers what was written. Raises NotFound.
    """
    payment = selectors.lock_payment(payment_id)
    written = Receipt.objects.filter(payment=payment, kind=ReceiptKind.RECEIPT).first()
    if written is not None or not _counts(payment):
        return written
    tax = papers.tax_in(payment.amount, purpose=payment.purpose, percent=_tax_percent())
    content = papers.content_of(payment, seller=_seller(), tax=tax)
    return _issue(payment, kind=ReceiptKind.RECEIPT, amount=payment.amount, content=content)


@transaction.atomic
def issue_credit_note(refund_id: UUID) -> Receipt | None:
    """Write that a refund gave back what a receipt said; none for money that no receipt was written for.

    Its tax is that of the receipt. Called again it answers what was written. Raises NotFound.
    """
    refund = selectors.lock_refund(refund_id)
    written = Receipt.objects.filter(refund=refund).first()
    is_due = refund.status == RefundStatus.SUCCEEDED and refund.source in {
        RefundSource.HOLD,
        RefundSource.REVENUE,
    }
    if written is not None or not is_due:
        return written
    receipt = issue_receipt(refund.payment_id)
    if receipt is None:
        return None
    taxed: papers.Tax | None = receipt.content["tax"]
    percent = Decimal(taxed["percent"]) if taxed else Decimal(0)
    tax = papers.tax_in(refund.amount, purpose=refund.payment.purpose, percent=percent)
    content = papers.content_of(
        refund.payment, seller=_seller(), tax=tax, refund=refund, corrects=receipt.number
    )
    return _issue(
        refund.payment, kind=ReceiptKind.CREDIT_NOTE, amount=refund.amount, content=content, refund=refund
    )


def receipt_faults() -> list[str]:
    """Sentences about series with gaps, or whose counter says something else; empty when all is well."""
    series = Receipt.objects.order_by().values_list("market", "kind", "year")
    found = {
        (market, kind, year): (many, last)
        for market, kind, year, many, last in series.annotate(many=Count("pk"), last=Max("serial"))
    }
    counted = {(row.market, row.kind, row.year): row.last for row in ReceiptCounter.objects.all()}
    return [
        f"series {key}: {found.get(key, (0, 0))[0]} papers up to {found.get(key, (0, 0))[1]}, "
        f"and the counter says {counted.get(key, 0)}"
        for key in sorted(found.keys() | counted.keys())
        if {*found.get(key, (0, 0))} != {counted.get(key, 0)}
    ]


def _counts(payment: Payment) -> bool:
    return payment.status in RECEIVED and payment.placement in COUNTS


def _issue(
    payment: Payment, *, kind: str, amount: Decimal, content: papers.Content, refund: Refund | None = None
) -> Receipt:
    """The last deed of its transaction: until that ends, the next paper of the series waits."""
    year, prefix = clock.today().year, config.RECEIPT_PREFIX
    with connection.cursor() as cursor:
        cursor.execute(NEXT_SERIAL, [payment.market, kind, year])
        serial: int = cursor.fetchone()[0]
    receipt = Receipt.objects.create(
        kind=kind,
        market=payment.market,
        year=year,
        serial=serial,
        number=papers.number_of(kind=kind, market=payment.market, year=year, serial=serial, prefix=prefix),
        payment=payment,
        refund=refund,
        amount=amount,
        currency=payment.currency,
        content=content,
        issued_at=clock.now(),
    )
    audit.record(actor=None, action=f"{kind}.issued", subject=receipt)
    return receipt


def _seller() -> papers.Seller:
    return papers.Seller(
        name=config.COMPANY_NAME,
        name_am=config.COMPANY_NAME_AM,
        address=config.COMPANY_ADDRESS,
        address_am=config.COMPANY_ADDRESS_AM,
        tin=config.COMPANY_TIN,
    )


def _tax_percent() -> Decimal:
    return Decimal(config.RECEIPT_TAX_PERCENT)
