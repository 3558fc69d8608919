"""What stands between a house and the street: wall, gate, yard and garden."""

from __future__ import annotations

from .facade import railing, stones
from .palette import GATES, Color, pick, scaled
from .stage import Stage
from .trees import bush, tree

BLOOMS: tuple[Color, ...] = ((214, 74, 110), (236, 168, 60), (238, 236, 228), (196, 70, 60), (164, 104, 190))


def yard(stage: Stage, *, wide: float, street: float, paved: bool) -> None:
    """The ground of a compound and the drive to its gate."""
    ground = stage.ground()
    if paved:
        ground.rect((-wide, street, wide, 2), color=(190, 178, 162))
        for i in range(-int(wide), int(wide), 2):
            ground.line(((i, street), (i, 2)), color=(90, 80, 70, 70))
        for i in range(int(-street / 1.5)):
            ground.line(((-wide, street + 1.5 * i), (wide, street + 1.5 * i)), color=(90, 80, 70, 70))
        return
    lawn = pick(((122, 150, 78), (136, 156, 84), (108, 142, 78)), rng=stage.rng)
    ground.rect((-wide, street, wide, 4), color=lawn)
    gate = wide * 0.3
    ground.rect((gate - 1.8, street - 2, gate + 1.8, 1), color=(192, 172, 148))
    ground.poly(
        ((-1, -1.5), (1, -1.5), (gate, street * 0.6), (gate - 1.8, street * 0.6)), color=(200, 182, 158)
    )


def garden(stage: Stage, *, wide: float, street: float) -> None:
    """Bushes along the house and a small tree in the yard."""
    rng = stage.rng
    for side in (-1, 1):
        for i in range(rng.randint(2, 4)):
            x = side * (wide * 0.5 - 0.6 - i * 1.1)
            bloom = rng.choice(BLOOMS) if rng.random() < 0.7 else None
            bush(stage, at=(x, 0, -2.6 - rng.random()), height=rng.uniform(0.6, 1.0), flowers=bloom)
    side = rng.choice((-1, 1))
    kind = rng.choice(("jacaranda", "banana", "broad", "juniper", "flame"))
    tree(stage, at=(side * (wide * 0.5 + 1.6), 0, street * 0.35), height=rng.uniform(3.6, 5.6), kind=kind)


def wall(stage: Stage, *, wide: float, z: float) -> None:
    """A compound wall along the street, stone below, railing above, an open gate between its pillars."""
    rng = stage.rng
    color = pick(((226, 212, 186), (204, 196, 184), (214, 180, 146), (190, 186, 178)), rng=rng)
    stone = pick(((150, 138, 124), (138, 132, 128)), rng=rng)
    low, gate = 0.75, wide * 0.3
    iron = pick(GATES, rng=rng)
    for left, right in ((-wide, gate - 2.0), (gate + 2.0, wide + 6)):
        stage.shadow((left, 0, z, right, 1.0, z + 0.2), alpha=50)
        face = stage.box((left, 0, z, right, low, z + 0.25), color=color, top=scaled(color, by=1.1))
        stones(stage, face=face, box=(0, 0, right - left, 0.4), color=stone)
        count = max(1, round((right - left) / 3.4))
        for i in range(count):
            a = left + (right - left) * i / count
            b = left + (right - left) * (i + 1) / count
            railing(face=stage.front(x=a, y=low, z=z), box=(0.2, 0.05, b - a - 0.2, 0.95), color=iron)
            stage.box((a - 0.16, 0, z - 0.06, a + 0.16, low + 1.0, z + 0.3), color=scaled(color, by=0.96))
    for x in (gate - 2.0, gate + 2.0):
        stage.box((x - 0.28, 0, z - 0.12, x + 0.28, 2.3, z + 0.4), color=color)
        stage.box((x - 0.36, 2.3, z - 0.2, x + 0.36, 2.5, z + 0.48), color=stone)
        px, py = stage.camera.point((x, 2.75, z))
        size = stage.camera.size_at((x, 2.75, z))
        if stage.light.lit_windows > 0.3:
            stage.canvas.glow((px, py), radius=size * 1.2, color=(255, 214, 140), strength=0.8)
        stage.canvas.disc((px, py), radius=size * 0.2, color=(252, 244, 220))
    _leaves(stage, x=gate, z=z, color=iron)


def _leaves(stage: Stage, *, x: float, z: float, color: Color) -> None:
    """The two leaves of the gate, opened inwards."""
    for hinge, way in ((x - 1.8, 1), (x + 1.8, -1)):
        swing = 0.45
        face = stage.face(origin=(hinge, 0.08, z + 0.1), u=(way * swing, 0, 0.9), v=(0, 1, 0))
        face.rect((0, 0, 1.8, 2.0), color=color)
        for part in range(4):
            panel = (0.12 + part * 0.42, 0.15, 0.12 + part * 0.42 + 0.32, 1.2)
            face.rect(panel, color=scaled(color, by=1.25))
            face.rect((panel[0], 1.35, panel[2], 1.85), color=scaled(color, by=0.75))
