"""Houses with a roof of their own: villa, duplex, row house, small house, guest house, G+n."""

from __future__ import annotations

from .designs import STOREY, Design
from .facade import balcony, dish, door, gable_roof, hip_roof, railing, stones, tank, window
from .palette import Color, mix, scaled
from .stage import Stage

COLUMN: Color = (246, 242, 234)


def villa(stage: Stage, *, design: Design) -> None:
    """A detached house under a hip roof, with a veranda or a projecting wing."""
    w, d, h = design.wide, design.deep, design.high
    x0 = -w / 2
    stage.shadow((x0, 0, 0, x0 + w, h, d), alpha=80)
    _walls(stage, design=design, x0=x0)
    wing = stage.rng.random() < 0.6
    split = w * stage.rng.uniform(0.36, 0.44)
    _rows(stage, design=design, left=x0 + (split if wing else 0.4), right=x0 + w - 0.4, veranda=True)
    hip_roof(stage, block=(x0, h, 0, x0 + w, h + min(3.4, d * 0.36), d), color=design.roof)
    if wing:
        _wing(stage, design=design, x0=x0 - 0.2, wide=split)
    _veranda(
        stage,
        design=design,
        left=x0 + (split + 0.2 if wing else w * 0.28),
        right=x0 + w * (1.0 if wing else 0.72),
    )
    if stage.rng.random() < 0.5:
        dish(stage, at=(x0 + w * 0.8, h + 1.0, d * 0.2))


def _walls(stage: Stage, *, design: Design, x0: float) -> None:
    w, d, h = design.wide, design.deep, design.high
    block = (x0, 0.0, 0.0, x0 + w, h, d)
    face = stage.box(block, color=design.wall)
    face.fade((0, 0, w, h * 0.5), colors=((40, 30, 40, 44), (40, 30, 40, 0)), steps=8)
    stones(stage, face=face, box=(0, 0, w, 0.6), color=design.stone)
    face.rect((0, h - 0.5, w, h), color=(20, 20, 40, 50))
    side = stage.side_of(block)
    if side is not None:
        side.rect((0, 0, d, 0.6), color=design.stone)
        for floor in range(design.floors):
            for u in (d * 0.2, d * 0.6):
                low = floor * STOREY + 1.1
                window(stage, face=side, box=(u, low, u + 1.5, low + 1.3), pane=design.pane)
    for floor in range(1, design.floors):
        face.rect((0, floor * STOREY - 0.12, w, floor * STOREY + 0.12), color=scaled(design.wall, by=1.08))


def _rows(stage: Stage, *, design: Design, left: float, right: float, veranda: bool) -> None:
    """Windows of every storey between two edges; the door in the middle of the ground floor."""
    face = stage.front(x=left, y=0, z=0)
    room = right - left
    bays = max(2, round(room / 3.1))
    for floor in range(design.floors):
        low = floor * STOREY + 1.0
        for bay in range(bays):
            middle = room * (bay + 0.5) / bays
            if floor == 0 and bay == bays // 2 and veranda:
                door(face=face, box=(middle - 0.6, 0.35, middle + 0.6, 2.55), color=design.door)
            else:
                window(
                    stage, face=face, box=(middle - 0.85, low, middle + 0.85, low + 1.45), pane=design.pane
                )
        if floor and stage.rng.random() < 0.75:
            span = room * 0.55
            balcony(
                stage,
                face_at=(left + (room - span) / 2, floor * STOREY, 0),
                wide=span,
                color=scaled(design.wall, by=1.02),
                glass=design.glass_rail,
            )


def _wing(stage: Stage, *, design: Design, x0: float, wide: float) -> None:
    """A part that stands forward under a gable of its own."""
    h, out = design.high, 2.4
    block = (x0, 0.0, -out, x0 + wide, h, 0.0)
    wall = mix(design.wall, into=design.accent, by=0.35)
    face = stage.box(block, color=wall)
    face.fade((0, 0, wide, h * 0.5), colors=((40, 30, 40, 40), (40, 30, 40, 0)), steps=8)
    stones(stage, face=face, box=(0, 0, wide, 0.6), color=design.stone)
    for floor in range(design.floors):
        low = floor * STOREY + 0.95
        box = (wide * 0.22, low, wide * 0.78, low + 1.6)
        window(stage, face=face, box=box, pane=design.pane)
    roof = (x0, h, -out, x0 + wide, h + wide * 0.3, 1.5)
    gable_roof(stage, block=roof, color=design.roof, wall=wall)
    face.disc((wide / 2, h + wide * 0.1), radius=0.35, color=scaled(wall, by=0.7), corners=14)


