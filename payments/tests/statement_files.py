"""Statements as gateways and the bank write them, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from key2key.common import clock
from payments import services
from payments.models import Payment, StatementLine
from payments.services import Import, StatementFile

SANDBOX = "id,at,kind,gross,fee,net,currency,reference,checkout,text"
BANK = "Transaction Date,Reference,Description,Debit,Credit,Balance"


def told(payment: Payment | None = None, *, number: str = "t1", kind: str = "payment", **changes: Any) -> str:
    """One line of the sandbox, of a payment as it was booked; `changes` let it tell something else."""
    gross = Decimal(changes.get("gross", payment.amount if payment else 0))
    fee = Decimal(changes.get("fee", payment.fee if payment else 0))
    values = {
        "id": number,
        "at": f"{clock.today():%F} 00:00:00",
        "kind": kind,
        "gross": gross,
        "fee": fee,
        "net": gross - fee,
        "currency": payment.currency if payment else "ETB",
        "reference": payment.reference if payment else "",
        "checkout": "",
        "text": "",
    }
    return ",".join(str(value) for value in {**values, **changes}.values())


def banked(reference: str, text: str, *, debit: Any = "", credit: Any = "", balance: Any = "") -> str:
    """One line of the bank."""
    return f'{clock.today():%d/%m/%Y},{reference},"{text}",{debit},{credit},{balance}'


def sheet(header: str, lines: Sequence[str]) -> bytes:
    return "\r\n".join([header, *lines, ""]).encode("utf-8-sig")


def file_of(*lines: str, source: str = "sandbox", **known: Any) -> StatementFile:
    header = BANK if source == "bank" else SANDBOX
    return StatementFile(source=source, body=sheet(header, lines), name="statement.csv", **known)


def take_in(*lines: str, source: str = "sandbox", **known: Any) -> Import:
    """Import a statement as the command line does."""
    return services.import_statement(file_of(*lines, source=source, **known), by=None)


def states() -> list[tuple[str, str, str]]:
    """Every line: its id, what became of it, and why it waits."""
    return list(
        StatementLine.objects.order_by("statement__created_at", "number").values_list(
            "external_id", "state", "finding"
        )
    )
