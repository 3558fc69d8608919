"""Places of trade: shop, showroom, warehouse, factory, event hall."""

from __future__ import annotations

from .blocks import sign_board
from .camera import Face
from .designs import STOREY, Design
from .facade import dish, door, gable_roof, tank, window
from .palette import Color, mix, scaled
from .stage import Stage

SIGNS: tuple[Color, ...] = ((196, 64, 54), (40, 110, 150), (44, 130, 86), (214, 148, 44), (110, 72, 130))
SHEET: tuple[Color, ...] = ((178, 188, 196), (120, 150, 170), (196, 200, 196), (150, 176, 160))


def shop(stage: Stage, *, design: Design) -> None:
    """A shop: display windows, awning, sign and goods in front of the door."""
    w, d, h = design.wide, design.deep, max(design.high, 4.0)
    x0 = -w / 2
    stage.shadow((x0, 0, 0, x0 + w, h, d), alpha=80)
    face = stage.box((x0, 0, 0, x0 + w, h + 0.6, d), color=design.wall, top=(150, 146, 140))
    sign = stage.rng.choice(SIGNS)
    for part in (0, 1):
        left = w * (0.04 + part * 0.56)
        face.rect((left - 0.1, 0.3, left + w * 0.36 + 0.1, 2.75), color=(232, 230, 224))
        _display(stage, face=face, box=(left, 0.45, left + w * 0.36, 2.65))
    door(face=face, box=(w * 0.43, 0.05, w * 0.57, 2.6), color=design.door)
    for floor in range(1, design.floors):
        for u in (0.1, 0.4, 0.7):
            low = floor * STOREY + 1.1
            window(stage, face=face, box=(w * u, low, w * (u + 0.18), low + 1.3), pane=design.pane)
    sign_board(stage, face=face, box=(0.3, 2.95, w - 0.3, 3.85), color=sign)
    _awning(stage, left=x0 + 0.2, right=x0 + w - 0.2, color=sign)
    for i in range(4):
        x = x0 + w * (0.08 + 0.07 * i)
        crate = stage.rng.choice(((196, 140, 84), (214, 170, 70), (90, 140, 90)))
        stage.box((x, 0, -1.2, x + 0.6, 0.45, -0.7), color=crate)
    face.rect((0, h + 0.4, w, h + 0.6), color=design.accent)
    if stage.rng.random() < 0.6:
        tank(stage, at=(x0 + w * 0.75, h + 0.6, d * 0.4))


def _display(stage: Stage, *, face: Face, box: tuple[float, float, float, float]) -> None:
    """A display window with goods on two shelves."""
    a, b, c, d = box
    face.rect(box, color=(92, 104, 112) if stage.light.lit_windows < 0.3 else (244, 206, 140))
    for shelf in (b, b + (d - b) * 0.48):
        u = a + 0.12
        while u < c - 0.4:
            wide, high = stage.rng.uniform(0.18, 0.4), stage.rng.uniform(0.3, 0.75)
            tone = stage.rng.choice(SIGNS)
            face.rounded(
                (u, shelf, u + wide, shelf + high), radius=0.06, color=mix(tone, into=(240, 220, 190), by=0.3)
            )
            u += wide + 0.08
        face.rect((a, shelf - 0.05, c, shelf), color=(230, 224, 210))
    face.poly(((a + 0.2, b), (a + 1.0, b), (a + 1.7, d), (a + 0.9, d)), color=(255, 255, 255, 50))


def _awning(stage: Stage, *, left: float, right: float, color: Color) -> None:
    """A striped awning."""
    count = round((right - left) / 0.6)
    for i in range(count):
        a, b = left + (right - left) * i / count, left + (right - left) * (i + 1) / count
        tone = color if i % 2 else (244, 240, 230)
        stage.poly(
            [(a, 2.3, -1.5), (b, 2.3, -1.5), (b, 2.95, 0), (a, 2.95, 0)], color=tone, facing=(0, 0.9, -0.4)
        )
        stage.front(x=a, y=2.05, z=-1.5).rounded((0, 0, b - a, 0.3), radius=0.14, color=tone)
    stage.front(x=left, y=1.2, z=0).rect((0, 0, right - left, 1.3), color=(20, 24, 44, 50))