def _veranda(stage: Stage, *, design: Design, left: float, right: float) -> None:
    out, high = 1.9, 2.75
    stage.box((left, 0, -out, right, 0.35, 0), color=scaled(design.stone, by=1.1), top=(196, 160, 132))
    steps = (left + right) / 2
    stage.box((steps - 1.1, 0, -out - 0.35, steps + 1.1, 0.18, -out), color=scaled(design.stone, by=1.2))
    count = max(2, round((right - left) / 2.6))
    for i in range(count + 1):
        x = left + 0.15 + (right - left - 0.3) * i / count
        stage.box((x - 0.13, 0.35, -out + 0.05, x + 0.13, high, -out + 0.3), color=COLUMN)
    for i in range(count):
        if abs(i + 0.5 - count / 2) > 0.6:
            x = left + 0.2 + (right - left - 0.4) * i / count
            face = stage.front(x=x, y=0.35, z=-out + 0.1)
            railing(face=face, box=(0, 0, (right - left) / count - 0.2, 0.8), color=COLUMN)
    stage.box(
        (left - 0.2, high, -out - 0.2, right + 0.2, high + 0.3, 0),
        color=mix(design.roof, into=COLUMN, by=0.5),
    )
    stage.poly(
        [
            (left - 0.3, high + 0.3, -out - 0.3),
            (right + 0.3, high + 0.3, -out - 0.3),
            (right, high + 0.75, 0),
            (left, high + 0.75, 0),
        ],
        color=design.roof,
        facing=(0, 0.9, -0.42),
    )


def duplex(stage: Stage, *, design: Design) -> None:
    """Two homes that mirror one another, flat roofs with a parapet, an entrance and a balcony each."""
    w, d, h = design.wide, design.deep, design.high
    x0 = -w / 2
    stage.shadow((x0, 0, 0, x0 + w, h, d), alpha=80)
    for side in (0.3, 0.72):
        tank(stage, at=(x0 + w * side, h + 0.3, d * 0.5))
    _walls(stage, design=design, x0=x0)
    face = stage.front(x=x0, y=0, z=0)
    half = w / 2
    for left, mirrored in ((x0, False), (x0 + half, True)):
        _half(stage, design=design, left=left, mirrored=mirrored)
    face.rect((half - 0.15, 0, half + 0.15, h + 0.7), color=scaled(design.accent, by=0.9))
    _parapet(stage, design=design, x0=x0)


def _half(stage: Stage, *, design: Design, left: float, mirrored: bool) -> None:
    half = design.wide / 2
    face = stage.front(x=left, y=0, z=0)
    panel = (
        (half * 0.06, 0.6, half * 0.46, design.high)
        if mirrored
        else (half * 0.54, 0.6, half * 0.94, design.high)
    )
    face.rect(panel, color=design.accent)
    for floor in range(design.floors):
        low = floor * STOREY + 1.0
        for u in (0.14, 0.62):
            box = (half * u, low, half * (u + 0.24), low + 1.5)
            if floor == 0 and (u < 0.5) == mirrored:
                door(face=face, box=(box[0] + 0.2, 0.1, box[2] - 0.2, 2.4), color=design.door)
            else:
                window(stage, face=face, box=box, pane=design.pane)
    at = left + (half * 0.08 if mirrored else half * 0.56)
    balcony(stage, face_at=(at, STOREY, 0), wide=half * 0.36, color=design.wall, glass=True)


def _parapet(stage: Stage, *, design: Design, x0: float) -> None:
    w, d, h = design.wide, design.deep, design.high
    stage.box(
        (x0 - 0.25, h, -0.25, x0 + w + 0.25, h + 0.6, d + 0.2),
        color=scaled(design.wall, by=1.05),
        top=(150, 146, 140),
    )
    stage.front(x=x0 - 0.25, y=h, z=-0.25).rect((0, 0.42, w + 0.5, 0.6), color=design.accent)


def row_house(stage: Stage, *, design: Design) -> None:
    """A terrace of equal narrow houses, each with its gable, its door and a colour of its own."""
    w, d, h = design.wide, design.deep, design.high
    x0, units = -w / 2, design.bays
    unit = w / units
    stage.shadow((x0, 0, 0, x0 + w, h, d), alpha=80)
    _walls(stage, design=design, x0=x0)
    order = range(units) if stage.camera.eye[0] > 0 else range(units - 1, -1, -1)
    for i in order:
        tone = design.wall if i % 2 else mix(design.wall, into=design.accent, by=0.45)
        _terrace_unit(stage, design=design, left=x0 + i * unit, tone=tone)


