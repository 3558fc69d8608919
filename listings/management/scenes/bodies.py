"""The shapes of vehicles: outlines in metres, seen from the side, the nose at x = 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from .canvas import smooth

# One corner of an outline: x, y and what covers the stretch that begins there:
# p paint, g glass, d dark plastic, b an open load bed
Corner = tuple[float, float, str]


@dataclass(frozen=True)
class Body:
    """A body drawn from its outline, its windows and its wheels."""

    name: str
    wide: float
    belt: float
    outline: tuple[Corner, ...]
    windows: tuple[tuple[float, float], ...]
    axles: tuple[float, ...]
    wheel: float
    doors: tuple[float, ...] = ()
    rail: float = 0.1
    rugged: bool = False
    lean: float = 0.17

    @property
    def length(self) -> float:
        """From nose to tail."""
        return max(x for x, _, _ in self.outline)

    @property
    def high(self) -> float:
        """From the road to the roof."""
        return max(y for _, y, _ in self.outline)

    @property
    def sill(self) -> float:
        """How far the body is above the road."""
        return self.outline[0][1]

    def half(self, x: float, *, y: float) -> float:
        """Half the width at that place: rounder at nose and tail, narrower towards the roof."""
        x = min(self.length, max(0.0, x))
        reach = 0.16 * self.length
        nose = max(0.0, 1 - x / reach)
        tail = max(0.0, 1 - (self.length - x) / (reach * 0.7))
        taper = 1 - 0.2 * nose * nose - 0.12 * tail * tail
        if y > self.belt:
            taper *= 1 - self.lean * (y - self.belt) / (self.high - self.belt + 0.01)
        else:
            taper *= 1 - 0.07 * ((self.belt - y) / self.belt) ** 2
        return self.wide / 2 * taper

    def top(self, x: float) -> float:
        """The height of the outline at that place."""
        return _tops(self)[min(200, max(0, round(x / self.length * 200)))]


@lru_cache(maxsize=64)
def softened(body: Body) -> tuple[Corner, ...]:
    """The outline as a soft curve, every stretch with its cover."""
    spots = smooth([(x, y) for x, y, _ in body.outline], steps=4)
    covers = [corner[2] for corner in body.outline]
    return tuple((x, y, covers[min(len(covers) - 1, i // 4)]) for i, (x, y) in enumerate(spots))


@lru_cache(maxsize=64)
def _tops(body: Body) -> tuple[float, ...]:
    spots = softened(body)
    return tuple(_highest(spots, x=body.length * i / 200) for i in range(201))


def _highest(spots: Sequence[Corner], *, x: float) -> float:
    best = 0.0
    for (ax, ay, _), (bx, by, _) in pairwise(spots):
        low, high = min(ax, bx), max(ax, bx)
        if low <= x <= high:
            t = 0.0 if high - low < 1e-6 else (x - ax) / (bx - ax)
            best = max(best, ay + (by - ay) * t)
    return best or min(spots[0][1], spots[-1][1]) + 0.3


def _edge(body: Body, *, y: float, tail: bool) -> float:
    spots = softened(body)[::-1] if tail else softened(body)
    for (ax, ay, _), (bx, by, _) in pairwise(spots):
        if ay <= y <= by:
            return ax + (bx - ax) * (y - ay) / max(1e-6, by - ay)
    return spots[0][0]


def nose_at(body: Body, *, y: float) -> float:
    """Where the front of the body is at that height."""
    return _edge(body, y=y, tail=False)


def tail_at(body: Body, *, y: float) -> float:
    """Where the rear of the body is at that height."""
    return _edge(body, y=y, tail=True)


def _corners(text: str) -> tuple[Corner, ...]:
    """An outline written as `x,y[,cover]` separated by blanks; paint where nothing is said."""
    parts = [corner.split(",") for corner in text.split()]
    return tuple((float(p[0]), float(p[1]), p[2] if len(p) > 2 else "p") for p in parts)


BODIES: dict[str, Body] = {
    "sedan": Body(
        "sedan",
        1.8,
        0.95,
        _corners(
            "0.10,.26,d 0.02,.40 0,.58 .08,.73 .38,.83 1.2,.96,g 2.0,1.40 2.45,1.46 3.0,1.42,g "
            "3.8,1.09 4.42,1.05 4.57,.88 4.6,.55,d 4.5,.28"
        ),
        ((1.22, 2.3), (2.4, 3.2), (3.26, 3.72)),
        (0.86, 3.62),
        0.33,
        (1.35, 2.35, 3.24),
    ),
    "hatchback": Body(
        "hatchback",
        1.72,
        0.98,
        _corners(
            "0.08,.27,d 0,.42 .02,.62 .12,.78 .8,.98,g 1.62,1.44 2.1,1.52 3.0,1.49 3.38,1.43,g "
            "3.8,1.08 3.95,.92 3.98,.55,d 3.9,.3"
        ),
        ((0.86, 1.98), (2.08, 2.95), (3.02, 3.42)),
        (0.74, 3.22),
        0.32,
        (1.05, 2.03, 2.98),
    ),
    "wagon": Body(
        "wagon",
        1.8,
        0.96,
        _corners(
            "0.10,.26,d 0.02,.40 0,.60 .08,.75 .38,.84 1.2,.97,g 1.95,1.42 2.4,1.49 3.7,1.47 4.12,1.42,g "
            "4.55,1.04 4.66,.88 4.7,.55,d 4.6,.28"
        ),
        ((1.22, 2.3), (2.4, 3.25), (3.33, 4.12)),
        (0.88, 3.66),
        0.33,
        (1.35, 2.35, 3.3),
    ),
    "suv": Body(
        "suv",
        1.92,
        1.16,
        _corners(
            "0.12,.40,d 0.02,.52 0,.82 .06,1.0 .3,1.07 1.28,1.16,g 1.85,1.74 2.25,1.84 3.9,1.84 4.36,1.78,g "
            "4.62,1.2 4.7,1.05 4.74,.6,d 4.62,.42"
        ),
        ((1.34, 2.35), (2.45, 3.3), (3.4, 4.3)),
        (0.92, 3.7),
        0.41,
        (1.45, 2.4, 3.35),
        rail=0.13,
        rugged=True,
        lean=0.12,
    ),
    "crossover": Body(
        "crossover",
        1.85,
        1.05,
        _corners(
            "0.10,.34,d 0.02,.48 0,.72 .08,.88 .35,.96 1.12,1.06,g 1.88,1.56 2.3,1.64 3.3,1.60 3.8,1.50,g "
            "4.26,1.14 4.36,.98 4.4,.55,d 4.3,.36"
        ),
        ((1.16, 2.2), (2.3, 3.15), (3.22, 3.8)),
        (0.86, 3.5),
        0.37,
        (1.3, 2.25, 3.2),
        rugged=True,
    ),
    "coupe": Body(
        "coupe",
        1.84,
        0.9,
        _corners(
            "0.10,.22,d 0.02,.36 0,.52 .1,.66 .45,.76 1.4,.89,g 2.1,1.26 2.5,1.32 2.95,1.27,g "
            "3.85,.97 4.28,.95 4.4,.8 4.42,.5,d 4.32,.26"
        ),
        ((1.46, 2.55), (2.63, 3.4)),
        (0.88, 3.5),
        0.34,
        (1.45, 2.6),
    ),
    "mpv": Body(
        "mpv",
        1.82,
        1.06,
        _corners(
            "0.08,.3,d 0,.46 .02,.7 .14,.88 .7,1.06,g 1.6,1.64 2.1,1.74 3.9,1.72 4.3,1.62,g "
            "4.56,1.12 4.66,.95 4.7,.55,d 4.6,.32"
        ),
        ((0.84, 1.98), (2.08, 3.05), (3.15, 4.15)),
        (0.8, 3.62),
        0.34,
        (1.0, 2.03, 3.1),
    ),
    "pickup": Body(
        "pickup",
        1.88,
        1.14,
        _corners(
            "0.12,.42,d 0.02,.54 0,.80 .06,.97 .3,1.04 1.3,1.14,g 1.9,1.68 2.25,1.77 2.95,1.74,g "
            "3.2,1.3 3.24,1.12,b 3.4,1.1,b 5.1,1.1 5.2,1.06 5.22,.62,d 5.1,.5"
        ),
        ((1.36, 2.22), (2.32, 2.98)),
        (0.92, 4.0),
        0.41,
        (1.45, 2.27, 3.1),
        rail=0.12,
        rugged=True,
        lean=0.12,
    ),
    "van": Body(
        "van",
        1.8,
        1.2,
        _corners(
            "0.08,.36,d 0,.5 .02,.8 .1,1.04 .28,1.16,g .9,1.8 1.35,1.96 4.3,1.98 4.68,1.92,g "
            "4.8,1.25 4.84,1.0 4.86,.5,d 4.8,.36"
        ),
        ((0.42, 1.55),),
        (0.85, 3.85),
        0.34,
        (0.6, 1.65, 3.1),
        rail=0.22,
        lean=0.08,
    ),
    "minibus": Body(
        "minibus",
        1.86,
        1.2,
        _corners(
            "0.08,.36,d 0,.5 .02,.8 .1,1.06 .26,1.18,g .88,1.88 1.3,2.06 4.8,2.08 5.2,2.02,g "
            "5.3,1.3 5.34,1.0 5.36,.5,d 5.3,.36"
        ),
        ((0.42, 1.5), (1.6, 2.65), (2.73, 3.8), (3.88, 5.0)),
        (0.9, 4.1),
        0.34,
        (0.62, 1.55, 2.7),
        rail=0.24,
        lean=0.08,
    ),
    "bus": Body(
        "bus",
        2.5,
        1.45,
        _corners(
            "0.08,.36,d 0,.5 0,.9 .02,1.25,g .16,2.5 .3,2.86 .6,3.0 9.3,3.02 9.66,2.9 9.7,2.6,g "
            "9.72,1.7 9.75,1.0 9.76,.5,d 9.7,.36"
        ),
        ((0.3, 1.3), (1.45, 2.7), (2.8, 4.05), (4.15, 5.4), (5.5, 6.75), (6.85, 8.1), (8.2, 9.4)),
        (2.0, 7.2),
        0.48,
        (0.35, 1.38),
        rail=0.5,
        lean=0.04,
    ),
    "cab": Body(
        "cab",
        2.1,
        1.45,
        _corners(
            "0.06,.5,d 0,.62 0,1.0 .03,1.36,g .3,2.2 .5,2.42 .9,2.5 1.8,2.5 1.98,2.42 "
            "2.0,2.1 2.0,1.2 2.0,.6,d 1.98,.5"
        ),
        ((0.22, 1.2),),
        (0.95, 5.6),
        0.48,
        (0.3, 1.3),
        rail=0.34,
        lean=0.06,
    ),
    "bajaj": Body(
        "bajaj",
        1.3,
        0.86,
        _corners(
            "0.16,.34 .06,.5 .1,.8 .24,.98,g .62,1.56 .8,1.68 1.2,1.74 "
            "2.2,1.72 2.5,1.62 2.62,1.2 2.66,.8 2.66,.5,d 2.6,.34"
        ),
        ((0.62, 1.2),),
        (0.42, 2.1),
        0.22,
        (),
        rail=0.18,
        lean=0.06,
    ),
}
