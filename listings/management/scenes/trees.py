"""Trees and bushes of the highlands: eucalyptus, acacia, jacaranda, juniper, false banana."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin

from .canvas import Point, smooth
from .palette import Color, Vec, mix, scaled
from .stage import Stage

BARK: Color = (112, 92, 76)
PALE_BARK: Color = (196, 184, 166)
LEAVES: dict[str, Color] = {
    "broad": (78, 124, 66),
    "eucalyptus": (104, 138, 104),
    "acacia": (112, 136, 64),
    "jacaranda": (142, 112, 178),
    "flame": (196, 86, 48),
    "juniper": (52, 90, 66),
    "banana": (96, 148, 66),
}
KINDS: tuple[str, ...] = (
    "eucalyptus",
    "eucalyptus",
    "acacia",
    "jacaranda",
    "broad",
    "broad",
    "juniper",
    "flame",
)


def tree(stage: Stage, *, at: Vec, height: float, kind: str = "") -> None:
    """A tree that stands at that place, so many metres high; a kind of its own choice when none is given."""
    kind = kind or stage.rng.choice(KINDS)
    foot = stage.camera.point(at)
    high = stage.camera.size_at(at) * height
    stage.canvas.ellipse(
        (foot[0] - high * 0.22, foot[1] - high * 0.03, foot[0] + high * 0.22, foot[1] + high * 0.03),
        color=(24, 30, 40, 56),
    )
    _SHAPES[kind](stage, foot=foot, high=high, leaf=_leaf(stage, kind=kind))


def bush(
    stage: Stage, *, at: Vec, height: float, color: Color = (84, 128, 70), flowers: Color | None = None
) -> None:
    """A round bush, in flower if a colour is given."""
    foot = stage.camera.point(at)
    high = stage.camera.size_at(at) * height
    leaf = stage.light.on(color, facing=(0, 0.8, -0.6))
    _crown(
        stage, center=(foot[0], foot[1] - high * 0.45), spread=(high * 0.62, high * 0.48), leaf=leaf, count=16
    )
    if flowers:
        for _ in range(12):
            spot = (foot[0] + stage.rng.gauss(0, 0.28) * high, foot[1] - high * stage.rng.uniform(0.2, 0.85))
            stage.canvas.disc(spot, radius=max(0.8, high * 0.045), color=flowers)


def _leaf(stage: Stage, *, kind: str) -> Color:
    return stage.light.on(LEAVES[kind], facing=(0, 0.8, -0.6))


def _crown(
    stage: Stage,
    *,
    center: Point,
    spread: tuple[float, float],
    leaf: Color,
    count: int = 34,
    grain: float = 0.34,
) -> None:
    """A cloud of leaves: dark below and away from the sun, light towards it."""
    rng, canvas = stage.rng, stage.canvas
    (cx, cy), (wide, high) = center, spread
    sun = 1 if stage.light.direction[0] > 0 else -1
    dark, bright = (
        mix(scaled(leaf, by=0.6), into=(30, 44, 70), by=0.12),
        mix(scaled(leaf, by=1.2), into=(255, 240, 170), by=0.16),
    )
    spots = []
    for _ in range(count):
        turn, far = rng.uniform(0, 2 * pi), rng.random() ** 0.6
        spots.append((cos(turn) * far, sin(turn) * far))
    spots.sort(key=lambda spot: spot[0] * sun * 0.6 - spot[1])
    canvas.ellipse((cx - wide * 0.8, cy - high * 0.75, cx + wide * 0.8, cy + high * 0.8), color=dark)
    for x, y in spots:
        radius = min(wide, high) * grain * rng.uniform(0.75, 1.25)
        tone = mix(dark, into=bright, by=0.42 + 0.3 * x * sun - 0.42 * y + rng.uniform(-0.08, 0.08))
        px, py = cx + x * wide * 0.85, cy + y * high * 0.85
        canvas.ellipse(
            (px - radius * 1.15, py - radius * 0.85, px + radius * 1.15, py + radius * 0.85), color=tone
        )


def _trunk(stage: Stage, *, line: Sequence[Point], width: float, bark: Color) -> None:
    """A stem along the line, thinner at its end, its side away from the sun darker."""
    tone = stage.light.on(bark, facing=(0, 0.2, -1))
    side = 0.25 if stage.light.direction[0] > 0 else -0.25
    spots = smooth(line, steps=4)
    last = len(spots) - 1
    for color, shift, part in ((scaled(tone, by=0.75), 0.0, 1.0), (tone, side, 0.55)):
        left, right = [], []
        for i, (x, y) in enumerate(spots):
            half = width * part * (1 - 0.6 * i / last) / 2
            middle = x + width * shift * (1 - 0.6 * i / last)
            left.append((middle - half, y))
            right.append((middle + half, y))
        stage.canvas.polygon([*left, *right[::-1]], color=color)


def _broad(stage: Stage, *, foot: Point, high: float, leaf: Color) -> None:
    x, y = foot
    lean = stage.rng.uniform(-0.05, 0.05) * high
    _trunk(
        stage,
        line=[(x, y), (x + lean * 0.3, y - high * 0.25), (x + lean, y - high * 0.6)],
        width=high * 0.07,
        bark=BARK,
    )
    for dx, dy, size in ((-0.17, 0.55, 0.22), (0.18, 0.58, 0.21), (0.0, 0.73, 0.26)):
        _crown(
            stage,
            center=(x + lean + dx * high, y - dy * high),
            spread=(high * size * 1.05, high * size * 0.85),
            leaf=leaf,
            count=30,
            grain=0.27,
        )


def _eucalyptus(stage: Stage, *, foot: Point, high: float, leaf: Color) -> None:
    x, y = foot
    lean = stage.rng.uniform(-0.06, 0.06) * high
    _trunk(
        stage,
        line=[(x, y), (x + lean * 0.2, y - high * 0.4), (x + lean, y - high * 0.95)],
        width=high * 0.04,
        bark=PALE_BARK,
    )
    for part in (0.5, 0.62, 0.74, 0.85, 0.95):
        side = stage.rng.uniform(-0.07, 0.07) * high
        wide = high * (0.15 - 0.085 * abs(part - 0.68) / 0.3)
        _crown(
            stage,
            center=(x + lean * part + side, y - part * high),
            spread=(wide, high * 0.1),
            leaf=leaf,
            count=12,
            grain=0.42,
        )


def _acacia(stage: Stage, *, foot: Point, high: float, leaf: Color) -> None:
    x, y = foot
    for way, reach in ((-1, 0.26), (1, 0.3), (0.2, 0.1)):
        line = [(x, y), (x + way * high * 0.03, y - high * 0.35), (x + way * high * reach, y - high * 0.78)]
        _trunk(stage, line=line, width=high * 0.06, bark=BARK)
    for dx, dy in ((-0.26, 0.77), (0.28, 0.78), (0.0, 0.86), (0.1, 0.8)):
        _crown(
            stage,
            center=(x + dx * high, y - dy * high),
            spread=(high * 0.27, high * 0.085),
            leaf=leaf,
            count=18,
            grain=0.5,
        )


def _juniper(stage: Stage, *, foot: Point, high: float, leaf: Color) -> None:
    x, y = foot
    _trunk(stage, line=[(x, y), (x, y - high * 0.1), (x, y - high * 0.3)], width=high * 0.05, bark=BARK)
    sun = 1 if stage.light.direction[0] > 0 else -1
    for color, shift, part in (
        (scaled(leaf, by=0.62), 0.0, 1.0),
        (leaf, 0.1, 0.72),
        (scaled(leaf, by=1.25), 0.2, 0.36),
    ):
        for step in range(9):
            wide = high * (0.2 - 0.019 * step) * part
            cx, cy = x + sun * shift * high * 0.3 * (1 - step / 11), y - high * (0.2 + 0.088 * step)
            jag = stage.rng.uniform(0.85, 1.15) * wide
            stage.canvas.polygon(
                [(cx - jag, cy + high * 0.06), (cx, cy - high * 0.12), (cx + jag, cy + high * 0.06)],
                color=color,
            )


def _banana(stage: Stage, *, foot: Point, high: float, leaf: Color) -> None:
    x, y = foot
    _trunk(
        stage,
        line=[(x, y), (x, y - high * 0.2), (x, y - high * 0.42)],
        width=high * 0.13,
        bark=(150, 140, 96),
    )
    for way in (-1.0, 0.95, -0.7, 0.72, -0.38, 0.4, 0.05):
        bend = 0.5 - abs(way) * 0.42
        spine = [
            (x, y - high * 0.38),
            (x + way * high * 0.16, y - high * (0.72 + bend * 0.2)),
            (x + way * high * 0.42, y - high * (0.55 + bend)),
        ]
        edge = [
            (sx + high * 0.075 * (1 - abs(way)) + high * 0.01, sy + high * 0.1 * abs(way)) for sx, sy in spine
        ]
        tone = scaled(leaf, by=0.8 + 0.3 * (0.5 + way * (0.5 if stage.light.direction[0] > 0 else -0.5)))
        stage.canvas.polygon([*smooth(spine, steps=5), *smooth(edge[::-1], steps=5)], color=tone)
        stage.canvas.line(smooth(spine, steps=5), color=scaled(tone, by=1.2), width=1)


_SHAPES = {
    "broad": _broad,
    "jacaranda": _broad,
    "flame": _broad,
    "eucalyptus": _eucalyptus,
    "acacia": _acacia,
    "juniper": _juniper,
    "banana": _banana,
}
