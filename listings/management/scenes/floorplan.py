"""Floor plans, as an architect would draw them on warm paper."""

from __future__ import annotations

from math import cos, pi, sin
from random import Random

from .canvas import Canvas, Point
from .palette import HOURS, INK, Color, Light, mix

PAPER: Color = (247, 243, 234)
WALL: Color = (62, 66, 76)
WASHES: dict[str, Color] = {
    "living": (244, 226, 196),
    "bed": (214, 226, 234),
    "kitchen": (232, 220, 206),
    "bath": (206, 228, 230),
    "hall": (240, 236, 226),
    "trade": (230, 226, 214),
}
_PROGRAMMES: dict[str, tuple[str, ...]] = {
    "single_room": ("living",),
    "studio": ("living", "bath"),
    "service_quarter": ("bed", "living", "bath"),
    "shop": ("trade", "trade", "bath"),
    "office": ("trade", "trade", "trade", "hall", "bath"),
    "showroom": ("trade", "trade", "bath"),
    "warehouse": ("trade", "trade", "bath"),
    "factory": ("trade", "trade", "trade", "bath"),
    "event_hall": ("trade", "hall", "kitchen", "bath"),
    "parking_space": ("trade",),
    "villa": ("living", "kitchen", "bed", "hall", "bath", "bed", "bed"),
    "penthouse": ("living", "kitchen", "bed", "hall", "bath", "bed", "bed"),
    "hotel": ("hall", "bed", "bed", "bath", "bed", "bed", "bath", "bed"),
    "guest_house": ("hall", "bed", "bed", "bath", "bed", "bed"),
}
_HOME = ("living", "kitchen", "bed", "bath", "bed")
Rect = tuple[float, float, float, float]


def draw_plan(canvas: Canvas, *, property_type: str, rng: Random) -> Light:
    """The plan of a home or a place of trade, or the survey of a plot."""
    canvas.rect((0, 0, 800, 600), color=PAPER)
    for i in range(0, 800, 20):
        canvas.rect((i, 0, i + 0.6, 600), color=(120, 150, 170, 40 if i % 100 else 80))
    for i in range(0, 600, 20):
        canvas.rect((0, i, 800, i + 0.6), color=(120, 150, 170, 40 if i % 100 else 80))
    if property_type.endswith("_plot") or property_type == "farm_land":
        _survey(canvas, rng=rng)
    else:
        _rooms(canvas, programme=_PROGRAMMES.get(property_type, _HOME), rng=rng)
    _north(canvas, at=(736, 76))
    for i in range(5):
        canvas.rect((60 + i * 36, 562, 96 + i * 36, 569), color=WALL if i % 2 == 0 else (255, 255, 255))
    canvas.line(((60, 562), (240, 562), (240, 569), (60, 569), (60, 562)), color=WALL, width=1)
    return HOURS[0]


def _rooms(canvas: Canvas, *, programme: tuple[str, ...], rng: Random) -> None:
    wide, high = rng.uniform(500, 570), rng.uniform(360, 410)
    outer = (400 - wide / 2, 290 - high / 2, 400 + wide / 2, 290 + high / 2)
    canvas.rect((outer[0] + 8, outer[1] + 10, outer[2] + 8, outer[3] + 10), color=(60, 50, 40, 40))
    cells = _split(outer, count=len(programme), rng=rng)
    kinds = list(programme)
    cells.sort(key=lambda cell: -(cell[2] - cell[0]) * (cell[3] - cell[1]))
    kinds.sort(key=("living", "trade", "bed", "hall", "kitchen", "bath").index)
    for cell, kind in zip(cells, kinds, strict=True):
        canvas.rect(cell, color=WASHES[kind])
        _floor(canvas, cell=cell, kind=kind)
        _FITTINGS[kind](canvas, cell)
    for cell in cells:
        _walls(canvas, cell=cell, wide=5)
    _walls(canvas, cell=outer, wide=9)
    for cell in cells:
        _openings(canvas, cell=cell, outer=outer, rng=rng)
    _dimensions(canvas, outer=outer)


def _split(area: Rect, *, count: int, rng: Random) -> list[Rect]:
    """The area cut into so many rooms, always across its longer side."""
    if count == 1:
        return [area]
    a, b, c, d = area
    first = count // 2
    part = first / count + rng.uniform(0.08, 0.16) if count == 2 else first / count + rng.uniform(-0.06, 0.1)
    if c - a > d - b:
        middle = a + (c - a) * part
        one, two = (a, b, middle, d), (middle, b, c, d)
    else:
        middle = b + (d - b) * part
        one, two = (a, b, c, middle), (a, middle, c, d)
    return [*_split(one, count=first, rng=rng), *_split(two, count=count - first, rng=rng)]


