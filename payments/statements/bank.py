"""A bank account's statement as Ethiopian banks export it (Commercial Bank of Ethiopia and alike).

One number of the bank covers a transfer, its charge and the tax on it: only with the amounts and the balance
does it name a line.
"""

from __future__ import annotations

from payments.enums import LineKind
from payments.statements.sheet import Layout

LAYOUT = Layout(
    external_id=(
        ("Reference", "Reference No", "Reference No.", "Transaction Reference", "FT Reference"),
        ("Debit", "Withdrawal", "Debit Amount"),
        ("Credit", "Deposit", "Credit Amount"),
        ("Balance", "Running Balance"),
    ),
    booked_at=("Transaction Date", "Posting Date", "Booking Date", "Date"),
    times=("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %y"),
    zone="Africa/Addis_Ababa",
    words={
        "telebirr": LineKind.SETTLEMENT,
        "ethio telecom": LineKind.SETTLEMENT,
        "chapa": LineKind.SETTLEMENT,
        "stripe": LineKind.SETTLEMENT,
        "charge": LineKind.FEE,
        "commission": LineKind.FEE,
        "vat": LineKind.FEE,
        "fee": LineKind.FEE,
        "interest": LineKind.OTHER,
    },
    paid_in=("Credit", "Deposit", "Credit Amount"),
    paid_out=("Debit", "Withdrawal", "Debit Amount"),
    balance=("Balance", "Running Balance"),
    currency=("Currency",),
    only_currency="ETB",
    references=(
        ("Reference", "Reference No", "Reference No.", "Transaction Reference", "FT Reference"),
        ("Cheque No", "Cheque No.", "Payer Reference", "Remark"),
    ),
    narrative=("Description", "Narrative", "Details", "Particulars"),
    not_lines=("opening balance", "closing balance", "total", "balance brought forward"),
)
