"""CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest

from key2key.common.spreadsheet import cell, lines


@pytest.mark.parametrize(
    "evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "=HYPERLINK(0)"]
)
def test_text_that_begins_like_a_formula_stays_text(evil: str) -> None:
    assert cell(evil) == f"'{evil}"


@pytest.mark.parametrize("plain", ["Hana Bekele", "a=b", "K2K-1", "ሐና", ""])
def test_other_text_is_left_alone(plain: str) -> None:
    assert cell(plain) == plain


def test_numbers_stay_numbers_and_nothing_is_empty() -> None:
    assert [cell(Decimal("-12.50")), cell(-3), cell(None)] == ["-12.50", "-3", ""]


def test_lines_are_read_back_as_they_were() -> None:
    rows = [["a", 'with "quotes"', "two\nlines"], ["b", "c,d", "e"]]
    assert list(csv.reader("".join(lines(rows)).splitlines(keepends=True))) == rows
