"""Furniture, each piece standing on the floor of a room at a place of its own."""

from __future__ import annotations

from .camera import rounded
from .palette import Color, Vec, mix, scaled
from .rooms import Room
from .stage import Stage

WHITEWARE: Color = (250, 250, 250)
STEEL: Color = (190, 194, 200)
CLAY: Color = (58, 46, 42)


def sofa(room: Room, *, at: Vec, wide: float, color: Color) -> None:
    """A sofa that looks towards the viewer."""
    stage = room.stage
    x, _, z = at
    stage.shadow((x, 0, z, x + wide, 0.3, z + 0.95), alpha=110)
    back = stage.box(
        (x + 0.1, 0.35, z + 0.65, x + wide - 0.1, 0.95, z + 0.95), color=color, top=scaled(color, by=1.08)
    )
    stage.box((x, 0.1, z, x + wide, 0.42, z + 0.95), color=scaled(color, by=0.86), top=color)
    count = 2 if wide < 1.9 else 3
    part = (wide - 0.5) / count
    for i in range(count):
        left = 0.15 + i * part
        back.poly(
            rounded((left + 0.02, 0.08, left + part - 0.02, 0.66), radius=0.09), color=scaled(color, by=1.06)
        )
        seat = stage.box(
            (x + 0.25 + i * part + 0.015, 0.42, z - 0.04, x + 0.25 + (i + 1) * part - 0.015, 0.56, z + 0.68),
            color=scaled(color, by=1.04),
            top=scaled(color, by=1.12),
        )
        seat.rect((0, 0, part, 0.03), color=(0, 0, 0, 40))
    for edge in (x, x + wide - 0.24):
        arm = stage.box(
            (edge, 0.1, z - 0.02, edge + 0.24, 0.68, z + 0.95),
            color=scaled(color, by=0.94),
            top=scaled(color, by=1.1),
        )
        arm.rect((0, 0, 0.24, 0.06), color=(0, 0, 0, 50))
    for i, tone in enumerate((room.accent, mix(room.cloth, into=(250, 240, 220), by=0.4))):
        pillow = stage.front(x=x + 0.34 + i * (wide - 1.15), y=0.56, z=z + 0.5)
        pillow.poly(((0, 0), (0.44, 0.02), (0.4, 0.4), (0.04, 0.42)), color=tone)
        pillow.line(((0.06, 0.08), (0.38, 0.34)), color=(255, 255, 255, 60))


def low_table(room: Room, *, at: Vec, wide: float) -> None:
    """A coffee table with something on it."""
    stage = room.stage
    x, _, z = at
    stage.shadow((x, 0, z, x + wide, 0.3, z + 0.55), alpha=90)
    for dx in (0.06, wide - 0.12):
        for dz in (0.5, 0.05):
            stage.box(
                (x + dx, 0, z + dz, x + dx + 0.06, 0.36, z + dz + 0.06), color=scaled(room.wood, by=0.6)
            )
    stage.box(
        (x, 0.36, z, x + wide, 0.42, z + 0.6),
        color=scaled(room.wood, by=0.85),
        top=scaled(room.wood, by=1.12),
    )
    vase(stage, at=(x + wide * 0.7, 0.42, z + 0.3), color=room.accent)
    stage.box(
        (x + 0.2, 0.42, z + 0.2, x + 0.5, 0.45, z + 0.42),
        color=room.cloth,
        top=mix(room.cloth, into=(255, 255, 255), by=0.3),
    )


def vase(stage: Stage, *, at: Vec, color: Color) -> None:
    """A small vase with flowers."""
    face = stage.front(x=at[0], y=at[1], z=at[2])
    face.rounded((-0.06, 0, 0.06, 0.18), radius=0.05, color=color)
    for dx, dy in ((-0.08, 0.3), (0.0, 0.36), (0.08, 0.3), (0.03, 0.26)):
        face.line(((0, 0.16), (dx, dy)), color=(86, 120, 70), width=1.2)
        face.disc(
            (dx, dy),
            radius=0.045,
            color=stage.rng.choice(((226, 90, 90), (244, 206, 90), (250, 246, 240))),
            corners=10,
        )


