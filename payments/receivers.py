"""What payments do when money has come or gone back."""

from __future__ import annotations

from key2key.common.events import on
from payments import services
from payments.events import (
    ChargebackLost,
    ChargebackOpened,
    ChargebackWon,
    PaymentSucceeded,
    RefundSucceeded,
)


@on(PaymentSucceeded)
def payment_gets_its_receipt(event: PaymentSucceeded) -> None:
    """Afterwards, so that those who are paid at one moment do not wait for each other's numbers."""
    services.issue_receipt(event.payment_id)


@on(RefundSucceeded)
def refund_gets_its_credit_note(event: RefundSucceeded) -> None:
    """What goes back is taken off the books as well."""
    services.issue_credit_note(event.refund_id)


@on(RefundSucceeded)
def refunded_service_is_over(event: RefundSucceeded) -> None:
    """What was bought with money that went back whole does not count any more."""
    services.follow_payment(payment_id=event.payment_id)


@on(ChargebackOpened)
def disputed_service_stops(event: ChargebackOpened) -> None:
    """What was bought with money that the payer's bank has does not count, for now."""
    services.follow_payment(payment_id=event.payment_id)


@on(ChargebackWon)
def won_service_goes_on(event: ChargebackWon) -> None:
    """The money came back, and with it the time that was left."""
    services.follow_payment(payment_id=event.payment_id)


@on(ChargebackLost)
def lost_service_is_over(event: ChargebackLost) -> None:
    """One that we hear of only when it is lost has stopped nothing yet."""
    services.follow_payment(payment_id=event.payment_id)
