"""Every rule that moves money or says where it is."""

from payments.services.holds import (
    Release,
    freeze_hold,
    lapse_hold,
    open_hold,
    refund_hold,
    release_hold,
    unfreeze_hold,
)
from payments.services.intake import read_delivery, receive_webhook
from payments.services.paying import (
    Asked,
    cancel_payment,
    keep_checkout,
    open_checkout,
    pay,
    start_payment,
)
from payments.services.proof import ledger_faults
from payments.services.refunds import request_refund, retry_refund, send_refund
from payments.services.settling import settle_payment
from payments.services.upkeep import (
    ask_about,
    ask_about_silent,
    ask_gateways,
    check_payment,
    expire_due,
    read_webhooks,
    send_refunds,
)

__all__ = [
    "Asked",
    "Release",
    "ask_about",
    "ask_about_silent",
    "ask_gateways",
    "cancel_payment",
    "check_payment",
    "expire_due",
    "freeze_hold",
    "keep_checkout",
    "lapse_hold",
    "ledger_faults",
    "open_checkout",
    "open_hold",
    "pay",
    "read_delivery",
    "read_webhooks",
    "receive_webhook",
    "refund_hold",
    "release_hold",
    "request_refund",
    "retry_refund",
    "send_refund",
    "send_refunds",
    "settle_payment",
    "start_payment",
    "unfreeze_hold",
]
