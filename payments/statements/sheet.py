"""Reading a CSV strictly: a line is understood whole, or said to be wrong with its number. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from key2key.common import clock
from key2key.common.currency import Currency
from payments.enums import LineKind

MOST_LINES = 20_000
MOST_FAULTS = 100
PREAMBLE = 20  # rows above the header: the name of the merchant, the period
LONGEST_ID, LONGEST_TEXT = 100, 300
AMOUNT = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,2})?")
# Ours, as people and banks write them into the text of a transfer: with blanks and hyphens, in any case.
OURS = re.compile(r"(?:K2K|R2K|P2K|B2K)[0-9A-HJKMNP-TV-Z]{12}(?:-\d{1,3})?")
BLANKS = re.compile(r"[\s.]+|-(?!\d{1,3}(?!\w))")
ZERO = Decimal(0)

Names = tuple[str, ...]  # of one column: different exports of one source call it differently
Row = Mapping[str, str]


@dataclass(frozen=True)
class Layout:
    """How a source writes its statements: which column says what. Names are compared without case.

    The amount is in one column, signed (`amount`; kinds of `leaving` are printed without their minus), or
    in two (`paid_in`, `paid_out`). A row whose `status` is none of `done` moved no money and is passed over.
    Without a column of kinds the first of `words` that is in the text decides, else the direction; a fee
    is one only where money left.
    """

    external_id: tuple[Names, ...]
    booked_at: Names
    times: Names
    zone: str
    references: tuple[Names, ...]
    kind: Names = ()
    kinds: Mapping[str, LineKind] = field(default_factory=dict)
    words: Mapping[str, LineKind] = field(default_factory=dict)
    amount: Names = ()
    leaving: frozenset[LineKind] = frozenset()
    paid_in: Names = ()
    paid_out: Names = ()
    fee: Names = ()
    net: Names = ()
    balance: Names = ()
    currency: Names = ()
    only_currency: str = ""
    status: Names = ()
    done: frozenset[str] = frozenset()
    narrative: Names = ()
    not_lines: Names = ()  # the first words of rows that only repeat a balance or a total

    @property
    def needed(self) -> list[Names]:
        """The columns without which a file is of another source."""
        amounts = [self.amount] if self.amount else [self.paid_in, self.paid_out]
        rest = [self.kind, self.status, () if self.only_currency else self.currency]
        return [*self.external_id[:1], self.booked_at, *amounts, *(names for names in rest if names)]


@dataclass(frozen=True)
class Line:
    """One movement at the source; amounts signed as they change its balance, net = gross - fee."""

    number: int
    external_id: str
    kind: LineKind
    gross: Decimal
    fee: Decimal
    net: Decimal
    currency: str
    references: tuple[str, ...]
    narrative: str
    booked_on: date


@dataclass(frozen=True)
class LineFault:
    """What is wrong with a line, for a person; line 0 is the file itself."""

    number: int
    wrong: str

    def __str__(self) -> str:
        return _("Line %(number)d: %(wrong)s") % {"number": self.number, "wrong": self.wrong}


@dataclass(frozen=True)
class Sheet:
    """A file as it was understood. With faults nothing of it counts."""

    lines: tuple[Line, ...] = ()
    faults: tuple[LineFault, ...] = ()
    opening_balance: Decimal | None = None
    closing_balance: Decimal | None = None

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day on which something was booked."""
        booked = [line.booked_on for line in self.lines]
        return min(booked), max(booked)

    @property
    def currency(self) -> str:
        """The one currency of the file."""
        return self.lines[0].currency


class WrongLineError(ValueError):
    """A line cannot be understood; the sentence says why."""


def read_sheet(body: bytes, *, layout: Layout) -> Sheet:
    """Understand a file, or say all that is wrong with it."""
    try:
        rows = _rows(body)
        start, columns = _header(rows, layout=layout)
    except WrongLineError as wrong:
        return Sheet(faults=(LineFault(0, str(wrong)),))
    reading = _Reading(layout=layout, columns=columns)
    for number, cells in rows[start + 1 :]:
        reading.take(number, cells)
    return reading.sheet()


def references_in(text: str) -> Iterator[str]:
    """Our own references in a text, however they were written."""
    yield from dict.fromkeys(OURS.findall(BLANKS.sub("", text.upper())))


