"""Money for staff: payments with all that happened, deposits, the ledger, what gateways told us.

Django finds the pages here; every module registers its own.
"""

from payments.admin import (
    bank_refunds,
    duties,
    entitlements,
    holds,
    inbox,
    instructions,
    ledger,
    payments,
    payouts,
    proofs,
    receipts,
    refunds,
    statement_lines,
    statements,
    suspense,
)

__all__ = [
    "bank_refunds",
    "duties",
    "entitlements",
    "holds",
    "inbox",
    "instructions",
    "ledger",
    "payments",
    "payouts",
    "proofs",
    "receipts",
    "refunds",
    "statement_lines",
    "statements",
    "suspense",
]
