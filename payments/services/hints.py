"""What Chapa tells or asks us outside its webhooks: a hint to look up, a question to answer from our rows."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from key2key.common.errors import InvalidInput
from payments import gateways, selectors
from payments.gateways.chapa import hints, transfers
from payments.gateways.payouts import payout_channel
from payments.services.closing import ask_again
from payments.services.payouts import may_be_sent


@transaction.atomic
def heed_payment_hint(token: str) -> None:
    """Somebody may have paid at Chapa: have it asked. Whatever else stood in the hint is not read.

    The same however often it comes. Raises BadSignature (not a token of ours), NotFound (Chapa is not
    enabled).
    """
    reference = hints.reference_in(token)
    gateways.gateway("chapa")
    payment = selectors.payment_named("chapa", reference=reference, gateway_reference=reference)
    if payment is not None:
        ask_again(selectors.lock_payment(payment.pk))


def approve_transfer(*, headers: Mapping[str, str], body: bytes) -> None:
    """Answer Chapa's question whether a transfer may leave: only if it is exactly a payout on its way.

    Raises BadSignature, InvalidInput ("gateway_refused": unreadable, or not ours), NotFound (Chapa pays
    nothing out for us).
    """
    asked = transfers.approval_asked(headers, body)
    payout_channel("chapa")
    is_ours = may_be_sent(
        channel="chapa",
        reference=asked.reference,
        amount=asked.amount,
        account_number=asked.account_number,
    )
    if not is_ours:
        raise InvalidInput("gateway_refused")
