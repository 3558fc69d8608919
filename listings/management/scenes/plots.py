"""Ground without a building: plots to build on, farm land, a place to park."""

from __future__ import annotations

from collections.abc import Sequence
from math import sin

from .canvas import Point
from .palette import Color, mix, pick, scaled, varied
from .stage import Stage
from .trees import bush, tree

STONE: Color = (236, 232, 222)
MARK: Color = (206, 64, 52)
CROPS: tuple[Color, ...] = ((206, 178, 92), (128, 154, 70), (98, 134, 66), (190, 160, 74))


def plot(stage: Stage, *, kind: str) -> None:
    """A marked plot: boundary stones, string, stakes; a fence or a hoarding by its use."""
    rng = stage.rng
    wide, deep = rng.uniform(13, 17), rng.uniform(10, 14)
    near = -9.0
    corners: list[Point] = [
        (-wide / 2, near),
        (wide / 2, near),
        (wide / 2, near + deep),
        (-wide / 2, near + deep),
    ]
    soil = mix((186, 150, 106), into=(150, 150, 92), by=rng.random() * 0.8)
    stage.poly([(x, 0.0, z) for x, z in corners], color=soil, facing=(0, 1, 0))
    _rough(stage, corners=corners, color=soil)
    _fence(stage, z=near + deep + 1.5, sheet=kind != "residential_plot")
    for x in (-wide / 2 - 3.4, wide / 2 + 3.2):
        tree(stage, at=(x, 0, near + deep * 0.8), height=rng.uniform(5, 8))
    _boundary(stage, corners=corners)
    if kind == "residential_plot":
        _foundation(stage, near=near + deep * 0.55)
    else:
        _board(stage, x=wide * 0.22, z=near + deep * 0.5)
    if kind == "industrial_plot":
        stage.box(
            (-wide * 0.35, 0, near + deep * 0.7, -wide * 0.12, 2.4, near + deep * 0.9), color=(60, 110, 150)
        )


def _rough(stage: Stage, *, corners: Sequence[Point], color: Color) -> None:
    """Clods, pebbles and weeds over a plot."""
    (x0, z0), (x1, z1) = corners[0], corners[2]
    for _ in range(70):
        spot = (stage.rng.uniform(x0, x1), 0.0, z0 + (z1 - z0) * stage.rng.random() ** 1.5)
        px, py = stage.camera.point(spot)
        size = stage.camera.size_at(spot) * stage.rng.uniform(0.06, 0.3)
        tone = stage.light.on(varied(color, rng=stage.rng, by=22), facing=(0, 1, 0))
        stage.canvas.ellipse((px - size, py - size * 0.25, px + size, py + size * 0.25), color=tone)
    for _ in range(9):
        spot = (stage.rng.uniform(x0, x1), 0.0, stage.rng.uniform(z0 + 1, z1))
        bush(stage, at=spot, height=stage.rng.uniform(0.2, 0.5), color=(140, 150, 80))


def _boundary(stage: Stage, *, corners: Sequence[Point]) -> None:
    """White stones with a red head at the corners and along the sides, a string between them."""
    for (ax, az), (bx, bz) in zip(corners, [*corners[1:], corners[0]], strict=True):
        posts = [(ax + (bx - ax) * i / 4, az + (bz - az) * i / 4) for i in range(5)]
        line = [stage.camera.point((x, 0.55, z)) for x, z in posts]
        stage.canvas.line(line, color=(250, 246, 236, 210), width=1.4)
        for x, z in sorted(posts, key=lambda post: -post[1]):
            stage.box((x - 0.09, 0, z - 0.09, x + 0.09, 0.6, z + 0.09), color=STONE)
            stage.box((x - 0.09, 0.6, z - 0.09, x + 0.09, 0.82, z + 0.09), color=MARK)


def _fence(stage: Stage, *, z: float, sheet: bool) -> None:
    """The far edge: a fence of sheets or a wall of the neighbours."""
    face = stage.front(x=-30, y=0, z=z)
    color = pick(
        ((150, 168, 176), (168, 150, 120), (120, 146, 160)) if sheet else ((222, 206, 180), (206, 196, 180)),
        rng=stage.rng,
    )
    face.rect((0, 0, 60, 2.1), color=color)
    for i in range(100):
        if sheet:
            face.rect((i * 0.6, 0, i * 0.6 + 0.18, 2.1), color=(20, 30, 40, 40))
    face.rect((0, 2.0, 60, 2.2), color=scaled(color, by=0.8))


