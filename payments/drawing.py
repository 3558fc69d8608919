"""A paper as a PDF: one page of A4 with Latin and Ethiopic letters. The same words are the same bytes."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from payments.papers import Paper

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "Key2KeySans-Regular", "Key2KeySans-Bold"
TEAL, INK, GREY, LINE = (HexColor(code) for code in ("#0f766e", "#1f2937", "#6b7280", "#d1d5db"))
WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM = 56.0, WIDTH - 56.0, HEIGHT - 64.0, 56.0
SECOND = LEFT + 170  # where the values of the facts begin
LEADING = 1.45  # Ethiopic letters are tall
MOST_LINES = 6  # of one text: a page has an end


def draw(paper: Paper) -> bytes:
    """The page. Two calls with equal papers give equal bytes, which the ETag is the hash of."""
    _load_letters()
    held = BytesIO()
    canvas = Canvas(held, pagesize=A4, invariant=1, lang=paper.language, initialFontName=REGULAR)
    canvas.setTitle(f"{paper.title} {paper.number}")
    canvas.setAuthor(paper.seller[0])
    pen = _Pen(canvas)
    _head(pen, paper)
    _body(pen, paper)
    _foot(pen, paper)
    canvas.save()
    return held.getvalue()


@cache
def _load_letters() -> None:
    for name in (REGULAR, BOLD):
        registerFont(TTFont(name, FONTS / f"{name}.ttf"))


class _Pen:
    """Writes downwards: `at` is the base line of the next line of text."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.at = TOP

    def write(
        self, text: str, *, left: float = LEFT, right: float = RIGHT, font: str = REGULAR, size: float = 10
    ) -> None:
        """Text from the left, broken where it meets the right."""
        self.canvas.setFont(font, size)
        lines = simpleSplit(text, font, size, right - left)
        for number, line in enumerate(lines[:MOST_LINES]):
            self.at -= size * LEADING if number else 0
            self.canvas.drawString(left, self.at, line)

    def write_right(self, text: str, *, font: str = REGULAR, size: float = 10) -> None:
        """One line that ends at the right edge."""
        self.canvas.setFont(font, size)
        self.canvas.drawRightString(RIGHT, self.at, text)

    def ink(self, colour: HexColor) -> None:
        """Go on in this colour."""
        self.canvas.setFillColor(colour)

    def down(self, points: float) -> None:
        """Leave room."""
        self.at -= points

    def rule(self, colour: HexColor = LINE, width: float = 0.7) -> None:
        """A line from edge to edge, with room above and below."""
        self.down(12)
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(width)
        self.canvas.line(LEFT, self.at, RIGHT, self.at)
        self.down(20)


def _head(pen: _Pen, paper: Paper) -> None:
    pen.ink(TEAL)
    pen.write(paper.seller[0], font=BOLD, size=15, right=LEFT + 290)
    last, pen.at = pen.at, TOP
    pen.write_right(paper.title, font=BOLD, size=15)
    pen.down(20)
    pen.ink(INK)
    pen.write_right(paper.number, size=11)
    pen.at = last
    pen.ink(GREY)
    for line in paper.seller[1:]:
        pen.down(14)
        pen.write(line, size=9, right=LEFT + 290)
    pen.at = min(pen.at, TOP - 34)
    pen.rule(TEAL, 1.4)


def _body(pen: _Pen, paper: Paper) -> None:
    for name, value in paper.facts:
        line = pen.at
        pen.ink(GREY)
        pen.write(name, right=SECOND - 10)
        last, pen.at = pen.at, line
        pen.ink(INK)
        pen.write(value, left=SECOND)
        pen.at = min(pen.at, last)
        pen.down(17)
    pen.rule()
    what, about, amount = paper.item
    pen.ink(INK)
    pen.write_right(amount, size=11)
    pen.write(what, font=BOLD, size=11, right=RIGHT - 150)
    if about:
        pen.down(16)
        pen.ink(GREY)
        pen.write(about, right=RIGHT - 150)
    for name, value in paper.taxes:
        pen.down(18)
        pen.ink(GREY)
        pen.write_right(value)
        pen.write(name, right=RIGHT - 150)
    pen.rule()
    pen.ink(INK)
    pen.write_right(paper.total[1], font=BOLD, size=13)
    pen.write(paper.total[0], font=BOLD, size=13, right=RIGHT - 200)


def _foot(pen: _Pen, paper: Paper) -> None:
    pen.down(44)
    pen.ink(GREY)
    for remark in paper.remarks:
        pen.write(remark, size=8.5)
        pen.down(15)
    pen.at = BOTTOM
    pen.write(paper.seller[0], size=8)
    pen.write_right(paper.number, size=8)