def _floor(canvas: Canvas, *, cell: Rect, kind: str) -> None:
    a, b, c, d = cell
    step = 12 if kind in ("bath", "kitchen") else 16
    for i in range(1, int((d - b) / step)):
        canvas.rect((a, b + i * step, c, b + i * step + 0.7), color=(120, 96, 70, 36))
    if kind in ("bath", "kitchen"):
        for i in range(1, int((c - a) / step)):
            canvas.rect((a + i * step, b, a + i * step + 0.7, d), color=(120, 96, 70, 36))


def _walls(canvas: Canvas, *, cell: Rect, wide: float) -> None:
    a, b, c, d = cell
    canvas.line(((a, b), (c, b), (c, d), (a, d), (a, b), (c, b)), color=WALL, width=wide)


def _openings(canvas: Canvas, *, cell: Rect, outer: Rect, rng: Random) -> None:
    """Windows in the outer walls, one door in an inner wall."""
    a, b, c, d = cell
    x, y = (a + c) / 2, (b + d) / 2
    for edge, level in ((b, outer[1]), (d, outer[3])):
        if abs(edge - level) < 1:
            _glass(canvas, box=(x - 34, edge - 5, x + 34, edge + 5))
    for edge, level in ((a, outer[0]), (c, outer[2])):
        if abs(edge - level) < 1:
            _glass(canvas, box=(edge - 5, y - 30, edge + 5, y + 30))
    at = c if abs(c - outer[2]) > 1 else a
    low = d - 58 - rng.uniform(0, 12)
    canvas.rect((at - 6, low, at + 6, low + 40), color=(244, 240, 230))
    way = -1 if at == c else 1
    arc = [(at + way * 40 * sin(pi / 2 * i / 10), low + 40 - 40 * cos(pi / 2 * i / 10)) for i in range(11)]
    canvas.line(arc, color=(120, 124, 132), width=1.2)
    canvas.line(((at, low + 40), (at + way * 40, low + 40)), color=(120, 90, 60), width=2.4)


def _glass(canvas: Canvas, *, box: Rect) -> None:
    a, b, c, d = box
    canvas.rect(box, color=(250, 250, 250))
    canvas.rect((a, b, c, b + 1.6), color=WALL)
    canvas.rect((a, d - 1.6, c, d), color=WALL)
    inset = 3.6 if d - b < c - a else 0
    canvas.rect(
        (a + (0 if inset else 3.6), b + inset, c - (0 if inset else 3.6), d - inset), color=(130, 186, 214)
    )


def _piece(canvas: Canvas, *, box: Rect, color: Color, radius: float = 5) -> None:
    a, b, c, d = box
    canvas.rounded((a + 2, b + 3, c + 2, d + 3), radius=radius, color=(60, 50, 40, 46))
    canvas.rounded(box, radius=radius, color=mix(color, into=INK, by=0.3))
    canvas.rounded((a + 1.4, b + 1.4, c - 1.4, d - 1.4), radius=radius - 1, color=color)


def _living(canvas: Canvas, cell: Rect) -> None:
    a, b, c, d = cell
    x, y = (a + c) / 2, (b + d) / 2
    canvas.rounded((x - 50, y - 30, x + 50, y + 34), radius=4, color=(206, 150, 120))
    canvas.rounded((x - 44, y - 24, x + 44, y + 28), radius=3, color=(226, 180, 150))
    _piece(canvas, box=(x - 56, y - 62, x + 56, y - 34), color=(110, 140, 150))
    _piece(canvas, box=(x - 24, y - 12, x + 24, y + 14), color=(176, 132, 92))
    _piece(canvas, box=(x - 88, y - 22, x - 62, y + 24), color=(110, 140, 150))
    canvas.disc((c - 24, b + 26), radius=11, color=(110, 150, 96))


def _bed(canvas: Canvas, cell: Rect) -> None:
    a, b, c, d = cell
    x = (a + c) / 2
    wide, high = min(46, (c - a) * 0.3), min(100, (d - b) * 0.6)
    _piece(canvas, box=(x - wide, b + 12, x + wide, b + 12 + high), color=(250, 250, 250))
    canvas.rounded((x - wide + 2, b + 42, x + wide - 2, b + 10 + high), radius=4, color=(130, 160, 186))
    for side in (-1, 1):
        middle = x + side * wide * 0.48
        canvas.rounded(
            (middle - wide * 0.38, b + 18, middle + wide * 0.38, b + 36), radius=4, color=(226, 232, 236)
        )
        _piece(
            canvas,
            box=(x + side * (wide + 14) - 9, b + 12, x + side * (wide + 14) + 9, b + 30),
            color=(176, 132, 92),
            radius=3,
        )


