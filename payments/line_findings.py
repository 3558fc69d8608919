"""Why a line of a statement waits, and what keeps a day open, as finance reads it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Any] = {
    "": _("It was not looked at yet."),
    "asked": _("The gateway has not confirmed it to us: it is being asked."),
    "counted_already": _("Another line accounts for it already."),
    "decided": _("This line does not wait any more."),
    "does_not_add_up": _("What we booked adds up to another amount."),
    "fee_came_back": _("A fee came back."),
    "fee_of_nothing": _("A fee that names no payment."),
    "no_payment": _("It names no payment that we know."),
    "no_proof": _("The payer has sent no bank slip yet."),
    "no_refund": _("It names no refund that we know."),
    "no_settlement": _("No gateway's statement mentions it."),
    "not_confirmed": _("The gateway has not confirmed to us that it went back."),
    "not_known_there": _("The gateway does not know of it."),
    "nothing_booked": _("Nothing of this gateway and currency was ever booked."),
    "other_amount": _("We booked another amount."),
    "other_currency": _("We booked another currency."),
    "other_fee": _("We booked a higher fee."),
    "other_kind": _("It is of another kind."),
    "payout_came_back": _("A payout came back: say so on its page."),
    "payout_not_sent": _("The payout has not been sent."),
    "proof_waiting": _("The bank slip of this payment waits for you."),
    "refund_not_under_way": _("The refund has failed here, or has not been sent."),
    "settlement_came_back": _("A settlement came back."),
    "several_payments": _("It names more than one payment."),
    "several_settlements": _("Several gateways have sent this amount: say which."),
    "unknown": _("It names nothing that we know."),
}


DIFFERENCES: dict[str, Any] = {
    "gateway_silent": _("The gateway did not answer."),
    "line_waits": _("A line without a match."),
    "no_statement": _("There is no statement yet."),
    "not_in_statement": _("Booked by us, and not in the statement."),
    "other_amount": _("The gateway has another amount."),
    "other_refund": _("The gateway has given back more."),
}


def difference_named(what: str) -> Any:
    """What differs on a day."""
    return DIFFERENCES.get(what, what)


def sentence_of(finding: str) -> Any:
    """A sentence for a person."""
    return SENTENCES.get(finding, finding)
