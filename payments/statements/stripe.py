"""Stripe's balance transactions: the itemised report, or the export of the balance's history.

https://docs.stripe.com/reports/report-types/balance: major units, signed, times in UTC; `payout` is what
Stripe sends to our bank. Metadata columns are there when they were chosen for the export.
"""

from __future__ import annotations

from payments.enums import LineKind
from payments.statements.sheet import Layout

LAYOUT = Layout(
    external_id=(("balance_transaction_id", "id"),),
    booked_at=("created_utc", "Created (UTC)"),
    times=("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"),
    zone="UTC",
    kind=("reporting_category", "Type"),
    kinds={
        "charge": LineKind.PAYMENT,
        "payment": LineKind.PAYMENT,
        "refund": LineKind.REFUND,
        "payment_refund": LineKind.REFUND,
        "dispute": LineKind.CHARGEBACK,
        "dispute_reversal": LineKind.CHARGEBACK,
        "payout": LineKind.SETTLEMENT,
        "transfer": LineKind.PAYOUT,
        "fee": LineKind.FEE,
        "stripe_fee": LineKind.FEE,
        "network_cost": LineKind.FEE,
    },
    amount=("gross", "Amount"),
    fee=("fee", "Fee"),
    net=("net", "Net"),
    currency=("currency", "Currency"),
    references=(
        ("payment_metadata[reference]", "reference (metadata)"),
        ("payment_metadata[payment]", "payment (metadata)"),
        ("refund_metadata[refund]", "refund (metadata)"),
        ("source_id", "Source"),
        ("charge_id",),
        ("payment_intent_id",),
    ),
    narrative=("description", "Description"),
)