def plant(room: Room, *, at: Vec, high: float = 1.3) -> None:
    """A plant in a pot."""
    stage = room.stage
    face = stage.front(x=at[0], y=0, z=at[2])
    stage.shadow((at[0] - 0.2, 0, at[2] - 0.1, at[0] + 0.2, 0.3, at[2] + 0.2), alpha=80)
    face.poly(((-0.16, 0), (0.16, 0), (0.22, 0.4), (-0.22, 0.4)), color=(190, 116, 84))
    face.rect((-0.24, 0.36, 0.24, 0.43), color=(204, 130, 96))
    for way in (-0.4, 0.4, -0.22, 0.24, -0.06, 0.1):
        reach = high * (1 - abs(way) * 0.5)
        tone = scaled((76, 128, 74), by=1.15 - abs(way) * 0.8)
        face.poly(
            (
                (-0.03, 0.42),
                (way * 0.5 - 0.09, reach * 0.7),
                (way, reach),
                (way * 0.5 + 0.09, reach * 0.62),
                (0.03, 0.42),
            ),
            color=tone,
        )


def television(room: Room, *, at: Vec, wide: float) -> None:
    """A low cabinet with a screen on it."""
    stage = room.stage
    x, _, z = at
    face = stage.box((x, 0.08, z, x + wide, 0.5, z + 0.4), color=room.wood, top=scaled(room.wood, by=1.15))
    for i in range(3):
        face.rect(
            (wide * i / 3 + 0.04, 0.05, wide * (i + 1) / 3 - 0.04, 0.36), color=scaled(room.wood, by=1.14)
        )
    screen = stage.front(x=x + wide * 0.14, y=0.62, z=z + 0.2)
    w = wide * 0.72
    screen.rounded((0, 0, w, w * 0.58), radius=0.02, color=(24, 25, 30))
    screen.rect((0.03, 0.03, w - 0.03, w * 0.58 - 0.03), color=(44, 52, 66))
    screen.poly(
        ((w * 0.1, 0.03), (w * 0.4, 0.03), (w * 0.7, w * 0.56), (w * 0.4, w * 0.56)),
        color=(255, 255, 255, 22),
    )
    screen.rect((w * 0.4, -0.1, w * 0.6, 0), color=(30, 30, 34))


def coffee_corner(room: Room, *, at: Vec) -> None:
    """The low table of the coffee ceremony: clay pot, small cups, grass on the floor."""
    stage = room.stage
    x, _, z = at
    ground = stage.ground(y=0.01)
    for _ in range(26):
        u, v = x + stage.rng.uniform(-0.2, 0.9), z + stage.rng.uniform(-0.2, 0.5)
        ground.line(
            ((u, v), (u + stage.rng.uniform(-0.14, 0.14), v + 0.12)), color=(108, 150, 76, 190), width=1.4
        )
    face = stage.box((x, 0, z, x + 0.75, 0.22, z + 0.4), color=(120, 78, 50), top=(150, 100, 66))
    for i in range(5):
        cup = stage.front(x=x + 0.08 + i * 0.11, y=0.22, z=z + 0.1)
        cup.rounded((0, 0, 0.075, 0.07), radius=0.02, color=WHITEWARE)
        cup.rect((0, 0.045, 0.075, 0.055), color=(206, 70, 60))
    pot = stage.front(x=x + 0.52, y=0.22, z=z + 0.25)
    pot.disc((0.08, 0.1), radius=0.11, color=CLAY)
    pot.rect((0.05, 0.18, 0.11, 0.36), color=CLAY)
    pot.poly(((0.16, 0.12), (0.28, 0.24), (0.26, 0.27), (0.15, 0.18)), color=CLAY)
    face.rect((0, 0, 0.75, 0.03), color=(0, 0, 0, 60))


def bed(room: Room, *, at: Vec, wide: float) -> None:
    """A bed with its head against the far wall."""
    stage = room.stage
    x, _, z = at
    far = z + 2.05
    spread, sheet = room.cloth, (248, 246, 240)
    stage.shadow((x, 0, z, x + wide, 0.4, far), alpha=110)
    head = stage.box((x - 0.08, 0.1, far, x + wide + 0.08, 1.2, far + 0.1), color=room.wood)
    for i in range(3):
        part = (wide + 0.16) / 3
        head.poly(
            rounded((part * i + 0.05, 0.3, part * (i + 1) - 0.05, 1.03), radius=0.06),
            color=mix(room.wood, into=room.cloth, by=0.5),
        )
    stage.box((x, 0.1, z, x + wide, 0.32, far), color=room.wood)
    stage.box((x + 0.02, 0.32, z + 0.02, x + wide - 0.02, 0.56, far), color=sheet, top=sheet)
    for i in range(2):
        left = x + 0.1 + i * wide * 0.5
        pillow = stage.box(
            (left, 0.56, far - 0.5, left + wide * 0.4, 0.72, far - 0.08), color=(240, 238, 232), top=WHITEWARE
        )
        pillow.rect((0, 0, wide * 0.4, 0.04), color=(0, 0, 0, 30))
    quilt = stage.box(
        (x - 0.03, 0.26, z - 0.03, x + wide + 0.03, 0.6, far - 0.75),
        color=scaled(spread, by=0.95),
        top=spread,
    )
    top = stage.ground(x=x, y=0.605, z=z)
    for i in range(5):
        top.rect((0, 0.08 + i * 0.25, wide, 0.12 + i * 0.25), color=(255, 255, 255, 40))
    top.rect((-0.03, 1.0, wide + 0.03, 1.3), color=mix(spread, into=(255, 250, 240), by=0.6))
    quilt.rect((0, 0, wide + 0.06, 0.05), color=room.accent)
    throw = stage.ground(x=x, y=0.61, z=z)
    throw.rect((-0.03, 0.1, wide + 0.03, 0.45), color=room.accent)
    stage.front(x=x - 0.03, y=0.28, z=z - 0.035).rect((0, 0.05, wide + 0.06, 0.32), color=(0, 0, 0, 16))


