"""Buildings of many storeys: apartments, condominium blocks, penthouse, hotel, shops below homes, offices."""

from __future__ import annotations

from .camera import Face
from .designs import STOREY, Design
from .facade import balcony, dish, door, railing, tank, window
from .palette import Color, mix, scaled, varied
from .stage import Stage
from .trees import bush

SHADOW: Color = (20, 24, 44, 60)


def _shell(stage: Stage, *, design: Design, tanks: int) -> Face:
    """The bare block with its shadow, what stands on its roof, storey lines, the windows of its side."""
    w, d, h = design.wide, design.deep, design.high
    block = (-w / 2, 0.0, 0.0, w / 2, h, d)
    stage.shadow(block, alpha=84)
    # The walls cover the feet of what stands on the roof, so the roof comes first.
    stage.box((-w * 0.12, h, d * 0.4, w * 0.12, h + 2.8, d * 0.7), color=scaled(design.wall, by=0.95))
    for i in range(tanks):
        tank(stage, at=(-w * 0.38 + i * 2.0, h + 0.7, d * 0.3), size=1.1)
    face = stage.box(block, color=design.wall)
    side = stage.side_of(block)
    if side is not None:
        side.rect((d * 0.42, 0, d * 0.58, h), color=design.accent)
        for floor in range(design.floors):
            side.rect((0, floor * STOREY - 0.1, d, floor * STOREY + 0.05), color=SHADOW)
            for u in (0.16, 0.7):
                low = floor * STOREY + 1.0
                window(stage, face=side, box=(d * u, low, d * u + 1.4, low + 1.4), pane=design.pane)
    return face


def _parapet(stage: Stage, *, design: Design) -> None:
    """The wall around the roof, with its coloured rim."""
    w, d, h = design.wide, design.deep, design.high
    top = (-w / 2 - 0.2, h, -0.2, w / 2 + 0.2, h + 0.9, d + 0.2)
    stage.box(top, color=scaled(design.wall, by=1.04), top=(150, 148, 142))
    stage.front(x=top[0], y=h, z=top[2]).rect((0, 0.68, w + 0.4, 0.9), color=design.accent)


def condominium(stage: Stage, *, design: Design) -> None:
    """A plain housing-programme block: coloured bands, open stair shafts, laundry, dishes, tanks."""
    face = _shell(stage, design=design, tanks=3)
    w, h = design.wide, design.high
    face.rect((0, 0, w, STOREY * 0.92), color=design.accent)
    shafts = (2.5 / design.bays, 5.5 / design.bays) if design.floors < 7 else (0.5,)
    bay = w / design.bays
    for floor in range(design.floors):
        face.rect((0, floor * STOREY - 0.14, w, floor * STOREY + 0.06), color=scaled(design.wall, by=1.08))
        for i in range(design.bays):
            if all(abs((i + 0.5) * bay - w * shaft) > bay * 0.6 for shaft in shafts):
                _flat(
                    stage,
                    design=design,
                    face=face,
                    at=(i * bay, floor * STOREY),
                    wide=bay,
                    balconied=i % 2 == floor % 2,
                )
    for shaft in shafts:
        _stair(face=face, design=design, middle=w * shaft)
    face.fade((0, 0, w, 5), colors=((30, 24, 36, 50), (30, 24, 36, 0)), steps=8)
    _parapet(stage, design=design)
    for u in (-0.3, 0.05, 0.33):
        dish(stage, at=(w * u, h + 0.9, 0.2), size=0.55)


