"""Draws a vehicle from its body: shadow, wheels, skin, glass, lights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, pi, sin

from .bodies import Body, nose_at, softened, tail_at
from .canvas import Point
from .palette import Color, Vec, mix, scaled
from .stage import Stage

RUBBER: Color = (38, 38, 42)
PLASTIC: Color = (48, 50, 54)
GLASS: Color = (46, 60, 74)
ROWS = (0.0, 0.3, 0.62, 0.88, 1.0)  # parts of the height up to the windows, and how bright each row is
ROW_TONES = (0.74, 0.9, 1.0, 1.12)


@dataclass(frozen=True)
class Coach:
    """A body on the stage: where its nose is, which colours it wears."""

    stage: Stage
    body: Body
    paint: Color
    upper: Color
    nose: float
    z: float = 0.0

    def spot(self, x: float, *, y: float, part: float) -> Vec:
        """A place on the skin; part -1 is the side towards the viewer, 1 the far side."""
        return self.nose + x, y, self.z + part * self.body.half(x, y=y)

    def flank(self, corners: Sequence[Point], *, color: Color) -> None:
        """A polygon on the near side, given as x and y."""
        self.stage.canvas.fill(
            self.stage.camera.outline([self.spot(x, y=y, part=-1.0) for x, y in corners]), color=color
        )

    def lit(self, color: Color, *, facing: Vec) -> Color:
        """Paint in the light, the sky mirrored where it looks up."""
        tone = self.stage.light.on(color, facing=facing)
        return mix(tone, into=self.stage.light.horizon, by=0.05 + 0.2 * max(0.0, facing[1]) ** 2)


def draw_coach(coach: Coach) -> None:
    """The whole vehicle, back to front."""
    stage, body = coach.stage, coach.body
    half = body.wide / 2
    block = (
        coach.nose + 0.1,
        0.0,
        coach.z - half + 0.05,
        coach.nose + body.length - 0.1,
        0.5,
        coach.z + half - 0.05,
    )
    stage.shadow(block, alpha=150)
    for x in body.axles:
        wheel(
            stage,
            at=(coach.nose + x, body.wheel, coach.z + half - 0.25),
            radius=body.wheel,
            deep=0.2,
            plain=True,
        )
    floor = body.sill
    stage.box(
        (
            coach.nose + 0.35,
            floor * 0.55,
            coach.z - half + 0.25,
            coach.nose + body.length - 0.35,
            floor + 0.2,
            coach.z + half - 0.25,
        ),
        color=(30, 31, 36),
    )
    _skin(coach)
    _flank(coach)
    _windows(coach)
    _seams(coach)
    _arches(coach)
    for x in body.axles:
        wheel(stage, at=(coach.nose + x, body.wheel, coach.z - half + 0.02), radius=body.wheel, deep=0.2)
    _ends(coach)


def wheel(stage: Stage, *, at: Vec, radius: float, deep: float = 0.2, plain: bool = False) -> None:
    """A wheel towards the viewer: tread, tyre, rim with spokes."""
    x, y, z = at
    for step in range(3):
        stage.front(x=x, y=y, z=z + deep * (1 - step / 2)).disc((0, 0), radius=radius, color=(26, 26, 30))
    if plain:
        return
    face = stage.front(x=x, y=y, z=z)
    face.disc((0, 0), radius=radius, color=RUBBER, corners=30)
    face.disc((0, 0), radius=radius * 0.7, color=(70, 72, 78), corners=26)
    face.disc((0, 0), radius=radius * 0.66, color=(46, 47, 52), corners=26)
    for spoke in range(5):
        turn = pi / 2 + spoke * 2 * pi / 5
        ux, uy = cos(turn), sin(turn)
        corners = [
            (-uy * 0.2 * radius + ux * 0.08 * radius, ux * 0.2 * radius + uy * 0.08 * radius),
            (uy * 0.2 * radius + ux * 0.08 * radius, -ux * 0.2 * radius + uy * 0.08 * radius),
            (uy * 0.13 * radius + ux * 0.64 * radius, -ux * 0.13 * radius + uy * 0.64 * radius),
            (-uy * 0.13 * radius + ux * 0.64 * radius, ux * 0.13 * radius + uy * 0.64 * radius),
        ]
        face.poly(corners, color=(196, 200, 206))
    face.disc((0, 0), radius=radius * 0.17, color=(214, 216, 220), corners=12)
    face.disc((0, 0), radius=radius * 0.09, color=(120, 124, 130), corners=10)


def _skin(coach: Coach) -> None:
    """The strips that run across: nose, bonnet, windscreen, roof, tail; far ones first."""
    eye = coach.stage.camera.eye
    strips: list[tuple[float, Color, list[Vec]]] = []
    spots = softened(coach.body)
    for (ax, ay, cover), (bx, by, _) in pairwise(spots):
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5 or 1.0
        facing = (-(by - ay) / length, (bx - ax) / length, 0.0)
        middle = (coach.nose + (ax + bx) / 2, (ay + by) / 2, coach.z)
        if facing[0] * (eye[0] - middle[0]) + facing[1] * (eye[1] - middle[1]) <= 0:
            continue
        color = _cover(coach, cover=cover, y=(ay + by) / 2, facing=facing)
        a, b = coach.body.half(ax, y=ay), coach.body.half(bx, y=by)
        z = coach.z
        quad = [
            (coach.nose + ax, ay, z - a),
            (coach.nose + bx, by, z - b),
            (coach.nose + bx, by, z + b),
            (coach.nose + ax, ay, z + a),
        ]
        strips.append((coach.stage.camera.depth(middle), color, quad))
    for _, color, quad in sorted(strips, key=lambda strip: -strip[0]):
        coach.stage.canvas.fill(coach.stage.camera.outline(quad), color=color)
        _crown(coach, quad=quad)


def _crown(coach: Coach, *, quad: list[Vec]) -> None:
    """The middle of a strip is a little lighter, as if it were arched."""
    (x0, y0, a), (x1, y1, b), (_, _, c), (_, _, d) = quad
    inner = [
        (x0, y0, a * 0.72 + d * 0.28),
        (x1, y1, b * 0.72 + c * 0.28),
        (x1, y1, b * 0.3 + c * 0.7),
        (x0, y0, a * 0.3 + d * 0.7),
    ]
    coach.stage.canvas.fill(coach.stage.camera.outline(inner), color=(255, 255, 255, 16))


def _cover(coach: Coach, *, cover: str, y: float, facing: Vec) -> Color:
    if cover == "g":
        glass = mix(GLASS, into=coach.stage.light.zenith, by=0.22)
        span = coach.body.high - coach.body.belt
        return mix(
            glass,
            into=coach.stage.light.horizon,
            by=0.1 + 0.42 * max(0.0, (y - coach.body.belt) / span) ** 1.5,
        )
    if cover == "d":
        return coach.lit(PLASTIC, facing=facing)
    if cover == "b":
        return coach.lit((58, 60, 64), facing=(0, 0.4, 0))
    return coach.lit(coach.upper if y > coach.body.belt + 0.12 else coach.paint, facing=facing)


def _flank(coach: Coach) -> None:
    """The near side as a grid, shaded by how it curves."""
    body = coach.body
    columns = 26
    first, last = nose_at(body, y=body.sill), tail_at(body, y=body.sill)
    xs = [min(last, first) + (max(last, first) - min(last, first)) * i / columns for i in range(columns + 1)]
    xs = [0.0, 0.04, *[x for x in xs if 0.07 < x < body.length - 0.07], body.length - 0.04, body.length]
    for a, b in pairwise(xs):
        tops = body.top(a), body.top(b)
        bend = (body.half(b, y=0.6) - body.half(a, y=0.6)) / (b - a)
        facing = _unit((-bend, 0.12, -1.0))
        for row in range(4):
            low, high = ROWS[row], ROWS[row + 1]
            corners = _cell(body, a=a, b=b, low=low, high=high, tops=tops)
            tone = coach.lit(coach.paint, facing=facing)
            coach.flank(corners, color=scaled(tone, by=ROW_TONES[row]))
        if max(tops) > body.belt:
            tone = coach.lit(coach.upper, facing=_unit((-bend, 0.3, -1.0)))
            belt = min(body.belt, *tops)
            coach.flank(((a, belt), (b, belt), (b, tops[1]), (a, tops[0])), color=tone)


def _cell(
    body: Body, *, a: float, b: float, low: float, high: float, tops: tuple[float, float]
) -> list[Point]:
    """One field of the side: parts of the height between sill and belt, no higher than the outline."""
    corners = []
    for x, part, top in ((a, low, tops[0]), (b, low, tops[1]), (b, high, tops[1]), (a, high, tops[0])):
        floor = body.sill + _lift(body, x=x)
        corners.append((x, min(top, floor) + (min(top, body.belt) - min(top, floor)) * part))
    return corners


def _lift(body: Body, *, x: float) -> float:
    """Bumpers curve up towards nose and tail."""
    far = min(x, body.length - x)
    return 0.22 * max(0.0, 1 - far / 0.14) ** 2


def _unit(vector: Vec) -> Vec:
    length = sum(part * part for part in vector) ** 0.5
    return vector[0] / length, vector[1] / length, vector[2] / length


def _windows(coach: Coach) -> None:
    body, light = coach.body, coach.stage.light
    low = body.belt + 0.03
    glass = mix(GLASS, into=light.zenith, by=0.16)
    for a, b in body.windows:
        xs = [a + (b - a) * i / 8 for i in range(9)]
        tops = [max(low, body.top(x) - body.rail) for x in xs]
        corners = [(a, low), (b, low), *[(x, y) for x, y in zip(xs[::-1], tops[::-1], strict=True)]]
        coach.flank(corners, color=glass)
        upper = [(x, low + (y - low) * 0.55) for x, y in zip(xs, tops, strict=True)]
        coach.flank(
            [*upper, *list(zip(xs, tops, strict=True))[::-1]], color=mix(glass, into=light.horizon, by=0.34)
        )
        third = (b - a) / 3
        shine = [
            (a + third * 0.7, low),
            (a + third * 1.3, low),
            (a + third * 1.9, tops[5]),
            (a + third * 1.4, tops[4]),
        ]
        coach.flank(shine, color=(255, 255, 255, 34))


def _seams(coach: Coach) -> None:
    """Gaps of the doors, handles, a strip of plastic, the mirror."""
    body = coach.body
    floor, belt = body.sill + 0.1, body.belt
    for x in body.doors:
        coach.flank(
            ((x - 0.008, floor), (x + 0.012, floor), (x + 0.012, belt), (x - 0.008, belt)),
            color=(10, 12, 16, 110),
        )
    for x in body.doors[1:]:
        y = belt - 0.13
        coach.flank(
            ((x - 0.26, y), (x - 0.08, y), (x - 0.08, y + 0.04), (x - 0.26, y + 0.04)),
            color=scaled(coach.paint, by=0.55),
        )
        coach.flank(
            ((x - 0.26, y + 0.035), (x - 0.08, y + 0.035), (x - 0.08, y + 0.05), (x - 0.26, y + 0.05)),
            color=(255, 255, 255, 120),
        )
    start, end = body.axles[0], min(body.axles[-1], body.length - 0.1)
    coach.flank(
        ((start, belt * 0.8), (end, belt * 0.84), (end, belt * 0.86), (start, belt * 0.82)),
        color=(255, 255, 255, 56),
    )
    tone = PLASTIC if body.rugged else scaled(coach.paint, by=0.6)
    coach.flank(
        ((start, floor - 0.1), (end, floor - 0.1), (end, floor + 0.03), (start, floor + 0.03)), color=tone
    )
    if body.doors and body.name != "cab":
        x = body.windows[0][0] + 0.28
        nose, y, z = coach.spot(x, y=belt + 0.04, part=-1.0)
        mirror = (nose - 0.1, y, z - 0.2, nose + 0.08, y + 0.15, z - 0.02)
        coach.stage.box(mirror, color=coach.paint)


def _arches(coach: Coach) -> None:
    """The dark openings above the wheels that the body covers."""
    body = coach.body
    for x in (axle for axle in body.axles if axle < body.length):
        for size, tone in (
            (1.28, PLASTIC if body.rugged else scaled(coach.paint, by=0.7)),
            (1.16, (22, 22, 26)),
        ):
            radius = body.wheel * size
            arc = [
                (x + radius * cos(pi * i / 14), max(body.sill * 0.7, body.wheel + radius * sin(pi * i / 14)))
                for i in range(15)
            ]
            coach.flank([(x + radius, body.sill * 0.8), *arc, (x - radius, body.sill * 0.8)], color=tone)


def _ends(coach: Coach) -> None:
    """Lights, grille and number plate of the end that is seen."""
    body, eye = coach.body, coach.stage.camera.eye
    if eye[0] < coach.nose + 0.2:
        _front(coach)
    elif eye[0] > coach.nose + body.length - 0.2 and body.name != "cab":
        _rear(coach)


def _across(
    coach: Coach, *, box: tuple[float, float, float, float], color: Color, tail: bool = False
) -> None:
    """A field on the nose or the tail: from (part, y) to (part, y)."""
    p0, y0, p1, y1 = box
    spots = []
    for part, y in ((p0, y0), (p1, y0), (p1, y1), (p0, y1)):
        x = tail_at(coach.body, y=y) + 0.01 if tail else nose_at(coach.body, y=y) - 0.01
        spots.append(coach.spot(x, y=y, part=part))
    coach.stage.canvas.fill(coach.stage.camera.outline(spots), color=color)


def _front(coach: Coach) -> None:
    body = coach.body
    # the bonnet begins where the front has risen to about two thirds of the belt
    base, lamp = body.sill, min(body.belt * 0.78, body.belt - 0.16)
    _across(coach, box=(-0.72, base + 0.04, 0.72, base + 0.16), color=(30, 31, 35))
    _across(coach, box=(-0.52, lamp - 0.17, 0.52, lamp + 0.02), color=(34, 35, 40))
    for i in range(3):
        y = lamp - 0.14 + 0.055 * i
        _across(coach, box=(-0.5, y, 0.5, y + 0.018), color=(176, 180, 186))
    _across(coach, box=(-0.07, lamp - 0.11, 0.07, lamp - 0.03), color=(226, 228, 230))
    for side in (-1, 1):
        _across(coach, box=(side * 0.97, lamp - 0.1, side * 0.56, lamp + 0.04), color=(206, 214, 222))
        _across(coach, box=(side * 0.9, lamp - 0.07, side * 0.64, lamp + 0.02), color=(252, 252, 244))
        _across(coach, box=(side * 0.9, base + 0.08, side * 0.74, base + 0.15), color=(236, 230, 200))
    _wrap(coach, y=lamp - 0.1, high=0.14, color=(214, 220, 226), tail=False)
    _across(coach, box=(-0.3, base + 0.15, 0.3, base + 0.27), color=(250, 248, 240))
    _across(coach, box=(-0.26, base + 0.18, 0.26, base + 0.24), color=(190, 60, 54))


def _rear(coach: Coach) -> None:
    body = coach.body
    base, lamp = body.sill, body.belt * 0.82
    _across(coach, box=(-0.8, base + 0.02, 0.8, base + 0.16), color=(40, 41, 46), tail=True)
    for side in (-1, 1):
        _across(
            coach, box=(side * 0.98, lamp - 0.13, side * 0.68, lamp + 0.08), color=(176, 26, 30), tail=True
        )
        _across(
            coach, box=(side * 0.94, lamp - 0.02, side * 0.74, lamp + 0.05), color=(255, 120, 96), tail=True
        )
        _across(
            coach, box=(side * 0.94, lamp - 0.11, side * 0.76, lamp - 0.05), color=(248, 226, 200), tail=True
        )
    _wrap(coach, y=lamp - 0.13, high=0.21, color=(176, 26, 30), tail=True)
    _across(coach, box=(-0.3, lamp - 0.22, 0.3, lamp - 0.08), color=(250, 248, 240), tail=True)
    _across(coach, box=(-0.26, lamp - 0.18, 0.26, lamp - 0.12), color=(190, 60, 54), tail=True)
    _across(coach, box=(-0.66, lamp + 0.0, 0.66, lamp + 0.03), color=(214, 218, 222), tail=True)


def _wrap(coach: Coach, *, y: float, high: float, color: Color, tail: bool) -> None:
    """A lamp that reaches round the corner onto the side."""
    if tail:
        low, top = tail_at(coach.body, y=y), tail_at(coach.body, y=y + high)
        far = min(low, top) - 0.26
    else:
        low, top = nose_at(coach.body, y=y), nose_at(coach.body, y=y + high)
        far = max(low, top) + 0.32
    coach.flank(((low, y), (top, y + high), (far, y + high), (far, y + high * 0.4)), color=color)
