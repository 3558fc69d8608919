"""Statements of gateways and of the bank: files in, plain lines out. Nothing of a file is believed here.

Adding one is a module beside this file with its `LAYOUT`, and its line below.
"""

from __future__ import annotations

from payments.statements import bank, chapa, sandbox, stripe, telebirr
from payments.statements.sheet import Layout, Line, LineFault, Sheet, read_sheet

__all__ = ["BANK", "LAYOUTS", "LONGEST_FILE", "Line", "LineFault", "Sheet", "read"]

BANK = "bank"
LONGEST_FILE = 5 * 1024 * 1024
LAYOUTS: dict[str, Layout] = {
    "telebirr": telebirr.LAYOUT,
    "chapa": chapa.LAYOUT,
    "stripe": stripe.LAYOUT,
    "sandbox": sandbox.LAYOUT,
    BANK: bank.LAYOUT,
}


def read(source: str, body: bytes) -> Sheet:
    """What a file of that source says, or what is wrong with it. Raises KeyError for an unknown source."""
    return read_sheet(body, layout=LAYOUTS[source])