def _flat(
    stage: Stage, *, design: Design, face: Face, at: tuple[float, float], wide: float, balconied: bool
) -> None:
    """The front of one flat: a loggia with railing and washing, or a window."""
    u, v = at
    if not balconied:
        window(stage, face=face, box=(u + wide * 0.25, v + 0.95, u + wide * 0.75, v + 2.4), pane=design.pane)
        return
    face.rect((u + wide * 0.1, v + 0.1, u + wide * 0.9, v + 2.6), color=scaled(design.wall, by=0.66))
    face.rect((u + wide * 0.3, v + 0.1, u + wide * 0.62, v + 2.3), color=scaled(design.door, by=0.9))
    if stage.rng.random() < 0.4:
        for part in range(4):
            cloth = stage.rng.choice(((236, 236, 232), (196, 80, 74), (84, 130, 176), (230, 190, 90)))
            left = u + wide * (0.16 + part * 0.17)
            face.rect((left, v + 1.15, left + wide * 0.13, v + 1.95), color=varied(cloth, rng=stage.rng))
    railing(
        face=face,
        box=(u + wide * 0.08, v + 0.08, u + wide * 0.92, v + 1.05),
        color=scaled(design.accent, by=0.8),
    )


def _stair(*, face: Face, design: Design, middle: float) -> None:
    """An open shaft in which the flights of the stairs are seen."""
    half = 1.35
    face.rect((middle - half - 0.2, 0, middle + half + 0.2, design.high + 0.4), color=design.accent)
    face.rect((middle - half, 0, middle + half, design.high), color=scaled(design.wall, by=0.5))
    for floor in range(design.floors):
        low = floor * STOREY
        flight = scaled(design.wall, by=0.92)
        face.poly(
            (
                (middle - half, low + 0.1),
                (middle + half, low + 1.4),
                (middle + half, low + 1.75),
                (middle - half, low + 0.45),
            ),
            color=flight,
        )
        face.poly(
            (
                (middle + half, low + 1.5),
                (middle - half, low + 2.8),
                (middle - half, low + 3.1),
                (middle + half, low + 1.85),
            ),
            color=scaled(flight, by=0.85),
        )


def apartment(stage: Stage, *, design: Design) -> None:
    """A modern apartment house: balconies in rows, a coloured spine, a glazed entrance."""
    face = _shell(stage, design=design, tanks=stage.rng.randint(1, 3))
    w, bay = design.wide, design.wide / design.bays
    spine = design.bays // 2 if stage.rng.random() < 0.6 else 0
    face.rect((spine * bay, 0, (spine + 1) * bay, design.high), color=design.accent)
    _entrance(stage, design=design, face=face)
    order = range(design.bays) if stage.camera.eye[0] > 0 else range(design.bays - 1, -1, -1)
    for floor in range(1, design.floors):
        low = floor * STOREY
        face.rect((0, low - 0.1, w, low), color=SHADOW)
        for i in order:
            left = i * bay
            if i == spine:
                window(
                    stage,
                    face=face,
                    box=(left + bay * 0.2, low + 0.8, left + bay * 0.8, low + 2.5),
                    pane=design.pane,
                )
                continue
            window(
                stage,
                face=face,
                box=(left + bay * 0.18, low + 0.2, left + bay * 0.82, low + 2.45),
                pane=design.pane,
            )
            balcony(
                stage,
                face_at=(-w / 2 + left + bay * 0.08, low, 0),
                wide=bay * 0.84,
                color=scaled(design.wall, by=1.04),
                glass=design.glass_rail,
            )
    face.fade((0, 0, w, 6), colors=((30, 24, 36, 50), (30, 24, 36, 0)), steps=8)
    _parapet(stage, design=design)


def _entrance(stage: Stage, *, design: Design, face: Face) -> None:
    """A ground floor of glass with a canopy, planted left and right."""
    w = design.wide
    face.rect((0.4, 0, w - 0.4, 2.9), color=(70, 84, 96))
    for i in range(9):
        u = 0.4 + (w - 0.8) * i / 8
        face.rect((u - 0.07, 0, u + 0.07, 2.9), color=(206, 208, 208))
    face.poly(((0.4, 0.9), (w - 0.4, 1.6), (w - 0.4, 2.9), (0.4, 2.9)), color=(150, 186, 206, 90))
    door(face=face, box=(w / 2 - 1.1, 0, w / 2 + 1.1, 2.5), color=design.door)
    stage.box((-2.6, 2.75, -2.2, 2.6, 3.0, 0), color=design.accent, hangs=True)
    for x in (-w * 0.32, w * 0.32):
        bush(stage, at=(x, 0, -1.2), height=1.3)


