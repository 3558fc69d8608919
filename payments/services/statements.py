"""Taking statements in: read strictly, written down whole or not at all, then matched line by line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from key2key.common import audit, clock
from key2key.common.errors import Conflict, Fault, InvalidInput
from payments import statements
from payments.models import Statement, StatementLine
from payments.services.reconciling import match_lines
from payments.services.rights import require_right
from payments.statements import Line, Sheet

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('payments_statement:' || %s))"


@dataclass(frozen=True)
class StatementFile:
    """A file as it was handed in: of which source and account, and its bytes, never trusted.

    It tells of every day from `first_day` to `last_day`; unsaid, from its first line to its last.
    """

    source: str
    body: bytes
    name: str = ""
    account: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class Import:
    """What came of it: how many lines are new, how many of them matched. No statement when it was a try."""

    sheet: Sheet
    new: int
    known: int
    matched: int = 0
    statement: Statement | None = field(default=None)


def try_statement(file: StatementFile) -> Import:
    """Read a file and write nothing. Raises as `import_statement` does."""
    sheet, known = _read(file)
    return Import(sheet=sheet, new=len(sheet.lines) - len(known), known=len(known))


def import_statement(file: StatementFile, *, by: Any) -> Import:
    """Take a statement in and match its lines. `by` is None for the command line.

    A line that an earlier statement told is not taken in again. Raises NotAllowed ("not_allowed"),
    InvalidInput ("unknown_source", "statement_too_long", "statement_malformed": with a fault for each line,
    and nothing is written), Conflict ("statement_known": the same file).
    """
    if by is not None:
        require_right(by, right="change_statement")
    sheet, statement = _write(file, by=by)
    fresh = StatementLine.objects.filter(statement=statement).order_by("number").values_list("pk", flat=True)
    matched = match_lines(list(fresh))
    return Import(
        sheet=sheet,
        new=statement.line_count - statement.known_count,
        known=statement.known_count,
        matched=matched,
        statement=statement,
    )


def _read(file: StatementFile) -> tuple[Sheet, set[str]]:
    if file.source not in statements.LAYOUTS:
        raise InvalidInput("unknown_source", _("There is no such source of statements."))
    if len(file.body) > statements.LONGEST_FILE:
        raise InvalidInput("statement_too_long", _("A statement may be at most 5 MB."))
    if Statement.objects.filter(file_hash=_fingerprint(file)).exists():
        raise Conflict("statement_known", _("This very file was imported before."))
    sheet = statements.read(file.source, file.body)
    known, changed = _known(file, sheet=sheet)
    if wrong := [*sheet.faults, *changed, *_outside(file, sheet=sheet)]:
        faults = [Fault(f"/lines/{fault.number}", "malformed_line", str(fault)) for fault in wrong]
        raise InvalidInput("statement_malformed", _("The statement has mistakes."), faults=faults)
    return sheet, known


def _known(file: StatementFile, *, sheet: Sheet) -> tuple[set[str], list[statements.LineFault]]:
    """Lines that were told before, and faults for those that were told otherwise, or of another account."""
    told = {line.external_id: line for line in sheet.lines}
    rows = StatementLine.objects.filter(source=file.source, external_id__in=list(told))
    before = {row.external_id: row for row in rows}
    sentence = _("It was told otherwise before: %s.")
    changed = [
        statements.LineFault(told[name].number, sentence % _as_told(row))
        for name, row in before.items()
        if (row.account, *_facts(row)) != (file.account, *_facts(told[name]))
    ]
    return set(before), changed


def _as_told(row: StatementLine) -> str:
    return f"{row.net} {row.currency} {row.booked_on:%F} ({row.account or '–'})"


def _outside(file: StatementFile, *, sheet: Sheet) -> Iterator[statements.LineFault]:
    for line in sheet.lines:
        too_early = file.first_day is not None and line.booked_on < file.first_day
        if too_early or (file.last_day is not None and line.booked_on > file.last_day):
            yield statements.LineFault(line.number, _("It is of another day."))


def _facts(line: Line | StatementLine) -> tuple[Any, ...]:
    return line.gross, line.fee, line.net, line.currency, line.booked_on, line.kind


@transaction.atomic
def _write(file: StatementFile, *, by: Any) -> tuple[Sheet, Statement]:
    """Two files of one source wait for each other: they may tell the same lines."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [file.source])
    sheet, known = _read(file)
    first, last = sheet.days
    statement = Statement.objects.create(
        source=file.source,
        account=file.account,
        currency=sheet.currency,
        first_day=file.first_day or first,
        last_day=file.last_day or last,
        opening_balance=sheet.opening_balance,
        closing_balance=sheet.closing_balance,
        file_name=file.name[:200],
        file_hash=_fingerprint(file),
        line_count=len(sheet.lines),
        known_count=len(known),
        imported_by=by,
        created_at=clock.now(),
    )
    fresh = [_row(line, statement=statement) for line in sheet.lines if line.external_id not in known]
    StatementLine.objects.bulk_create(fresh, batch_size=1000)
    audit.record(actor=by, action="statement.imported", subject=statement, reason=file.name)
    return sheet, statement


def _row(line: Line, *, statement: Statement) -> StatementLine:
    return StatementLine(
        statement=statement,
        number=line.number,
        source=statement.source,
        account=statement.account,
        external_id=line.external_id,
        kind=line.kind,
        gross=line.gross,
        fee=line.fee,
        net=line.net,
        currency=line.currency,
        references=list(line.references),
        narrative=line.narrative,
        booked_on=line.booked_on,
        created_at=clock.now(),
    )


def _fingerprint(file: StatementFile) -> str:
    """Of the bytes and their source, whatever the account is called."""
    digest = hashlib.sha256(f"{file.source}\n\n".encode())
    digest.update(file.body)
    return digest.hexdigest()
