"""Rooms with what belongs in them: living room, bedroom, kitchen, bathroom, and rooms of trade."""

from __future__ import annotations

from random import Random

from . import furniture
from .camera import Face, rounded
from .canvas import Canvas
from .palette import WOODS, Color, Light, mix, pick, scaled, varied
from .rooms import Room, back_wall, draw_shell, lamp, picture, room_for, rug, side_wall, sunlight, view_window

FRONTS: tuple[Color, ...] = (
    (240, 238, 232),
    (196, 204, 200),
    (92, 110, 120),
    (150, 110, 78),
    (110, 128, 110),
    (176, 84, 66),
)
GLAZES: tuple[Color, ...] = (
    (226, 232, 232),
    (190, 214, 216),
    (232, 222, 204),
    (206, 214, 226),
    (196, 216, 200),
)


def living_room(canvas: Canvas, *, rng: Random) -> Light:
    """Sofa, low table, screen or dining table, a window with its view, often the coffee corner."""
    room = room_for(canvas, rng=rng, wide=rng.uniform(4.8, 5.8), deep=rng.uniform(4.2, 5.0))
    draw_shell(room, floor=rng.choice(("parquet", "parquet", "tiles")), accent_wall=rng.random() < 0.4)
    w, d = room.wide, room.deep
    back, left = back_wall(room), rng.random() < 0.5
    view_window(room, face=back, box=(w * 0.34, 0.9, w * 0.34 + rng.uniform(1.5, 2.0), 2.2))
    side = side_wall(room, left=not left)
    view_window(
        room,
        face=side,
        box=(1.2, 0.9, 2.6, 2.2) if not left else (d - 2.6, 0.9, d - 1.2, 2.2),
        curtains=False,
    )
    picture(room, face=back, at=(w * 0.08, 1.35), wide=0.55)
    sunlight(room, left=not left)
    furniture.plant(room, at=(-w / 2 + 0.45, 0, d - 0.4), high=rng.uniform(1.1, 1.6))
    furniture.sofa(room, at=(-1.05, 0, d - 1.15), wide=2.3, color=room.cloth)
    rug(room, box=(-1.5, d - 3.0, 1.5, d - 1.3))
    if rng.random() < 0.5:
        furniture.television(room, at=(w / 2 - 1.25, 0, d - 0.55), wide=1.15)
    else:
        furniture.plant(room, at=(w / 2 - 0.5, 0, d - 0.6))
    furniture.low_table(room, at=(-0.55, 0, d - 2.4), wide=1.15)
    lamp(room, x=0.1, z=d - 1.9)
    if rng.random() < 0.55:
        furniture.coffee_corner(room, at=(-w / 2 + 0.5 if left else w / 2 - 1.5, 0, 1.0))
    else:
        furniture.dining(room, at=(-w / 2 + 0.2 if left else w / 2 - 1.9, 0, 0.7))
    return room.outside


def bedroom(canvas: Canvas, *, rng: Random) -> Light:
    """A bed between night tables, a wardrobe, a window."""
    room = room_for(canvas, rng=rng, wide=rng.uniform(4.2, 5.0), deep=rng.uniform(3.8, 4.4))
    draw_shell(room, floor=rng.choice(("parquet", "parquet", "tiles")), accent_wall=rng.random() < 0.6)
    w, d = room.wide, room.deep
    left = rng.random() < 0.5
    side = side_wall(room, left=left)
    view_window(room, face=side, box=(1.2, 0.85, 2.7, 2.2) if left else (d - 2.7, 0.85, d - 1.2, 2.2))
    wide = rng.uniform(1.5, 1.8)
    start = -wide / 2 + (-0.3 if left else 0.3)
    for i in range(rng.randint(1, 3)):
        picture(room, face=back_wall(room), at=(w / 2 + start + 0.1 + i * 0.6, 1.5), wide=0.45)
    sunlight(room, left=left)
    furniture.wardrobe(room, at=(w / 2 - 1.55 if left else -w / 2 + 0.05, 0, d - 0.65), wide=1.25)
    furniture.night_table(room, at=(start - 0.6, 0, d - 0.45))
    if rng.random() < 0.6:
        rug(room, box=(start - 0.5, d - 2.7, start + wide + 0.5, d - 1.1))
    furniture.bed(room, at=(start, 0, d - 2.2), wide=wide)
    if rng.random() < 0.7:
        furniture.plant(room, at=(-w / 2 + 0.4 if left else w / 2 - 0.4, 0, 1.4), high=1.2)
    lamp(room, x=0.0, z=d - 1.8, drop=0.45)
    return room.outside