def studio(stage: Stage, *, design: Design) -> None:
    """A narrow house of one-room flats: one large window and a shallow balcony each."""
    face = _shell(stage, design=design, tanks=2)
    w, bay = design.wide, design.wide / design.bays
    _entrance(stage, design=design, face=face)
    for floor in range(1, design.floors):
        low = floor * STOREY
        for i in range(design.bays):
            left = i * bay
            panel = design.accent if (i + floor) % 2 else mix(design.wall, into=design.accent, by=0.3)
            face.rect((left + 0.12, low + 0.1, left + bay - 0.12, low + STOREY - 0.1), color=panel)
            window(
                stage, face=face, box=(left + 0.4, low + 0.35, left + bay - 0.4, low + 2.6), pane=design.pane
            )
            railing(
                face=face,
                box=(left + 0.3, low + 0.2, left + bay - 0.3, low + 1.15),
                color=(228, 230, 230),
                glass=True,
            )
    face.fade((0, 0, w, 6), colors=((30, 24, 36, 50), (30, 24, 36, 0)), steps=8)
    _parapet(stage, design=design)


def penthouse(stage: Stage, *, design: Design) -> None:
    """An apartment house whose top is a glass home behind a planted terrace."""
    apartment(stage, design=design)
    w, d, h = design.wide, design.deep, design.high
    base = h + 0.9
    stage.box(
        (-w / 2 - 0.3, h, -0.6, w / 2 + 0.3, base, d), color=scaled(design.wall, by=1.06), top=(170, 150, 126)
    )
    room = (-w * 0.36, base, 1.6, w * 0.4, base + 3.3, d - 1)
    face = stage.box(room, color=(112, 140, 158))
    wide = w * 0.76
    face.poly(((0, 0.6), (wide, 1.5), (wide, 3.3), (0, 3.3)), color=(190, 216, 230, 120))
    for i in range(7):
        face.rect((wide * i / 6 - 0.08, 0, wide * i / 6 + 0.08, 3.3), color=(58, 62, 68))
    if stage.light.lit_windows > 0.3:
        face.rect((0.3, 0.1, wide - 0.3, 3.0), color=(255, 210, 130, 130))
    stage.box((-w * 0.42, base + 3.3, 0.4, w * 0.46, base + 3.7, d - 0.5), color=(240, 238, 232))
    railing(
        face=stage.front(x=-w / 2 - 0.3, y=base, z=-0.6),
        box=(0, 0, w + 0.6, 1.1),
        color=(226, 228, 228),
        glass=True,
    )
    for x in (-0.45, -0.38, 0.44):
        bush(stage, at=(w * x, base, 0.2), height=1.7)


def mixed_use(stage: Stage, *, design: Design) -> None:
    """Shops with signs at the street, homes or offices above."""
    apartment(stage, design=design)
    face = stage.front(x=-design.wide / 2, y=0, z=-0.05)
    bay = design.wide / design.bays
    signs = ((196, 64, 54), (40, 110, 150), (44, 130, 86), (222, 160, 50), (110, 72, 130))
    for i in range(design.bays):
        left = i * bay
        face.rect((left + 0.1, 0, left + bay - 0.1, 2.5), color=(96, 112, 122))
        face.poly(
            ((left + 0.1, 0.7), (left + bay - 0.1, 1.3), (left + bay - 0.1, 2.5), (left + 0.1, 2.5)),
            color=(190, 210, 216, 110),
        )
        if stage.rng.random() < 0.3:
            face.rect((left + 0.2, 0, left + bay - 0.2, 2.4), color=(150, 152, 150))
            for slat in range(8):
                face.rect(
                    (left + 0.2, 0.3 * slat, left + bay - 0.2, 0.3 * slat + 0.05), color=(70, 72, 74, 120)
                )
        sign_board(
            stage,
            face=face,
            box=(left + 0.15, 2.45, left + bay - 0.15, 3.15),
            color=signs[(i + design.floors) % 5],
        )


