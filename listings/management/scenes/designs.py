"""What a building looks like before it is drawn: its size, storeys and colours."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from .facade import Pane
from .palette import GATES, ROOFS, STONES, WALLS, WOODS, Color, mix, pick, scaled

STOREY = 3.1  # metres from floor to floor


@dataclass(frozen=True)
class Design:
    """Size in metres, colours, and what hangs on the front."""

    wide: float
    deep: float
    floors: int
    wall: Color
    accent: Color
    roof: Color
    stone: Color
    door: Color
    pane: Pane
    glass_rail: bool
    bays: int

    @property
    def high(self) -> float:
        """The height of the walls."""
        return self.floors * STOREY


# (least and most width), depth, (least and most storeys), bays across the front
_SIZES: dict[str, tuple[tuple[float, float], float, tuple[int, int], int]] = {
    "villa": ((12, 15), 9, (1, 2), 4),
    "duplex": ((14, 17), 9, (2, 2), 4),
    "row_house": ((18, 21), 8, (2, 2), 3),
    "low_house": ((9, 12), 6, (1, 1), 3),
    "guest_house": ((13, 16), 9, (2, 3), 5),
    "multi_storey_house": ((9, 11), 9, (3, 5), 3),
    "condominium": ((26, 32), 10, (5, 5), 8),
    "condominium_40_60": ((22, 27), 12, (8, 10), 7),
    "apartment": ((18, 24), 13, (7, 10), 5),
    "studio": ((14, 17), 10, (5, 7), 5),
    "penthouse": ((16, 20), 12, (8, 11), 4),
    "hotel": ((22, 28), 12, (6, 9), 7),
    "mixed_use": ((18, 24), 12, (5, 7), 5),
    "office": ((18, 24), 14, (8, 12), 7),
    "shop": ((9, 13), 8, (1, 2), 2),
    "showroom": ((18, 24), 12, (1, 2), 5),
    "warehouse": ((20, 26), 22, (2, 2), 4),
    "factory": ((26, 32), 18, (2, 2), 5),
    "event_hall": ((22, 28), 14, (2, 2), 5),
}
_CONDOMINIUM_WALLS: tuple[Color, ...] = (
    (238, 208, 146),
    (232, 178, 132),
    (226, 214, 190),
    (222, 150, 118),
    (206, 212, 200),
)
_CONDOMINIUM_ACCENTS: tuple[Color, ...] = (
    (178, 92, 66),
    (146, 84, 62),
    (196, 136, 70),
    (104, 120, 108),
    (150, 70, 62),
)
_MODERN_WALLS: tuple[Color, ...] = (
    (236, 234, 228),
    (222, 216, 206),
    (206, 198, 186),
    (214, 220, 226),
    (232, 220, 200),
)
_MODERN_ACCENTS: tuple[Color, ...] = (
    (92, 96, 104),
    (150, 104, 72),
    (66, 78, 92),
    (164, 82, 60),
    (112, 126, 112),
)
_PLAIN = ("condominium", "condominium_40_60")
_MODERN = (
    "apartment",
    "penthouse",
    "office",
    "hotel",
    "mixed_use",
    "studio",
    "multi_storey_house",
    "showroom",
)


def design_of(shape: str, *, rng: Random) -> Design:
    """A design for that shape of building, drawn by chance."""
    (narrow, broad), deep, (low, high), bays = _SIZES[shape]
    wall, accent = _colors(shape, rng=rng)
    frame = rng.choice(((240, 238, 230), (74, 62, 54), (198, 200, 202), (120, 84, 58)))
    return Design(
        wide=rng.uniform(narrow, broad),
        deep=deep,
        floors=rng.randint(low, high),
        wall=wall,
        accent=accent,
        roof=pick(ROOFS, rng=rng),
        stone=pick(STONES, rng=rng),
        door=pick((*WOODS, *GATES), rng=rng),
        pane=Pane(
            frame=frame,
            panes=rng.choice((2, 2, 3)),
            grille=shape in ("low_house", "villa") and rng.random() < 0.4,
        ),
        glass_rail=shape in _MODERN and rng.random() < 0.6,
        bays=bays,
    )


def _colors(shape: str, *, rng: Random) -> tuple[Color, Color]:
    if shape in _PLAIN:
        return pick(_CONDOMINIUM_WALLS, rng=rng), pick(_CONDOMINIUM_ACCENTS, rng=rng)
    if shape in _MODERN:
        return pick(_MODERN_WALLS, rng=rng), pick(_MODERN_ACCENTS, rng=rng)
    wall = pick(WALLS, rng=rng)
    return wall, mix(scaled(wall, by=0.72), into=(150, 90, 60), by=rng.choice((0.0, 0.35, 0.6)))
