"""The file of payouts for the bank: CSV that no spreadsheet takes for formulas. Pure."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from decimal import Decimal
from io import StringIO

from key2key.common.spreadsheet import cell


@dataclass(frozen=True)
class Line:
    """One payout, as its columns stand in the file."""

    reference: str
    account_name: str
    account_number: str
    bank_code: str
    bank_name: str
    amount: Decimal
    currency: str


def written(lines: Iterable[Line]) -> bytes:
    """The whole file, with a header, in UTF-8."""
    text = StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([field.name for field in fields(Line)])
    writer.writerows([cell(value) for value in astuple(line)] for line in lines)
    return text.getvalue().encode()