def sign_board(stage: Stage, *, face: Face, box: tuple[float, float, float, float], color: Color) -> None:
    """A shop sign whose writing is only hinted at."""
    a, b, c, d = box
    face.rounded(box, radius=0.08, color=color)
    face.rect((a, b - 0.08, c, b), color=(0, 0, 0, 60))
    u, middle = a + (c - a) * 0.12, (b + d) / 2
    while u < c - (c - a) * 0.22:
        size = stage.rng.uniform(0.16, 0.5) * (d - b) / 0.7
        face.rounded(
            (u, middle - (d - b) * 0.18, u + size, middle + (d - b) * 0.18),
            radius=0.06,
            color=(252, 246, 230),
        )
        u += size + 0.12


def hotel(stage: Stage, *, design: Design) -> None:
    """A hotel: equal rooms, a wide canopy on columns, flags and a lit name on the roof."""
    studio(stage, design=design)
    w, h = design.wide, design.high
    stage.box((-5, 3.0, -5, 5, 3.5, 0), color=design.accent, hangs=True)
    for x in (-4.6, 4.4):
        stage.box((x, 0, -4.8, x + 0.35, 3.0, -4.4), color=(236, 234, 228))
    sign_board(
        stage,
        face=stage.front(x=-5, y=h + 0.9, z=0),
        box=(0, 0, 10, 1.8),
        color=scaled(design.accent, by=0.8),
    )
    for i, tone in enumerate(((40, 140, 80), (236, 200, 60), (204, 52, 48))):
        x = w * 0.2 + 2.2 * i
        stage.box((x, 0, -7, x + 0.1, 6.5, -6.9), color=(220, 220, 220))
        stage.front(x=x + 0.1, y=5.2, z=-7).poly(((0, 0), (1.5, 0.15), (1.5, 1.2), (0, 1.1)), color=tone)


def office(stage: Stage, *, design: Design) -> None:
    """An office tower behind a curtain of glass that mirrors the sky."""
    w, d, h = design.wide, design.deep, design.high
    block = (-w / 2, 0.0, 0.0, w / 2, h, d)
    stage.shadow(block, alpha=84)
    tint = mix((70, 112, 138), into=stage.rng.choice(((60, 130, 150), (60, 84, 120), (96, 116, 110))), by=0.6)
    face = stage.box(block, color=tint)
    side = stage.side_of(block)
    pale = mix(tint, into=stage.light.horizon, by=0.6)
    faces = [(face, w), (side, d)] if side is not None else [(face, w)]
    for sheet, wide in faces:
        sheet.fade((0, 0, wide, h), colors=(scaled(tint, by=0.72), pale), steps=24)
        sheet.poly(
            ((wide * 0.1, 0), (wide * 0.4, 0), (wide * 0.85, h), (wide * 0.55, h)), color=(255, 255, 255, 26)
        )
        _glass_grid(stage, face=sheet, wide=wide, design=design)
    face.rect((0, 0, w * 0.14, h + 1.2), color=design.wall)
    _entrance(stage, design=design, face=face)
    _parapet(stage, design=design)


def _glass_grid(stage: Stage, *, face: Face, wide: float, design: Design) -> None:
    count = round(wide / 1.7)
    for floor in range(1, design.floors):
        low = floor * STOREY
        for i in range(count):
            chance = stage.rng.random()
            box = (wide * i / count, low + 0.5, wide * (i + 1) / count, low + STOREY)
            if chance < stage.light.lit_windows * 0.8:
                face.rect(box, color=(255, 214, 140, 220))
            elif chance > 0.86:
                face.rect(box, color=(20, 40, 60, 40))
        face.rect((0, low, wide, low + 0.4), color=scaled(design.accent, by=0.95))
    for i in range(count + 1):
        u = wide * i / count
        face.rect((u - 0.05, 0, u + 0.05, design.high), color=(228, 232, 234))