def kitchen(canvas: Canvas, *, rng: Random) -> Light:
    """Cupboards along the far wall, cooker, sink below the window, refrigerator, a small table."""
    room = room_for(canvas, rng=rng, wide=rng.uniform(3.9, 4.5), deep=rng.uniform(3.4, 3.9))
    draw_shell(room, floor="tiles")
    w, d = room.wide, room.deep
    front, top = pick(FRONTS, rng=rng), rng.choice(((60, 62, 66), (226, 222, 214), (150, 120, 90)))
    back = back_wall(room)
    _backsplash(room, face=back, box=(0.75, 0.9, w - 0.1, 1.5))
    view_window(room, face=back, box=(w * 0.42, 1.2, w * 0.42 + 1.0, 2.2), curtains=False)
    for a, b in ((0.75, w * 0.42 - 0.15), (w * 0.42 + 1.15, w - 0.05)):
        _cupboards(room, a=a, b=b, color=front)
    _fridge(room, x=-w / 2 + 0.04, z=d - 0.72)
    _counter(room, front=front, top=top)
    lamp(room, x=0.0, z=d - 1.9, drop=0.8)
    if rng.random() < 0.6:
        furniture.dining(room, at=(rng.uniform(-1.2, 0.0), 0, 0.8))
    sunlight(room, left=False)
    return room.outside


def _backsplash(room: Room, *, face: Face, box: tuple[float, float, float, float]) -> None:
    a, b, c, d = box
    color = pick(GLAZES, rng=room.stage.rng)
    face.rect(box, color=color)
    step = 0.15
    for row in range(int((d - b) / step)):
        for col in range(int((c - a) / (step * 2))):
            u = a + col * step * 2 + (row % 2) * step
            face.rect(
                (u, b + row * step, min(c, u + step * 2 - 0.015), b + (row + 1) * step - 0.015),
                color=varied(color, rng=room.stage.rng, by=7),
            )


def _cupboards(room: Room, *, a: float, b: float, color: Color) -> None:
    """Cupboards on the wall, from a to b along it."""
    stage, x0 = room.stage, -room.wide / 2
    face = stage.box(
        (x0 + a, 1.5, room.deep - 0.35, x0 + b, 2.25, room.deep), color=scaled(color, by=0.9), hangs=True
    )
    count = max(1, round((b - a) / 0.5))
    for i in range(count):
        left, right = (b - a) * i / count + 0.02, (b - a) * (i + 1) / count - 0.02
        face.rect((left, 0.03, right, 0.72), color=color)
        face.rect((left + 0.05, 0.08, right - 0.05, 0.67), color=scaled(color, by=1.05))
        face.rect((right - 0.07, 0.08, right - 0.045, 0.24), color=(176, 178, 182))


def _counter(room: Room, *, front: Color, top: Color) -> None:
    """The row of cupboards below the worktop, with cooker and sink."""
    stage, w, d = room.stage, room.wide, room.deep
    x0, x1, z = -w / 2 + 0.76, w / 2, d - 0.62
    face = stage.box((x0, 0.1, z, x1, 0.88, d), color=scaled(front, by=0.92))
    face.rect((0, -0.1, x1 - x0, 0), color=(50, 48, 48))
    count = 5
    for i in range(count):
        a, b = (x1 - x0) * i / count + 0.02, (x1 - x0) * (i + 1) / count - 0.02
        if i == 1:
            _cooker(face=face, a=a, b=b)
            continue
        face.rect((a, 0.03, b, 0.56), color=front)
        face.rect((a, 0.59, b, 0.75), color=front)
        face.rect(((a + b) / 2 - 0.09, 0.66, (a + b) / 2 + 0.09, 0.685), color=(176, 178, 182))
        face.rect((b - 0.06, 0.35, b - 0.035, 0.52), color=(176, 178, 182))
    stage.box((x0 - 0.02, 0.88, z - 0.04, x1, 0.93, d), color=scaled(top, by=0.85), top=top)
    plate = stage.ground(x=x0, y=0.935, z=z)
    cell = (x1 - x0) / count
    plate.rect((cell + 0.04, 0.06, cell * 2 - 0.04, 0.54), color=(34, 35, 40))
    for u in (0.32, 0.7):
        for v in (0.18, 0.42):
            plate.disc((cell * (1 + u), v), radius=0.085, color=(90, 92, 98), corners=14)
    plate.rect((cell * 2.55, 0.1, cell * 3.4, 0.5), color=(206, 210, 214))
    plate.rect((cell * 2.6, 0.14, cell * 3.35, 0.46), color=(150, 154, 160))
    tap = stage.front(x=x0 + cell * 2.97, y=0.93, z=d - 0.1)
    tap.rect((-0.02, 0, 0.02, 0.28), color=(206, 210, 214))
    tap.rect((-0.02, 0.25, 0.16, 0.28), color=(206, 210, 214))
    pot = stage.front(x=x0 + cell * 1.32, y=0.94, z=z + 0.2)
    pot.rounded((-0.11, 0, 0.11, 0.15), radius=0.03, color=room.accent)
    furniture.vase(stage, at=(x0 + cell * 4.3, 0.93, z + 0.25), color=room.cloth)


