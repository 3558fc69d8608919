"""CSV for spreadsheets: what people typed stays text there, whatever it begins with."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from io import StringIO
from typing import Any

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: Any) -> str:
    """As it stands in a file. Numbers stay numbers; text that a spreadsheet would run gets an apostrophe."""
    if isinstance(value, Decimal | int):
        return str(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS_A_FORMULA) else text


def lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The rows as lines of CSV (RFC 4180), one after the other, so that a long file is never held whole."""
    held = StringIO()
    writer = csv.writer(held)
    for row in rows:
        writer.writerow([cell(value) for value in row])
        yield held.getvalue()
        held.seek(0)
        held.truncate()