@dataclass
class _Reading:
    """A file while it is read."""

    layout: Layout
    columns: Sequence[str]
    lines: list[Line] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)
    balances: list[tuple[Decimal, Decimal]] = field(default_factory=list)  # (net, balance after it)

    def take(self, number: int, cells: Sequence[str]) -> None:
        """One row: a line, a fault, or nothing."""
        if len(self.faults) >= MOST_FAULTS or not any(cell.strip() for cell in cells):
            return
        try:
            if len(cells) != len(self.columns):
                told = {"many": len(cells), "needed": len(self.columns)}
                raise WrongLineError(_("It has %(many)d columns, the header has %(needed)d.") % told)
            row = dict(zip(self.columns, (cell.strip() for cell in cells), strict=True))
            if self._counts(row):
                self._keep(_line(number, row, layout=self.layout), row)
        except WrongLineError as wrong:
            self.faults.append(LineFault(number, str(wrong)))

    def sheet(self) -> Sheet:
        """All of it, checked as a whole."""
        seen: dict[str, int] = {}
        for line in self.lines:
            if (before := seen.setdefault(line.external_id, line.number)) != line.number:
                told = {"id": line.external_id, "before": before}
                self.faults.append(LineFault(line.number, _("%(id)s is already on line %(before)d.") % told))
        if len({line.currency for line in self.lines}) > 1:
            self.faults.append(LineFault(0, _("One file is in one currency.")))
        if not self.lines and not self.faults:
            self.faults.append(LineFault(0, _("There is no line in it.")))
        if self.faults:
            return Sheet(faults=tuple(sorted(self.faults, key=lambda fault: fault.number)))
        opening, closing = self._balances()
        return Sheet(lines=tuple(self.lines), opening_balance=opening, closing_balance=closing)

    def _counts(self, row: Row) -> bool:
        layout = self.layout
        if layout.status and _cell(row, layout.status).lower() not in layout.done:
            return False
        text = _cell(row, layout.narrative).lower()
        return not (layout.not_lines and text.startswith(layout.not_lines))

    def _keep(self, line: Line, row: Row) -> None:
        self.lines.append(line)
        if self.layout.balance and _cell(row, self.layout.balance):
            self.balances.append((line.net, _amount(_cell(row, self.layout.balance))))

    def _balances(self) -> tuple[Decimal | None, Decimal | None]:
        """Before the first line and after the last; a file may have its newest line on top."""
        if len(self.balances) != len(self.lines):
            return None, None
        ordered = self.balances
        falls = all(one[1] - one[0] == next_[1] for one, next_ in pairwise(ordered))
        if len(ordered) > 1 and falls:
            ordered = ordered[::-1]
        return ordered[0][1] - ordered[0][0], ordered[-1][1]


def _rows(body: bytes) -> list[tuple[int, list[str]]]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongLineError(_("It is not a text in UTF-8.")) from error
    if "\0" in text:
        raise WrongLineError(_("It is not a text in UTF-8."))
    first = text[: text.find("\n") + 1] or text
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            rows.append((reader.line_num, cells))
            if len(rows) > MOST_LINES + PREAMBLE:
                raise WrongLineError(_("It has more than %d lines.") % MOST_LINES)
    except csv.Error as error:
        number = reader.line_num
        raise WrongLineError(_("Line %d is not a line of a CSV file.") % number) from error
    return rows


def _header(rows: Sequence[tuple[int, list[str]]], *, layout: Layout) -> tuple[int, list[str]]:
    """Where the header is, and its names in small letters."""
    missing: list[str] = []
    for place, (_number, cells) in enumerate(rows[:PREAMBLE]):
        names = [cell.strip().lower() for cell in cells]
        lacking = [each[0] for each in layout.needed if not {name.lower() for name in each} & set(names)]
        if not lacking and len(set(names)) == len(names):
            return place, names
        if not missing or len(lacking) < len(missing):
            missing = lacking
    raise WrongLineError(_("These columns are missing: %s.") % ", ".join(missing or ["?"]))