def _cooker(*, face: Face, a: float, b: float) -> None:
    face.rect((a, 0, b, 0.78), color=(214, 216, 220))
    face.rect((a + 0.05, 0.12, b - 0.05, 0.5), color=(38, 40, 46))
    face.rect((a + 0.08, 0.54, b - 0.08, 0.57), color=(150, 152, 158))
    for i in range(4):
        face.disc((a + (b - a) * (i + 0.7) / 4.4, 0.67), radius=0.032, color=(60, 62, 68), corners=10)


def _fridge(room: Room, *, x: float, z: float) -> None:
    color = room.stage.rng.choice(((232, 234, 236), (176, 180, 186), (110, 112, 118)))
    face = room.stage.box((x, 0.03, z, x + 0.7, 1.78, z + 0.7), color=color)
    face.rect((0, 1.16, 0.7, 1.18), color=(40, 42, 48, 150))
    for box in ((0.06, 0.66, 0.09, 1.1), (0.06, 1.24, 0.09, 1.5)):
        face.rect(box, color=scaled(color, by=0.68))
    face.rect((0.4, 0, 0.56, 1.75), color=(255, 255, 255, 40))


def bathroom(canvas: Canvas, *, rng: Random) -> Light:
    """Tiled walls, basin with mirror, toilet, shower or tub, the water heater on the wall."""
    tile = pick(GLAZES, rng=rng)
    room = room_for(
        canvas,
        rng=rng,
        wide=rng.uniform(3.2, 3.6),
        deep=rng.uniform(2.7, 3.1),
        wall=mix(tile, into=(250, 250, 248), by=0.5),
    )
    draw_shell(room, floor="tiles")
    w, d = room.wide, room.deep
    band = pick((*WOODS, (70, 110, 130), (90, 120, 100)), rng=rng)
    _tiled(face=back_wall(room), wide=w, color=tile, band=band)
    _tiled(face=side_wall(room, left=True), wide=d, color=tile, band=band)
    _tiled(face=side_wall(room, left=False), wide=d, color=tile, band=band)
    view_window(room, face=back_wall(room), box=(w * 0.44, 1.65, w * 0.44 + 0.7, 2.25), curtains=False)
    _heater(room, face=back_wall(room))
    _toilet(room, x=-0.1, z=d - 0.65)
    _basin(room, x=-w / 2 + 0.12, z=d - 0.52)
    if rng.random() < 0.5:
        _tub(room)
    else:
        _shower(room)
    return room.outside


def _tiled(*, face: Face, wide: float, color: Color, band: Color) -> None:
    high, step = 2.1, 0.3
    face.rect((0, 0, wide, high), color=color)
    for row in range(int(high / step) + 1):
        face.line(((0, row * step), (wide, row * step)), color=(255, 255, 255, 150))
    for col in range(int(wide / step) + 1):
        face.line(((col * step, 0), (col * step, high)), color=(255, 255, 255, 130))
    face.rect((0, 1.2, wide, 1.32), color=band)
    for col in range(int(wide / 0.2)):
        face.rect((col * 0.2, 1.22, col * 0.2 + 0.1, 1.3), color=scaled(band, by=1.3))


def _heater(room: Room, *, face: Face) -> None:
    u = room.wide - 0.95
    face.rounded((u, 1.5, u + 0.5, 2.3), radius=0.16, color=(246, 246, 246))
    face.rounded((u + 0.32, 1.55, u + 0.46, 2.25), radius=0.07, color=(214, 218, 222))
    face.disc((u + 0.25, 1.66), radius=0.05, color=(200, 70, 60), corners=12)


