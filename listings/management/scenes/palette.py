"""Colours, and the light of the hour they are seen in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

Color = tuple[int, ...]  # (r, g, b) is a surface the light falls on; (r, g, b, a) is laid on as it is
Vec = tuple[float, float, float]

WHITE: Color = (250, 249, 245)
INK: Color = (38, 42, 52)


def mix(first: Color, *, into: Color, by: float) -> Color:
    """The colour `by` (0 to 1) of the way from the first into the second."""
    by = min(1.0, max(0.0, by))
    return tuple(int(a + (b - a) * by + 0.5) for a, b in zip(first[:3], into[:3], strict=True))


def scaled(color: Color, *, by: float) -> Color:
    """The colour brightened (above 1) or darkened (below 1)."""
    return tuple(max(0, min(255, int(part * by))) for part in color[:3])


def glaze(color: Color, *, alpha: int) -> Color:
    """The colour as a see-through layer; alpha from 0 to 255."""
    return (color[0], color[1], color[2], alpha)


def varied(color: Color, *, rng: Random, by: int = 8) -> Color:
    """The colour, a little lighter or darker."""
    shift = rng.randint(-by, by)
    return tuple(max(0, min(255, part + shift)) for part in color[:3])


@dataclass(frozen=True)
class Light:
    """An hour of the day: the sky, what the sun adds to a surface and what the shade leaves of it."""

    name: str
    zenith: Color
    horizon: Color
    sun: Vec
    shade: Vec
    glow: Color
    lit_windows: float
    direction: Vec = (-0.5, 0.65, -0.57)

    def on(self, color: Color, *, facing: Vec) -> Color:
        """How a surface of this colour looks when it faces that way."""
        toward = self.direction
        amount = max(0.0, facing[0] * toward[0] + facing[1] * toward[1] + facing[2] * toward[2])
        return tuple(
            min(255, int(part * (dim + warm * amount)))
            for part, dim, warm in zip(color[:3], self.shade, self.sun, strict=True)
        )

    def haze(self, color: Color, *, by: float) -> Color:
        """The colour seen through that much air."""
        return mix(color, into=self.horizon, by=by)


HOURS: tuple[Light, ...] = (
    Light(
        "noon", (74, 144, 209), (205, 228, 240), (0.50, 0.48, 0.42), (0.66, 0.70, 0.77), (255, 252, 235), 0.0
    ),
    Light(
        "clear", (58, 128, 196), (188, 220, 240), (0.52, 0.50, 0.44), (0.64, 0.69, 0.77), (255, 255, 245), 0.0
    ),
    Light(
        "morning",
        (112, 168, 214),
        (250, 228, 200),
        (0.54, 0.46, 0.34),
        (0.66, 0.68, 0.74),
        (255, 240, 205),
        0.0,
    ),
    Light(
        "golden",
        (96, 140, 190),
        (252, 206, 150),
        (0.60, 0.44, 0.22),
        (0.66, 0.62, 0.66),
        (255, 222, 150),
        0.12,
    ),
    Light(
        "rainy season",
        (124, 154, 184),
        (222, 228, 230),
        (0.36, 0.36, 0.35),
        (0.76, 0.78, 0.80),
        (240, 244, 246),
        0.08,
    ),
    Light(
        "dusk", (58, 66, 120), (244, 164, 130), (0.40, 0.26, 0.20), (0.56, 0.52, 0.66), (255, 190, 140), 0.55
    ),
)
INDOORS = Light(
    "indoors",
    (120, 176, 220),
    (226, 238, 244),
    (0.30, 0.29, 0.26),
    (0.78, 0.78, 0.79),
    WHITE,
    0.0,
    (-0.4, 0.8, -0.45),
)


def hour_of(rng: Random, *, dusk: bool = True) -> Light:
    """An hour of the day, clear ones most often, the sun from the left or the right.

    Without dusk the low sun is left out as well, so that a colour is seen as it is.
    """
    hour = rng.choices(HOURS, weights=(5, 5, 4, 3, 1, 2) if dusk else (5, 5, 4, 0, 1, 0))[0]
    side = rng.choice((-1.0, 1.0))
    return Light(
        hour.name,
        hour.zenith,
        hour.horizon,
        hour.sun,
        hour.shade,
        hour.glow,
        hour.lit_windows,
        (0.5 * side, 0.65, -0.57),
    )


WALLS: tuple[Color, ...] = (
    (240, 228, 204),
    (246, 240, 228),
    (232, 208, 168),
    (226, 190, 150),
    (214, 220, 214),
    (236, 214, 190),
    (206, 214, 222),
    (228, 176, 140),
    (244, 222, 160),
    (200, 210, 190),
)
ROOFS: tuple[Color, ...] = (
    (164, 70, 56),
    (140, 62, 50),
    (90, 104, 118),
    (70, 96, 84),
    (150, 158, 166),
    (112, 72, 56),
    (60, 84, 116),
)
STONES: tuple[Color, ...] = ((138, 132, 126), (156, 140, 120), (120, 116, 114), (168, 150, 130))
GATES: tuple[Color, ...] = (
    (52, 70, 92),
    (44, 84, 74),
    (92, 56, 44),
    (60, 60, 64),
    (120, 92, 50),
    (36, 92, 120),
)
WOODS: tuple[Color, ...] = ((134, 88, 54), (166, 118, 76), (104, 66, 44), (190, 148, 104), (88, 58, 44))
CLOTHS: tuple[Color, ...] = (
    (78, 112, 130),
    (190, 110, 80),
    (110, 130, 100),
    (150, 140, 130),
    (196, 156, 84),
    (104, 92, 120),
    (62, 78, 104),
    (176, 90, 92),
    (208, 196, 178),
)

PAINTS: dict[str, Color] = {
    "black": (44, 46, 52),
    "grey": (128, 134, 140),
    "beige": (212, 198, 172),
    "brown": (112, 80, 60),
    "red": (188, 44, 42),
    "green": (52, 112, 82),
    "blue": (44, 92, 166),
    "purple": (104, 66, 128),
    "gold": (194, 160, 96),
    "white": (240, 241, 240),
    "orange": (226, 120, 44),
    "silver": (188, 194, 200),
    "yellow": (240, 196, 56),
    "other": (64, 140, 146),
}


def paint_of(name: str) -> Color:
    """The paint of a vehicle; a colour without a name of its own is teal."""
    return PAINTS.get(name, PAINTS["other"])


def pick(choices: Sequence[Color], *, rng: Random) -> Color:
    """One of the colours, slightly varied."""
    return varied(rng.choice(choices), rng=rng)
