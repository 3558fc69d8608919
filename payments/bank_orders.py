"""The file of refunds for the bank, in the columns of the file of payouts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from key2key.common.sealing import unseal
from payments import bank_file
from payments.models import PaymentProof, Refund


def orders_for_bank(refunds: Iterable[Refund], *, senders: Mapping[UUID, PaymentProof]) -> bytes:
    """The refunds, one line each. Who did not say from which account they paid has none there."""
    return bank_file.written(_line(refund, sender=senders.get(refund.payment_id)) for refund in refunds)


def _line(refund: Refund, *, sender: PaymentProof | None) -> bank_file.Line:
    return bank_file.Line(
        reference=refund.reference,
        account_name=(sender.sender_name if sender else "") or refund.payment.payer.full_name,
        account_number=unseal(sender.sealed_account) if sender else "",
        bank_code="",  # a slip names its bank in words
        bank_name=sender.sender_bank if sender else "",
        amount=refund.amount,
        currency=refund.currency,
    )