def _toilet(room: Room, *, x: float, z: float) -> None:
    stage = room.stage
    white = furniture.WHITEWARE
    stage.shadow((x, 0, z, x + 0.4, 0.4, z + 0.5), alpha=80)
    tank = stage.box((x, 0.4, z + 0.44, x + 0.42, 0.82, z + 0.63), color=(240, 240, 240), top=white)
    tank.rounded((0.16, 0.3, 0.26, 0.36), radius=0.03, color=(190, 194, 198))
    stage.box((x + 0.1, 0, z + 0.1, x + 0.32, 0.36, z + 0.5), color=(232, 232, 232))
    bowl = stage.front(x=x, y=0, z=z)
    bowl.poly(rounded((0.02, 0.2, 0.4, 0.43), radius=0.1), color=(246, 246, 246))
    seat = stage.ground(x=x, y=0.43, z=z)
    seat.poly(rounded((0.02, 0, 0.4, 0.46), radius=0.18), color=white)
    seat.poly(rounded((0.08, 0.05, 0.34, 0.4), radius=0.13), color=(206, 216, 222))


def _basin(room: Room, *, x: float, z: float) -> None:
    stage = room.stage
    face = stage.box((x, 0.1, z, x + 0.95, 0.78, z + 0.5), color=room.wood, top=(240, 240, 238))
    for a in (0.03, 0.49):
        face.rect((a, 0.05, a + 0.43, 0.62), color=scaled(room.wood, by=1.15))
    stage.box((x - 0.02, 0.78, z - 0.03, x + 0.97, 0.84, z + 0.5), color=(226, 226, 224), top=(246, 246, 244))
    bowl = stage.front(x=x + 0.22, y=0.84, z=z + 0.1)
    bowl.poly(rounded((0, 0, 0.5, 0.16), radius=0.07), color=furniture.WHITEWARE)
    stage.front(x=x + 0.46, y=0.84, z=z + 0.42).rect((-0.02, 0, 0.02, 0.3), color=furniture.STEEL)
    mirror = stage.front(x=x, y=1.1, z=room.deep - 0.01)
    mirror.rounded((0.06, -0.02, 0.9, 0.98), radius=0.08, color=room.wood)
    mirror.rounded((0.1, 0.02, 0.86, 0.94), radius=0.06, color=(176, 198, 208))
    mirror.poly(((0.1, 0.3), (0.86, 0.7), (0.86, 0.94), (0.6, 0.94), (0.1, 0.62)), color=(255, 255, 255, 70))
    mirror.rounded((0.2, 1.02, 0.76, 1.09), radius=0.03, color=(255, 246, 214, 255))


def _tub(room: Room) -> None:
    stage, d = room.stage, room.deep
    x0, x1 = room.wide / 2 - 0.8, room.wide / 2 - 0.02
    stage.box((x0, 0, d - 1.75, x1, 0.55, d - 0.02), color=(240, 240, 240), top=(250, 250, 250))
    inner = stage.ground(x=x0, y=0.555, z=d - 1.75)
    inner.poly(rounded((0.08, 0.1, 0.7, 1.62), radius=0.2), color=(206, 216, 222))
    inner.poly(rounded((0.12, 0.16, 0.66, 1.5), radius=0.18), color=(170, 206, 220))
    towel = stage.face(origin=(x0 - 0.01, 0.1, d - 0.6), u=(0, 0, -1), v=(0, 1, 0))
    towel.rect((0, 0, 0.45, 0.46), color=room.cloth)


def _shower(room: Room) -> None:
    stage, d = room.stage, room.deep
    x0 = room.wide / 2 - 1.0
    stage.box((x0, 0, d - 1.0, room.wide / 2, 0.1, d), color=(236, 236, 236), top=(246, 246, 246))
    back = stage.front(x=x0, y=0, z=d - 0.02)
    back.rect((0.14, 0.9, 0.17, 1.9), color=furniture.STEEL)
    back.rounded((0.08, 1.86, 0.3, 1.93), radius=0.03, color=furniture.STEEL)
    pane = stage.front(x=x0, y=0.1, z=d - 1.0)
    pane.rect((0, 0, 1.0, 1.85), color=(206, 228, 236, 70))
    pane.poly(((0.1, 0), (0.3, 0), (0.7, 1.85), (0.5, 1.85)), color=(255, 255, 255, 70))
    for box in ((0, 0, 0.03, 1.85), (0.97, 0, 1.0, 1.85), (0, 1.82, 1.0, 1.85)):
        pane.rect(box, color=(176, 180, 186))
    side = stage.face(origin=(x0, 0.1, d), u=(0, 0, -1), v=(0, 1, 0))
    side.rect((0, 0, 1.0, 1.85), color=(206, 228, 236, 60))
