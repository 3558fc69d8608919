"""What the dashboard of Chapa exports; amounts in major units, the charge beside them.

Chapa publishes no description of the file: the columns are named as its API names them, and the first real
file decides (payments.md 8).
"""

from __future__ import annotations

from payments.enums import LineKind
from payments.statements.sheet import Layout

LAYOUT = Layout(
    external_id=(("Chapa Reference", "Reference", "ref_id"),),
    booked_at=("Date", "Created At", "created_at"),
    times=("%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%d %H:%M:%S", "%d-%m-%Y %H:%M:%S", "%Y-%m-%d"),
    zone="UTC",
    kind=("Type", "type"),
    kinds={
        "payment": LineKind.PAYMENT,
        "charge": LineKind.PAYMENT,
        "api": LineKind.PAYMENT,
        "payment link": LineKind.PAYMENT,
        "refund": LineKind.REFUND,
        "transfer": LineKind.PAYOUT,
        "payout": LineKind.PAYOUT,
        "withdrawal": LineKind.SETTLEMENT,
        "settlement": LineKind.SETTLEMENT,
        "fee": LineKind.FEE,
        "reversal": LineKind.CHARGEBACK,
        "chargeback": LineKind.CHARGEBACK,
    },
    amount=("Amount", "amount"),
    leaving=frozenset({LineKind.REFUND, LineKind.PAYOUT, LineKind.SETTLEMENT, LineKind.FEE}),
    fee=("Charge", "charge"),
    net=("Net", "Net Amount"),
    currency=("Currency", "currency"),
    status=("Status", "status"),
    done=frozenset({"success", "successful", "completed", "refunded"}),
    references=(
        ("Merchant Reference", "Tx Ref", "tx_ref"),
        ("Chapa Reference", "Reference", "ref_id"),
        ("Bank Reference",),
    ),
    narrative=("Description", "Reason"),
)