def _line(number: int, row: Row, *, layout: Layout) -> Line:
    texts = [_cell(row, names) for names in layout.references]
    narrative = _cell(row, layout.narrative)
    told = [text for text in texts if text]
    ours = [one for text in (*told, narrative) for one in references_in(text)]
    moved = _moved(row, layout=layout)
    kind = _kind(row, narrative=narrative, moved=moved, has_reference=bool(ours), layout=layout)
    gross = -abs(moved) if kind in layout.leaving else moved
    fee = _amount(_cell(row, layout.fee) or "0")
    net = _amount(_cell(row, layout.net)) if layout.net and _cell(row, layout.net) else gross - fee
    if kind in layout.leaving and net > 0:
        net = -net
    if net != gross - fee:
        figures = {"net": net, "gross": gross, "fee": fee}
        raise WrongLineError(_("%(net)s is not %(gross)s less %(fee)s.") % figures)
    if not net and not gross:
        raise WrongLineError(_("It moves nothing."))
    return Line(
        number=number,
        external_id=_external_id(row, layout=layout),
        kind=kind,
        gross=gross,
        fee=fee,
        net=net,
        currency=_currency(row, layout=layout),
        references=tuple(dict.fromkeys([*ours, *(text[:LONGEST_ID] for text in told)])),
        narrative=narrative[:LONGEST_TEXT],
        booked_on=_day(_cell(row, layout.booked_at), layout=layout),
    )


def _cell(row: Row, names: Names) -> str:
    return next((row[name.lower()] for name in names if name.lower() in row), "")


def _external_id(row: Row, *, layout: Layout) -> str:
    parts = [_cell(row, names) for names in layout.external_id]
    if not parts[0]:
        raise WrongLineError(_("It has no number of its own."))
    joined = "|".join(parts)
    if len(joined) > LONGEST_ID:
        raise WrongLineError(_("Its number is too long."))
    return joined


def _moved(row: Row, *, layout: Layout) -> Decimal:
    if layout.amount:
        return _amount(_cell(row, layout.amount))
    came = _amount(_cell(row, layout.paid_in).strip("-") or "0")
    left = abs(_amount(_cell(row, layout.paid_out) or "0")) if _cell(row, layout.paid_out) != "-" else ZERO
    if bool(came) == bool(left):
        raise WrongLineError(_("Money comes or goes: one of the two columns has an amount."))
    return came - left


def _kind(row: Row, *, narrative: str, moved: Decimal, has_reference: bool, layout: Layout) -> LineKind:
    if layout.kind:
        return layout.kinds.get(_cell(row, layout.kind).lower(), LineKind.OTHER)
    text = narrative.lower()
    said = (kind for word, kind in layout.words.items() if _has_word(text, word=word))
    found = next((kind for kind in said if kind != LineKind.FEE or moved < 0), None)
    if found is not None and not has_reference:  # whoever names a reference of ours means it
        return found
    return LineKind.PAYMENT if moved > 0 else LineKind.PAYOUT


def _has_word(text: str, *, word: str) -> bool:
    """Whether a word, or several of its kind, stand in a text by themselves: coffee is no fee."""
    return re.search(rf"(?<![^\W\d_]){re.escape(word)}s?(?![^\W\d_])", text) is not None


def _amount(text: str) -> Decimal:
    if not AMOUNT.fullmatch(text):
        raise WrongLineError(_("“%s” is no amount.") % text[:40])
    return Decimal(text.replace(",", "")).quantize(Decimal("0.01"))


def _currency(row: Row, *, layout: Layout) -> str:
    told = _cell(row, layout.currency).upper() or layout.only_currency
    if told not in Currency.values:
        raise WrongLineError(_("“%s” is no currency that we know.") % told[:10])
    return told


def _day(text: str, *, layout: Layout) -> date:
    """The day in the market's zone."""
    for form in layout.times:
        moment = _moment(text, form=form)
        if moment is None:
            continue
        day = _in_market(moment, has_time="%H" in form, zone=layout.zone)
        if day > clock.today():
            raise WrongLineError(_("%s is yet to come.") % text[:40])
        return day
    raise WrongLineError(_("“%s” is no day.") % text[:40])


def _moment(text: str, *, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the layout's
    except ValueError:
        return None


def _in_market(moment: datetime, *, has_time: bool, zone: str) -> date:
    if not has_time:  # a bank's day is a day
        return moment.date()
    aware: Any = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    day: date = aware.astimezone(ZoneInfo(settings.MARKET_TIME_ZONE)).date()
    return day