def showroom(stage: Stage, *, design: Design) -> None:
    """A glazed hall for display with a broad roof slab."""
    w, d, h = design.wide, design.deep, 4.6 + 1.2 * (design.floors - 1)
    x0 = -w / 2
    stage.shadow((x0, 0, 0, x0 + w, h, d), alpha=80)
    face = stage.box((x0, 0, 0, x0 + w, h, d), color=(96, 116, 128))
    face.fade(
        (0.2, 0, w - 0.2, h), colors=((84, 100, 110), mix((140, 170, 188), into=stage.light.horizon, by=0.5))
    )
    for i in range(4):
        u = w * (0.1 + 0.22 * i)
        tone = stage.rng.choice(SIGNS)
        face.rounded((u, 0.4, u + 2.8, 1.1), radius=0.3, color=tone)
        face.rounded((u + 0.6, 0.9, u + 2.1, 1.6), radius=0.4, color=scaled(tone, by=0.8))
        for wheel in (0.6, 2.2):
            face.disc((u + wheel, 0.4), radius=0.32, color=(40, 42, 46), corners=12)
    face.poly(((0.2, 0.8), (w - 0.2, 2.4), (w - 0.2, h), (0.2, h)), color=(220, 236, 244, 64))
    for i in range(design.bays * 2 + 1):
        u = w * i / (design.bays * 2)
        face.rect((u - 0.08, 0, u + 0.08, h), color=(232, 234, 234))
    stage.box((x0 - 1, h, -2.2, x0 + w + 1, h + 0.2, 0), color=design.accent, hangs=True)
    stage.box((x0 - 1, h, -2.2, x0 + w + 1, h + 1.1, d), color=design.accent, top=(160, 158, 154))
    sign_board(stage, face=stage.front(x=-3.5, y=h + 0.1, z=-2.2), box=(0, 0, 7, 0.9), color=(246, 244, 238))
    sign_board(
        stage,
        face=stage.front(x=-3.5, y=h + 0.1, z=-2.2),
        box=(0.3, 0.1, 6.7, 0.8),
        color=stage.rng.choice(SIGNS),
    )


def warehouse(stage: Stage, *, design: Design) -> None:
    """A long shed of corrugated sheet, roller doors towards the yard."""
    w, d, h = design.wide, design.deep, 6.0
    x0 = -w / 2
    sheet = stage.rng.choice(SHEET)
    stage.shadow((x0, 0, 0, x0 + w, h, d), alpha=84)
    gable_roof(stage, block=(x0, h, 0, x0 + w, h + 3.4, d), color=design.roof, wall=sheet, over=0.4)
    face = stage.box((x0, 0, 0, x0 + w, h, d), color=sheet)
    _ribs(face=face, box=(0, 1.2, w, h), step=0.5)
    face.rect((0, 0, w, 1.2), color=design.stone)
    side = stage.side_of((x0, 0, 0, x0 + w, h, d))
    if side is not None:
        _ribs(face=side, box=(0, 1.2, d, h), step=0.7)
        side.rect((0, 0, d, 1.2), color=design.stone)
    for u in (0.16, 0.56):
        _shutter(face=face, box=(w * u, 0, w * (u + 0.24), 4.6), color=design.door)
    door(face=face, box=(w * 0.46, 0, w * 0.46 + 1.1, 2.3), color=(84, 90, 98))
    sign_board(stage, face=face, box=(w * 0.36, h + 0.2, w * 0.64, h + 1.5), color=stage.rng.choice(SIGNS))
    for i in range(3):
        x = x0 + w * 0.86 + i * 0.6
        stage.box((x, 0, -3 - i, x + 1.2, 1.0 + 0.4 * (i % 2), -2 - i), color=(182, 140, 92))


def _ribs(*, face: Face, box: tuple[float, float, float, float], step: float) -> None:
    a, b, c, d = box
    for i in range(int((c - a) / step)):
        u = a + i * step
        face.rect((u, b, u + step * 0.3, d), color=(20, 30, 40, 30))


def _shutter(*, face: Face, box: tuple[float, float, float, float], color: Color) -> None:
    a, b, c, d = box
    face.rect((a - 0.2, b, c + 0.2, d + 0.2), color=(236, 234, 226))
    face.rect(box, color=color)
    slats = 14
    for i in range(slats):
        v = b + (d - b) * i / slats
        face.rect((a, v, c, v + 0.07), color=(0, 0, 0, 60))
    face.rect((a, d - 0.35, c, d), color=(10, 10, 20, 80))


