"""Reading statements: every format, and every way in which a file can be wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from payments import statements
from payments.statements.sheet import MOST_LINES, references_in
from payments.tests.statement_files import SANDBOX, sheet

GOOD = "t1,2025-11-20 10:00:00,payment,1000.00,25.00,975.00,ETB,K2K0123456789AB,chk-1,Deposit"

TELEBIRR = """Organization,Key2Key PLC,,,,,,,
Period,19-11-2025,20-11-2025,,,,,,
Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn,Balance,Reason Type,Merchant Order ID
CKL0ABCDE1,20-11-2025 09:15:02,Order K2K0123456789AB,Completed,"150,000.00",,"150,000.00",Merchant Payment,K2K0123456789AB
CKL0ABCDE2,20-11-2025 09:15:02,Charge,Completed,,"1,500.00","148,500.00",Service Charge,K2K0123456789AB
CKL0ABCDE3,20-11-2025 10:00:00,Order K2K9999999999ZZ,Failed,"5,000.00",,"148,500.00",Merchant Payment,K2K9999999999ZZ
CKL0ABCDE4,20-11-2025 23:59:59,To bank,Completed,,"100,000.00","48,500.00",Organization Settlement,
"""  # noqa: E501
CHAPA = """Date,Chapa Reference,Merchant Reference,Type,Status,Currency,Amount,Charge,Net,Description
2025-11-20 22:30:00,APxyz1,K2K0123456789AB,Payment,success,ETB,400.00,14.00,386.00,Deposit
2025-11-20 08:00:00,APxyz2,R2K0123456789AB-1,Refund,success,ETB,100.00,0.00,,Back
2025-11-20 08:00:00,APxyz3,,Withdrawal,success,ETB,286.00,0.00,286.00,To bank
"""
STRIPE = """balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,source_id,charge_id,payment_intent_id,payment_metadata[reference],description
txn_1,2025-11-20 21:30:00,usd,50.00,1.75,48.25,charge,ch_1,ch_1,pi_1,K2K0123456789AB,"Deposit, villa"
txn_2,2025-11-20 10:00:00,usd,-50.00,15.00,-65.00,dispute,dp_1,ch_1,pi_1,,
txn_3,2025-11-20 10:00:00,usd,-100.00,0.00,-100.00,payout,po_1,,,,STRIPE PAYOUT
txn_4,2025-11-20 10:00:00,usd,-2.00,0.00,-2.00,contribution,co_1,,,,Climate
"""  # noqa: E501
BANK = """Account: 1000123456789;;;;;
Transaction Date;Reference;Description;Debit;Credit;Balance
18-Nov-25;;Opening Balance;;;5000.00
19-Nov-25;FT26323A1;TRANSFER K2K 0123-4567-89ab HANA BEKELE;;1000.00;6000.00
19-Nov-25;FT26323A1;SERVICE CHARGE;5.00;;5995.00
20-Nov-25;FT26324B2;TELEBIRR SETTLEMENT;;100,000.00;105995.00
20-Nov-25;FT26324C3;B/O P2K0123456789AB;700.00;;105295.00
"""


def read(source: str, text: str) -> statements.Sheet:
    return statements.read(source, text.encode())


def wrong(text: str, *, source: str = "sandbox") -> list[tuple[int, str]]:
    found = read(source, text)
    assert not found.lines
    return [(fault.number, fault.wrong) for fault in found.faults]


def test_telebirr_tells_payments_charges_and_settlements_and_what_failed_moved_nothing() -> None:
    lines = read("telebirr", TELEBIRR).lines
    assert [(line.external_id, line.kind, line.net) for line in lines] == [
        ("CKL0ABCDE1", "payment", Decimal("150000.00")),
        ("CKL0ABCDE2", "fee", Decimal("-1500.00")),
        ("CKL0ABCDE4", "settlement", Decimal("-100000.00")),
    ]
    assert lines[0].references == ("K2K0123456789AB", "CKL0ABCDE1")
    assert {line.booked_on for line in lines} == {date(2025, 11, 20)}
    found = read("telebirr", TELEBIRR)
    assert (found.opening_balance, found.closing_balance) == (Decimal("0.00"), Decimal("48500.00"))


def test_chapa_tells_the_charge_beside_the_amount_and_times_in_utc() -> None:
    paid, back, settled = read("chapa", CHAPA).lines
    assert (paid.gross, paid.fee, paid.net) == (Decimal("400.00"), Decimal("14.00"), Decimal("386.00"))
    assert (paid.booked_on, back.booked_on) == (date(2025, 11, 21), date(2025, 11, 20))
    assert (back.kind, back.net) == ("refund", Decimal("-100.00"))
    assert back.references[0] == "R2K0123456789AB-1"
    assert (settled.kind, settled.net) == ("settlement", Decimal("-286.00"))


def test_stripe_tells_signed_amounts_in_the_currency_of_the_balance() -> None:
    paid, disputed, settled, other = read("stripe", STRIPE).lines
    assert (paid.currency, paid.net, paid.booked_on) == ("USD", Decimal("48.25"), date(2025, 11, 21))
    assert paid.references == ("K2K0123456789AB", "ch_1", "pi_1")
    assert (disputed.kind, disputed.gross, disputed.net) == (
        "chargeback",
        Decimal("-50.00"),
        Decimal("-65.00"),
    )
    assert (settled.kind, other.kind) == ("settlement", "other")


def test_a_bank_s_text_says_what_a_line_is_and_a_reference_of_ours_goes_before() -> None:
    found = read("bank", BANK)
    assert [(line.kind, line.net) for line in found.lines] == [
        ("payment", Decimal("1000.00")),
        ("fee", Decimal("-5.00")),
        ("settlement", Decimal("100000.00")),
        ("payout", Decimal("-700.00")),
    ]
    assert found.lines[0].references == ("K2K0123456789AB", "FT26323A1")
    assert len({line.external_id for line in found.lines}) == 4  # one number of the bank, two lines
    assert (found.opening_balance, found.closing_balance) == (Decimal("5000.00"), Decimal("105295.00"))


@pytest.mark.parametrize(
    "text, debit, credit, kind",
    [
        ("COFFEE HOUSE PLC", "", "10.00", "payment"),
        ("PRIVATE TRANSFER", "10.00", "", "payout"),
        ("CHARGE", "", "10.00", "payment"),
        ("SERVICE CHARGES", "10.00", "", "fee"),
        ("VAT15% ON FT1", "10.00", "", "fee"),
        ("TELEBIRR_SETTLEMENT", "", "10.00", "settlement"),
    ],
)
def test_a_bank_s_word_stands_by_itself_and_a_fee_leaves(
    text: str, debit: str, credit: str, kind: str
) -> None:
    head = BANK.splitlines()[1]
    [line] = read("bank", f"{head}\n19-Nov-25;FT1;{text};{debit};{credit};100.00").lines
    assert line.kind == kind


def test_the_newest_line_may_stand_on_top() -> None:
    head, *rows = BANK.strip().splitlines()[1:]
    found = read("bank", "\n".join([head, *reversed(rows[1:])]))
    assert (found.opening_balance, found.closing_balance) == (Decimal("5000.00"), Decimal("105295.00"))


@pytest.mark.parametrize(
    "text, found",
    [
        ("pay k2k0123456789ab now", ["K2K0123456789AB"]),
        ("K2K 0123-4567-89AB", ["K2K0123456789AB"]),
        ("r2k0123456789ab-2 refund", ["R2K0123456789AB-2"]),
        ("K2K0123456789", []),
        ("K2K0123456789AO", []),  # there is no O in our references
    ],
)
def test_our_references_are_found_however_people_write_them(text: str, found: list[str]) -> None:
    assert list(references_in(text)) == found


@pytest.mark.parametrize(
    "line, says",
    [
        (GOOD.replace("1000.00", "1,0.00", 1), "columns"),
        (GOOD.replace("1000.00", "1e3"), "no amount"),
        (GOOD.replace("1000.00", "NaN"), "no amount"),
        (GOOD.replace("1000.00", "1000.005"), "no amount"),
        (GOOD.replace("975.00", "976.00"), "is not 1000.00 less 25.00"),
        (GOOD.replace("ETB", "XYZ"), "no currency"),
        (GOOD.replace("2025-11-20 10:00:00", "20.11.26"), "no day"),
        (GOOD.replace("2025-11-20", "2126-11-20"), "yet to come"),
        (GOOD.replace("t1", ""), "no number of its own"),
        (GOOD.replace("t1", "t" * 101), "too long"),
        (GOOD + ",more", "11 columns"),
        ("t1,2025-11-20,payment,0,0,0,ETB,,,", "moves nothing"),
    ],
)
def test_a_line_that_cannot_be_understood_is_named_and_nothing_counts(line: str, says: str) -> None:
    [(number, sentence)] = wrong(f"{SANDBOX}\n{GOOD.replace('t1', 't0')}\n{line}\n")
    assert number == 3
    assert says in sentence


def test_every_wrong_line_is_named_at_once() -> None:
    bad = GOOD.replace("ETB", "XYZ")
    faults = wrong("\n".join([SANDBOX, bad, GOOD.replace("t1", "t2"), bad.replace("t1", "t3")]))
    assert [number for number, _sentence in faults] == [2, 4]


def test_a_line_that_stands_there_twice_is_a_mistake() -> None:
    [(number, sentence)] = wrong("\n".join([SANDBOX, GOOD, GOOD]))
    assert (number, "line 2" in sentence) == (3, True)


@pytest.mark.parametrize(
    "body, says",
    [
        (b"\xff\xfe\x00a", "UTF-8"),
        (SANDBOX.encode() + b"\n\0", "UTF-8"),
        (b"", "columns are missing"),
        (SANDBOX.replace("kind", "sort").encode(), "columns are missing: kind"),
        (SANDBOX.encode(), "no line in it"),
        (sheet(SANDBOX, [GOOD, GOOD.replace("t1", "t2").replace("ETB", "USD")]), "one currency"),
        (sheet(SANDBOX, ['"t1']), "not a line of a CSV file"),
        (sheet(SANDBOX, [",,,,,,,,,"] * (MOST_LINES + 30)), "more than 20000"),
    ],
)
def test_a_file_that_is_no_statement_is_refused(body: bytes, says: str) -> None:
    found = statements.read("sandbox", body)
    assert not found.lines
    assert says in found.faults[0].wrong


def test_a_statement_of_one_source_is_none_of_another() -> None:
    for source in set(statements.LAYOUTS) - {"telebirr"}:
        assert "missing" in wrong(TELEBIRR, source=source)[0][1], source
