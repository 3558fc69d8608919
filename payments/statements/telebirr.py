"""What the merchant portal of telebirr exports.

The columns are those of the portal's mobile money organisation statement; Ethio telecom publishes no
description of them, so the first real file decides (payments.md 8).
"""

from __future__ import annotations

from payments.enums import LineKind
from payments.statements.sheet import Layout

LAYOUT = Layout(
    external_id=(("Receipt No.", "Receipt No", "Transaction ID"),),
    booked_at=("Completion Time", "Transaction Time"),
    times=("%d-%m-%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S"),
    zone="Africa/Addis_Ababa",
    kind=("Reason Type", "Transaction Type"),
    kinds={
        "customer merchant payment": LineKind.PAYMENT,
        "merchant payment": LineKind.PAYMENT,
        "payment": LineKind.PAYMENT,
        "refund": LineKind.REFUND,
        "merchant refund": LineKind.REFUND,
        "reversal": LineKind.CHARGEBACK,
        "service charge": LineKind.FEE,
        "fee": LineKind.FEE,
        "organization settlement": LineKind.SETTLEMENT,
        "settlement": LineKind.SETTLEMENT,
        "bank transfer": LineKind.SETTLEMENT,
        "b2c payment": LineKind.PAYOUT,
    },
    paid_in=("Paid In",),
    paid_out=("Withdrawn",),
    balance=("Balance",),
    only_currency="ETB",
    status=("Transaction Status", "Status"),
    done=frozenset({"completed"}),
    references=(
        ("Merchant Order ID", "Merchant Order No."),
        ("Payment Order ID",),
        ("Refund Request No.", "Refund Request No"),
        ("Linked Transaction ID",),
        ("Receipt No.", "Receipt No", "Transaction ID"),
    ),
    narrative=("Details", "Remark"),
)