def night_table(room: Room, *, at: Vec) -> None:
    """A small chest with a lamp."""
    stage = room.stage
    x, _, z = at
    face = stage.box((x, 0, z, x + 0.48, 0.52, z + 0.4), color=room.wood, top=scaled(room.wood, by=1.15))
    for v in (0.06, 0.29):
        face.rect((0.04, v, 0.44, v + 0.19), color=scaled(room.wood, by=1.16))
        face.disc((0.24, v + 0.1), radius=0.02, color=(230, 210, 150), corners=8)
    center = stage.camera.point((x + 0.24, 0.95, z + 0.2))
    stage.canvas.glow(center, radius=stage.camera.size_at(at) * 0.75, color=(255, 226, 160), strength=0.6)
    light = stage.front(x=x + 0.24, y=0.52, z=z + 0.2)
    light.rect((-0.025, 0, 0.025, 0.3), color=(110, 90, 66))
    light.poly(((-0.18, 0.26), (0.18, 0.26), (0.11, 0.55), (-0.11, 0.55)), color=(255, 240, 204, 255))


def wardrobe(room: Room, *, at: Vec, wide: float) -> None:
    """A tall wardrobe, one door a mirror."""
    stage = room.stage
    x, _, z = at
    stage.shadow((x, 0, z, x + wide, 1.2, z + 0.6), alpha=60)
    face = stage.box((x, 0, z, x + wide, 2.25, z + 0.6), color=scaled(room.wood, by=0.92))
    doors = 3 if wide > 1.4 else 2
    for i in range(doors):
        a, b = wide * i / doors + 0.03, wide * (i + 1) / doors - 0.03
        face.rect((a, 0.1, b, 2.18), color=scaled(room.wood, by=1.1))
        if i == 1:
            face.fade((a + 0.06, 0.2, b - 0.06, 2.08), colors=((150, 166, 176), (206, 220, 228)), steps=10)
            face.poly(
                ((a + 0.06, 0.5), (b - 0.06, 1.0), (b - 0.06, 1.4), (a + 0.06, 0.9)),
                color=(255, 255, 255, 60),
            )
        face.rect((b - 0.07, 1.0, b - 0.04, 1.25), color=STEEL)


def dining(room: Room, *, at: Vec) -> None:
    """A table with four chairs."""
    stage = room.stage
    x, _, z = at
    stage.shadow((x, 0, z, x + 1.5, 0.7, z + 0.9), alpha=80)
    for dx in (0.15, 0.9):
        _chair(room, at=(x + dx, 0, z + 0.95), behind=True)
    for dx in (0.05, 1.35):
        stage.box((x + dx, 0, z + 0.05, x + dx + 0.08, 0.72, z + 0.13), color=scaled(room.wood, by=0.7))
    stage.box(
        (x, 0.72, z, x + 1.5, 0.78, z + 0.9), color=scaled(room.wood, by=0.9), top=scaled(room.wood, by=1.15)
    )
    vase(stage, at=(x + 0.75, 0.78, z + 0.45), color=room.cloth)
    for dx in (0.2, 0.95):
        _chair(room, at=(x + dx, 0, z - 0.35), behind=False)


def _chair(room: Room, *, at: Vec, behind: bool) -> None:
    stage = room.stage
    x, _, z = at
    tone = scaled(room.wood, by=0.8)
    for dx in (0, 0.34):
        stage.box((x + dx, 0, z, x + dx + 0.05, 0.45, z + 0.05), color=tone)
    stage.box((x, 0.42, z, x + 0.4, 0.48, z + 0.4), color=tone, top=room.cloth)
    back = z + 0.36 if behind else z
    face = stage.box((x, 0.48, back, x + 0.4, 0.98, back + 0.05), color=tone)
    face.poly(rounded((0.05, 0.1, 0.35, 0.46), radius=0.06), color=room.cloth)