def _terrace_unit(stage: Stage, *, design: Design, left: float, tone: Color) -> None:
    unit, h = design.wide / design.bays, design.high
    face = stage.front(x=left, y=0, z=0)
    face.rect((0, 0.6, unit, h), color=tone)
    face.fade((0, 0.6, unit, h * 0.45), colors=((40, 30, 40, 36), (40, 30, 40, 0)), steps=6)
    door(face=face, box=(unit * 0.12, 0.1, unit * 0.12 + 1.15, 2.4), color=design.door)
    stage.box((left + unit * 0.06, 2.7, -1.0, left + unit * 0.4, 2.85, 0), color=scaled(design.roof, by=0.9))
    window(stage, face=face, box=(unit * 0.5, 0.95, unit * 0.9, 2.35), pane=design.pane)
    for u in (0.12, 0.56):
        window(
            stage, face=face, box=(unit * u, STOREY + 0.9, unit * (u + 0.3), STOREY + 2.3), pane=design.pane
        )
    face.rect((unit - 0.12, 0, unit + 0.06, h), color=scaled(tone, by=0.8))
    gable_roof(
        stage, block=(left, h, 0, left + unit, h + unit * 0.36, 5.0), color=design.roof, wall=tone, over=0.12
    )
    face.disc((unit / 2, h + unit * 0.13), radius=0.32, color=scaled(tone, by=0.62), corners=14)


def low_house(stage: Stage, *, design: Design) -> None:
    """A small single-storey house under a sheet roof, doors straight onto the yard."""
    w, d, h = design.wide, design.deep, 2.9
    x0 = -w / 2
    stage.shadow((x0, 0, 0, x0 + w, h, d), alpha=80)
    face = stage.box((x0, 0, 0, x0 + w, h, d), color=design.wall)
    face.rect((0, 0, w, 0.9), color=design.accent)
    face.rect((0, h - 0.4, w, h), color=(20, 20, 40, 50))
    for unit in range(design.bays):
        left = w * unit / design.bays + 0.4
        door(face=face, box=(left, 0.05, left + 1.0, 2.15), color=design.door)
        window(stage, face=face, box=(left + 1.5, 0.95, left + 2.5, 2.1), pane=design.pane)
    hip_roof(stage, block=(x0, h, 0, x0 + w, h + 1.7, d), color=design.roof, over=0.8)


def tall_house(stage: Stage, *, design: Design) -> None:
    """A G+n family house: one building, balconies all the way up, terrace and tanks on the roof."""
    w, d, h = design.wide, design.deep, design.high
    x0 = -w / 2
    stage.shadow((x0, 0, 0, x0 + w, h, d), alpha=80)
    tank(stage, at=(x0 + w * 0.7, h + 0.4, d * 0.5), size=1.1)
    _walls(stage, design=design, x0=x0)
    face = stage.front(x=x0, y=0, z=0)
    strip = w * stage.rng.choice((0.0, 0.68))
    face.rect((strip, 0.6, strip + w * 0.32, h), color=design.accent)
    for floor in range(design.floors):
        low = floor * STOREY + 0.95
        for u in (0.08, 0.4, 0.72):
            wide_pane = (w * u, low, w * (u + 0.2), low + 1.5)
            if floor == 0 and u == 0.4:
                door(face=face, box=(w * u, 0.1, w * (u + 0.18), 2.5), color=design.door)
            else:
                window(stage, face=face, box=wide_pane, pane=design.pane)
        if floor:
            at = x0 + (w * 0.34 if strip == 0 else 0.1)
            balcony(
                stage,
                face_at=(at, floor * STOREY, 0),
                wide=w * 0.62,
                color=design.wall,
                glass=design.glass_rail,
            )
    _parapet(stage, design=design, x0=x0)
    dish(stage, at=(x0 + w * 0.3, h + 0.5, d * 0.3))


def guest_house(stage: Stage, *, design: Design) -> None:
    """A house of many rooms: galleries along each storey, a sign over the entrance."""
    w, d, h = design.wide, design.deep, design.high
    x0 = -w / 2
    stage.shadow((x0, 0, 0, x0 + w, h, d), alpha=80)
    _walls(stage, design=design, x0=x0)
    _rows(stage, design=design, left=x0 + 0.3, right=x0 + w - 0.3, veranda=True)
    for floor in range(1, design.floors):
        balcony(stage, face_at=(x0, floor * STOREY, 0), wide=w, color=COLUMN, glass=design.glass_rail)
    hip_roof(stage, block=(x0, h, 0, x0 + w, h + 2.8, d), color=design.roof)
    sign = stage.front(x=-2.2, y=2.72, z=-1.3)
    sign.rounded((0, 0, 4.4, 0.75), radius=0.12, color=design.accent)
    for u in (0.5, 1.4, 2.3, 3.2):
        sign.rounded((u, 0.25, u + 0.6, 0.5), radius=0.1, color=(250, 240, 214))