def factory(stage: Stage, *, design: Design) -> None:
    """A works with a saw-tooth roof, a chimney and a silo."""
    w, d, h = design.wide, design.deep, 6.0
    x0, tooth = -w / 2, w / design.bays
    stage.shadow((x0, 0, 0, x0 + w, h, d), alpha=84)
    _chimney(stage, x=x0 + w * 0.8, z=d * 0.8)
    stage.box((x0, 0, 0, x0 + w, h, d), color=design.wall, top=(140, 140, 140))
    face = stage.front(x=x0, y=0, z=0)
    for i in range(design.bays):
        left = x0 + i * tooth
        spots = [(left, h, 0.0), (left + tooth, h, 0.0), (left, h + 2.6, 0.0)]
        slope = [(left, h + 2.6, 0.0), (left + tooth, h, 0.0), (left + tooth, h, d), (left, h + 2.6, d)]
        stage.poly(slope, color=design.roof, facing=(0.4, 0.9, 0))
        stage.poly(spots, color=design.wall, facing=(0, 0, -1))
        for row in (1.6, 3.9):
            window(
                stage,
                face=face,
                box=(i * tooth + 0.9, row, (i + 1) * tooth - 0.9, row + 1.4),
                pane=design.pane,
            )
    face.rect((0, 0, w, 0.9), color=design.stone)
    face.rect((0, h - 0.3, w, h), color=design.accent)
    _shutter(face=face, box=(w * 0.42, 0, w * 0.58, 4.4), color=design.door)
    for i in range(2):
        tank(stage, at=(x0 + w + 2.2 + 3 * i, 0, 2), size=3.2, color=(150, 158, 164))


def _chimney(stage: Stage, *, x: float, z: float) -> None:
    stage.box((x - 0.9, 0, z, x + 0.9, 15, z + 1.6), color=(176, 108, 84))
    for y in (12.6, 13.8):
        stage.box((x - 0.95, y, z - 0.05, x + 0.95, y + 0.5, z + 1.6), color=(240, 236, 228))


def event_hall(stage: Stage, *, design: Design) -> None:
    """A hall for feasts: tall arched windows, a portico and a wide gable."""
    w, d, h = design.wide, design.deep, 6.4
    x0 = -w / 2
    stage.shadow((x0, 0, 0, x0 + w, h, d), alpha=84)
    face = stage.box((x0, 0, 0, x0 + w, h, d), color=design.wall)
    face.rect((0, 0, w, 0.8), color=design.stone)
    for i in range(7):
        if i != 3:
            u = w * (0.05 + 0.13 * i)
            _arched(stage, face=face, at=(u, 1.2), wide=w * 0.08)
    face.rect((0, h - 0.4, w, h), color=design.accent)
    half = w * 0.2
    door(face=stage.front(x=-1.6, y=0, z=-0.1), box=(0, 0.1, 3.2, 3.4), color=design.door)
    for i in range(4):
        x = -half + 0.2 + (2 * half - 0.9) * i / 3
        stage.box((x, 0, -3, x + 0.5, h - 0.8, -2.5), color=(250, 248, 242))
    stage.box((-half, h - 0.8, -3.2, half, h, 0), color=(244, 240, 230))
    gable_roof(
        stage, block=(-half, h, -3.2, half, h + 2.4, d), color=design.roof, wall=(246, 240, 228), over=0.4
    )
    dish(stage, at=(x0 + w * 0.9, h, 1.0))


def _arched(stage: Stage, *, face: Face, at: tuple[float, float], wide: float) -> None:
    u, v = at
    lit = stage.rng.random() < stage.light.lit_windows
    for edge, tone in ((0.14, (250, 248, 240)), (0.0, (255, 216, 142, 255) if lit else (96, 122, 140))):
        face.rounded((u - edge, v - edge, u + wide + edge, v + 3.6 + edge), radius=wide * 0.5, color=tone)
        face.rect((u - edge, v - edge, u + wide + edge, v + 1.4), color=tone)
    face.rect((u + wide / 2 - 0.04, v, u + wide / 2 + 0.04, v + 3.6), color=(250, 248, 240))
    face.poly(
        ((u, v), (u + wide * 0.4, v), (u + wide * 0.8, v + 3), (u + wide * 0.4, v + 3)),
        color=(255, 255, 255, 40),
    )
