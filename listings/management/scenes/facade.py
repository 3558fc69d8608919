"""Parts of a building, drawn on its faces: windows, doors, balconies, railings, shop fronts, roofs, tanks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .camera import Face
from .palette import Color, glaze, mix, scaled
from .stage import Block, Stage

LAMP: Color = (255, 216, 142, 255)
GLASS_LOW: Color = (84, 112, 132)
TANK: Color = (44, 46, 52)


@dataclass(frozen=True)
class Pane:
    """How the windows of a building look."""

    frame: Color = (238, 236, 228)
    panes: int = 2
    sill: bool = True
    grille: bool = False


def window(stage: Stage, *, face: Face, box: Sequence[float], pane: Pane) -> None:
    """A window from (u, v) to (u, v): frame, glass that mirrors the sky or shines at dusk, sill."""
    a, b, c, d = box
    wide = c - a
    edge = 0.09
    face.rect((a - edge, b - edge, c + edge, d + edge), color=pane.frame)
    if stage.rng.random() < stage.light.lit_windows:
        face.rect(box, color=LAMP)
        face.rect((a, d - (d - b) * 0.3, c, d), color=(255, 236, 190, 160))
    else:
        upper = mix(GLASS_LOW, into=stage.light.zenith, by=0.55)
        face.rect(box, color=mix(GLASS_LOW, into=(40, 48, 62), by=0.35))
        face.poly(((a, b + (d - b) * 0.35), (c, b + (d - b) * 0.6), (c, d), (a, d)), color=upper)
        face.poly(
            ((a + wide * 0.1, b), (a + wide * 0.34, b), (a + wide * 0.66, d), (a + wide * 0.42, d)),
            color=(255, 255, 255, 46),
        )
    face.rect((a, d - 0.12, c, d), color=(20, 24, 40, 70))
    for part in range(1, pane.panes):
        u = a + wide * part / pane.panes
        face.rect((u - 0.035, b, u + 0.035, d), color=pane.frame)
    if pane.grille:
        for part in range(1, 4):
            v = b + (d - b) * part / 4
            face.line(((a, v), (c, v)), color=(60, 60, 64, 150))
    if pane.sill:
        face.rect((a - 0.16, b - 0.2, c + 0.16, b - 0.08), color=scaled(pane.frame, by=0.92))
        face.rect((a - 0.12, b - 0.36, c + 0.12, b - 0.2), color=(20, 24, 40, 40))


def door(*, face: Face, box: Sequence[float], color: Color) -> None:
    """A door with its frame, panels and handle."""
    a, b, c, d = box
    face.rect((a - 0.12, b, c + 0.12, d + 0.12), color=(232, 226, 214))
    face.rect(box, color=color)
    wide, high = c - a, d - b
    for u in (0.12, 0.56):
        for v, tall in ((0.1, 0.36), (0.54, 0.36)):
            panel = (a + wide * u, b + high * v, a + wide * (u + 0.32), b + high * (v + tall))
            face.rect(panel, color=scaled(color, by=0.82))
    face.disc((c - wide * 0.08, b + high * 0.47), radius=0.06, color=(232, 206, 130), corners=8)
    face.rect((a, d - 0.12, c, d), color=(16, 18, 30, 70))


def railing(*, face: Face, box: Sequence[float], color: Color, glass: bool = False) -> None:
    """A railing, of bars or of glass."""
    a, b, c, d = box
    if glass:
        face.rect((a, b, c, d), color=(196, 222, 232, 120))
        face.poly(((a, b), (a + (c - a) * 0.3, b), (a + (c - a) * 0.5, d), (a, d)), color=(255, 255, 255, 50))
    else:
        count = max(2, min(14, int((c - a) / 0.3)))
        for i in range(count + 1):
            u = a + (c - a) * i / count
            face.rect((u - 0.02, b, u + 0.02, d), color=color)
        face.rect((a, b, c, b + 0.07), color=color)
    face.rect((a, d - 0.08, c, d), color=color)


def balcony(
    stage: Stage, *, face_at: tuple[float, float, float], wide: float, color: Color, glass: bool
) -> None:
    """A balcony that hangs on a front: its slab begins at that place and stands out towards the street."""
    x, y, z = face_at
    out = 1.15
    front = stage.front(x=x, y=y, z=z)
    front.rect((-0.1, -0.75, wide + 0.1, -0.1), color=(20, 24, 44, 56))
    stage.box((x, y - 0.16, z - out, x + wide, y, z), color=scaled(color, by=1.04), hangs=True)
    rail = scaled(color, by=0.6) if not glass else (214, 216, 216)
    side = stage.side_of((x, y, z - out, x + wide, y + 1, z))
    if side is not None:
        railing(face=side, box=(0, 0, out, 1.0), color=rail, glass=glass)
    railing(face=stage.front(x=x, y=y, z=z - out), box=(0, 0, wide, 1.0), color=rail, glass=glass)


def tank(stage: Stage, *, at: tuple[float, float, float], size: float = 1.0, color: Color = TANK) -> None:
    """A water tank on its stand."""
    x, y, z = at
    stage.box((x - 0.55 * size, y, z - 0.3, x + 0.55 * size, y + 0.5, z + 0.3), color=(120, 112, 104))
    face = stage.front(x=x, y=y + 0.5, z=z)
    high, half = 1.3 * size, 0.6 * size
    for step in range(8):
        t = step / 7
        tone = mix(scaled(color, by=0.7), into=scaled(color, by=1.7), by=1 - abs(t - 0.35) * 1.8)
        face.rect(
            (-half + 2 * half * step / 8, 0, -half + 2 * half * (step + 1) / 8 + 0.01, high), color=tone
        )
    face.poly(
        ((-half, high), (half, high), (half * 0.3, high + 0.25 * size), (-half * 0.3, high + 0.25 * size)),
        color=scaled(color, by=1.3),
    )
    for v in (0.33, 0.66):
        face.rect((-half, high * v, half, high * v + 0.05), color=(0, 0, 0, 70))


def dish(stage: Stage, *, at: tuple[float, float, float], size: float = 0.5) -> None:
    """A satellite dish."""
    x, y, z = at
    face = stage.front(x=x, y=y, z=z)
    face.rect((-0.04, 0, 0.04, size), color=(110, 112, 116))
    face.disc((0, size * 1.3), radius=size, color=(222, 224, 226), corners=14)
    face.disc((size * 0.16, size * 1.2), radius=size * 0.66, color=(190, 194, 200), corners=14)


def hip_roof(stage: Stage, *, block: Block, color: Color, over: float = 0.6) -> None:
    """A corrugated hip roof over the footprint of a block, from its top up to its own height.

    The block's y0 is the eaves, its y1 the ridge.
    """
    x0, y0, z0, x1, y1, z1 = block
    x0, x1, z0, z1 = x0 - over, x1 + over, z0 - over, z1 + over
    inset = min((x1 - x0) * 0.32, (z1 - z0) * 0.5)
    middle = (z0 + z1) / 2
    a, b = (x0 + inset, y1, middle), (x1 - inset, y1, middle)
    rise = (y1 - y0) / max(0.1, middle - z0)
    if stage.camera.eye[0] < x0:
        stage.poly([(x0, y0, z0), a, (x0, y0, z1)], color=color, facing=(-0.5, 0.8, 0))
    if stage.camera.eye[0] > x1:
        stage.poly([(x1, y0, z0), b, (x1, y0, z1)], color=color, facing=(0.5, 0.8, 0))
    stage.poly([(x0, y0, z0), (x1, y0, z0), b, a], color=color, facing=(0, 0.86, -0.5))
    ridges = [(x0 + (x1 - x0) * i / 26, i / 26) for i in range(1, 26)]
    for x, _ in ridges:
        up = min(1.0, (x - x0) / inset, (x1 - x) / inset)
        top = (x, y0 + (y1 - y0) * up, z0 + (middle - z0) * up)
        stage.canvas.stroke(stage.camera.outline([(x, y0, z0), top]), color=(20, 10, 10, 44), width=1)
    stage.canvas.stroke(stage.camera.outline([a, b]), color=glaze(scaled(color, by=1.4), alpha=200), width=2)
    fascia = stage.front(x=x0, y=y0 - 0.22, z=z0)
    fascia.rect((0, 0, x1 - x0, 0.22), color=mix(color, into=(245, 240, 230), by=0.72 if rise < 9 else 0.5))
    side = stage.side_of((x0, y0 - 0.22, z0, x1, y0, z1))
    if side is not None:
        side.rect((0, 0, z1 - z0, 0.22), color=(214, 206, 194))


def gable_roof(stage: Stage, *, block: Block, color: Color, wall: Color, over: float = 0.5) -> None:
    """A corrugated roof whose gable looks to the street; y0 is the eaves, y1 the ridge."""
    x0, y0, z0, x1, y1, z1 = block
    middle = (x0 + x1) / 2
    stage.poly([(x0, y0, z0), (x1, y0, z0), (middle, y1, z0)], color=wall, facing=(0, 0, -1))
    drop = (y1 - y0) * over / (middle - x0)
    for edge, way in ((x0 - over, -1), (x1 + over, 1)):
        seen = stage.camera.eye[0] * way > middle * way or stage.camera.eye[1] > y0
        if not seen:
            continue
        low = y0 - drop
        spots = [
            (edge, low, z0 - over),
            (middle, y1, z0 - over),
            (middle, y1, z1 + over),
            (edge, low, z1 + over),
        ]
        stage.poly(spots, color=color, facing=(0.5 * way, 0.8, -0.2))
    for edge in (x0 - over, x1 + over):
        rim = [
            (edge, y0 - drop, z0 - over),
            (middle, y1, z0 - over),
            (middle, y1 + 0.24, z0 - over),
            (edge, y0 - drop + 0.24, z0 - over),
        ]
        stage.poly(rim, color=scaled(color, by=0.8), facing=(0, 0.3, -1))


def stones(stage: Stage, *, face: Face, box: Sequence[float], color: Color) -> None:
    """A plinth of field stone."""
    a, b, c, d = box
    face.rect(box, color=color)
    rows = max(1, int((d - b) / 0.3))
    for row in range(rows):
        u = a + stage.rng.uniform(0, 0.3)
        low = b + (d - b) * row / rows
        while u < c - 0.3 and u < a + 18:
            size = stage.rng.uniform(0.3, 0.7)
            tone = stage.rng.choice(((255, 255, 255, 34), (0, 0, 0, 30), (90, 60, 30, 30)))
            face.rounded(
                (u, low + 0.03, min(c, u + size), low + (d - b) / rows - 0.03), radius=0.1, color=tone
            )
            u += size + 0.06