def _kitchen(canvas: Canvas, cell: Rect) -> None:
    a, b, c, d = cell
    _piece(canvas, box=(a + 6, b + 6, c - 6, b + 30), color=(206, 196, 184), radius=2)
    _piece(canvas, box=(a + 6, b + 6, a + 30, d - 66), color=(206, 196, 184), radius=2)
    for i in range(4):
        canvas.disc((a + 48 + (i % 2) * 13, b + 13 + (i // 2) * 10), radius=3.6, color=(70, 72, 78))
    canvas.rounded((c - 50, b + 10, c - 20, b + 26), radius=4, color=(176, 206, 218))
    x, y = (a + c) / 2 + 10, (b + d) / 2 + 14
    canvas.disc((x, y), radius=22, color=(176, 132, 92))
    canvas.disc((x, y), radius=20, color=(200, 156, 112))


def _bath(canvas: Canvas, cell: Rect) -> None:
    a, b, c, d = cell
    wide = min(34, (c - a) * 0.3)
    _piece(canvas, box=(a + 8, b + 8, a + 8 + wide, min(d - 20, b + 84)), color=(250, 250, 250), radius=8)
    canvas.rounded((a + 13, b + 13, a + 3 + wide, min(d - 25, b + 79)), radius=8, color=(186, 220, 230))
    _piece(canvas, box=(c - 34, b + 8, c - 10, b + 20), color=(250, 250, 250), radius=3)
    canvas.ellipse((c - 32, b + 18, c - 12, b + 44), color=(150, 156, 160))
    canvas.ellipse((c - 31, b + 19, c - 13, b + 43), color=(252, 252, 252))
    canvas.disc((c - 22, min(d - 20, b + 72)), radius=11, color=(190, 214, 222))


def _hall(canvas: Canvas, cell: Rect) -> None:
    a, b, c, _ = cell
    count = 9
    for i in range(count + 1):
        x = a + 14 + min(110, c - a - 28) * i / count
        canvas.rect((x, b + 10, x + 1, b + 54), color=(120, 124, 132))
    canvas.line(((a + 14, b + 32), (a + 14 + min(110, c - a - 28), b + 32)), color=(120, 124, 132), width=1.2)


def _trade(canvas: Canvas, cell: Rect) -> None:
    a, b, c, d = cell
    for row in range(max(1, int((d - b - 60) / 56))):
        for col in range(max(1, int((c - a - 40) / 74))):
            x, y = a + 26 + col * 74, b + 26 + row * 56
            _piece(canvas, box=(x, y, x + 46, y + 20), color=(190, 150, 108), radius=3)
            canvas.disc((x + 23, y + 29), radius=6, color=(110, 140, 150))


_FITTINGS = {
    "living": _living,
    "bed": _bed,
    "kitchen": _kitchen,
    "bath": _bath,
    "hall": _hall,
    "trade": _trade,
}


def _dimensions(canvas: Canvas, *, outer: Rect) -> None:
    a, b, c, d = outer
    for spots in (((a, d + 24), (c, d + 24)), ((a - 26, b), (a - 26, d))):
        canvas.line(spots, color=(120, 124, 132), width=1)
        for x, y in spots:
            canvas.line(((x - 5, y + 5), (x + 5, y - 5)), color=(120, 124, 132), width=1.6)


def _survey(canvas: Canvas, *, rng: Random) -> None:
    """A plot between its neighbours and the road, corners numbered by dots."""
    corners: list[Point] = [
        (rng.uniform(210, 260), rng.uniform(110, 150)),
        (rng.uniform(540, 600), rng.uniform(100, 150)),
        (rng.uniform(550, 610), rng.uniform(390, 410)),
        (rng.uniform(200, 240), rng.uniform(390, 410)),
    ]
    canvas.polygon([(0, 440), (800, 430), (800, 510), (0, 520)], color=(206, 202, 194))
    for i in range(12):
        canvas.line(((i * 70, 480 - i * 0.8), (i * 70 + 36, 479.6 - i * 0.8)), color=(250, 250, 246), width=2)
    for shift in (-400, 400):
        around = [(x + shift, y) for x, y in corners]
        canvas.line([*around, around[0]], color=(150, 150, 146), width=1.4)
    canvas.polygon(corners, color=(206, 222, 178))
    for i in range(1, 14):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
        t = i / 14
        canvas.line(
            ((ax + (dx - ax) * t, ay + (dy - ay) * t), (bx + (cx - bx) * t, by + (cy - by) * t)),
            color=(120, 150, 90, 60),
            width=1,
        )
    canvas.line([*corners, corners[0]], color=(190, 60, 50), width=3)
    for x, y in corners:
        canvas.disc((x, y), radius=8, color=(190, 60, 50))
        canvas.disc((x, y), radius=4.6, color=PAPER)
    for _ in range(9):
        x, y = rng.uniform(60, 740), rng.uniform(50, 420)
        canvas.disc((x, y), radius=13, color=(120, 156, 96, 150))
        canvas.disc((x - 3, y - 3), radius=7, color=(150, 180, 120, 170))


def _north(canvas: Canvas, *, at: Point) -> None:
    x, y = at
    canvas.disc(at, radius=26, color=(120, 124, 132))
    canvas.disc(at, radius=24, color=PAPER)
    canvas.polygon([(x, y - 32), (x - 9, y + 12), (x, y + 4)], color=INK)
    canvas.polygon([(x, y - 32), (x + 9, y + 12), (x, y + 4)], color=(190, 60, 50))