def _foundation(stage: Stage, *, near: float) -> None:
    """Stone footing of a house that was begun, with blocks piled beside it."""
    for block in (
        (-3.4, near + 3, 3.0, near + 3.3),
        (-3.4, near, -3.1, near + 3.3),
        (2.7, near, 3.0, near + 3.3),
        (-3.4, near, 3.0, near + 0.3),
    ):
        stage.box(
            (block[0], 0, block[1], block[2], 0.4, block[3]), color=(150, 146, 140), top=(176, 172, 166)
        )
    for i in range(6):
        x, y = 4.0 + (i % 3) * 0.5, 0.3 * (i // 3)
        stage.box((x, y, near, x + 0.44, y + 0.28, near + 0.3), color=(168, 166, 162))


def _board(stage: Stage, *, x: float, z: float) -> None:
    """A board that offers the plot, its writing hinted at."""
    for post in (x + 0.3, x + 3.3):
        stage.box((post, 0, z, post + 0.14, 2.0, z + 0.1), color=(110, 84, 62))
    face = stage.front(x=x, y=1.1, z=z)
    face.rounded((0, 0, 3.7, 1.9), radius=0.1, color=(248, 246, 240))
    face.rect((0, 1.35, 3.7, 1.9), color=stage.rng.choice((MARK, (36, 110, 150), (40, 128, 88))))
    for v, size in ((0.95, 2.9), (0.6, 2.2), (0.25, 2.6)):
        face.rounded((0.4, v, 0.4 + size, v + 0.18), radius=0.08, color=(120, 124, 130))


def farm(stage: Stage) -> None:
    """Fields in strips with furrows that run away, a round thatched house and acacias."""
    rng = stage.rng
    ground = stage.ground()
    for strip in range(-5, 5):
        color = rng.choice(CROPS)
        a, b = strip * 9.0, strip * 9.0 + 9.0
        ground.rect((a, -16, b, 60), color=color)
        for row in range(12):
            u = a + 9.0 * row / 12
            ground.rect((u, -16, u + 0.26, 60), color=scaled(color, by=rng.choice((0.8, 0.86, 1.12))))
    for x in (-17, -12.5, 15, 21):
        tree(
            stage,
            at=(x, 0, rng.uniform(18, 30)),
            height=rng.uniform(6, 9),
            kind=rng.choice(("acacia", "eucalyptus", "broad")),
        )
    _tukul(stage, x=rng.uniform(-7, -3), z=10)
    _tukul(stage, x=rng.uniform(3, 7), z=15)
    for x in range(-12, 13, 3):
        stage.box((x, 0, -7.1, x + 0.12, 1.1, -7), color=(128, 98, 70))
    for y in (0.45, 0.9):
        stage.box((-13, y, -7.08, 13, y + 0.08, -7.02), color=(140, 108, 78))


def _tukul(stage: Stage, *, x: float, z: float) -> None:
    """A round house with a thatched cone."""
    face = stage.front(x=x, y=0, z=z)
    stage.shadow((x - 2, 0, z - 1, x + 2, 3, z + 2), alpha=60)
    for i in range(10):
        t = i / 9
        u = -2 + 4 * i / 10
        tone = scaled(
            (206, 164, 116), by=1.08 - abs(t - (0.3 if stage.light.direction[0] < 0 else 0.7)) * 0.5
        )
        face.rect((u, 0, u + 0.41, 2.0), color=tone)
    face.rounded((-0.45, 0, 0.45, 1.6), radius=0.2, color=(92, 62, 44))
    thatch = (176, 140, 86)
    for i in range(12):
        a, b = -2.7 + 5.4 * i / 12, -2.7 + 5.4 * (i + 1) / 12
        shade = 1.1 - abs(i / 11 - (0.3 if stage.light.direction[0] < 0 else 0.7)) * 0.5 + 0.05 * sin(i * 2.4)
        face.poly(((a, 1.85), (b, 1.85), (0.05, 4.6), (-0.05, 4.6)), color=scaled(thatch, by=shade))
    face.disc((0, 4.6), radius=0.16, color=(120, 92, 60), corners=10)


def parking(stage: Stage) -> None:
    """Marked bays under a light roof."""
    ground = stage.ground()
    ground.rect((-40, -18, 40, 6), color=(104, 106, 112))
    for i in range(-5, 6):
        ground.rect((i * 2.8 - 0.07, -6, i * 2.8 + 0.07, 1), color=(240, 238, 230))
    ground.rect((0.25, -5.6, 2.55, 0.8), color=(90, 170, 120, 110))
    for x in range(-12, 13, 6):
        stage.box((x, 0, 1.6, x + 0.18, 3.0, 1.8), color=(150, 154, 160))
    stage.box((-15, 3.0, -4, 15, 3.25, 2), color=(184, 92, 70), top=(196, 110, 86))
    face = stage.front(x=-30, y=0, z=6)
    face.rect((0, 0, 60, 2.2), color=(214, 200, 178))
    face.rect((0, 2.2, 60, 2.4), color=(166, 150, 130))
    sign = stage.front(x=5.2, y=0, z=-3)
    sign.rect((0.45, 0, 0.55, 2.2), color=(150, 152, 156))
    sign.rounded((0, 1.7, 1.0, 2.7), radius=0.1, color=(40, 92, 166))
    sign.rounded((0.32, 1.85, 0.45, 2.55), radius=0.05, color=(255, 255, 255))
    sign.rounded((0.32, 2.2, 0.72, 2.55), radius=0.17, color=(255, 255, 255))
