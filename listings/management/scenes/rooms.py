"""The bare room: floor, walls, ceiling, windows with a view, curtains, lamps, pictures."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from .camera import Camera, Face
from .canvas import Canvas
from .palette import CLOTHS, INDOORS, WOODS, Color, Light, glaze, hour_of, mix, pick, scaled, varied
from .stage import Stage

PLASTER: tuple[Color, ...] = (
    (242, 236, 224),
    (232, 228, 220),
    (224, 230, 226),
    (240, 224, 204),
    (214, 222, 228),
    (230, 216, 196),
    (206, 214, 200),
    (238, 220, 212),
)
TILES: tuple[Color, ...] = (
    (232, 228, 220),
    (214, 206, 196),
    (206, 214, 216),
    (224, 210, 190),
    (190, 196, 196),
)
CEILING: Color = (250, 248, 243, 255)


@dataclass(frozen=True)
class Room:
    """A room from x -wide/2 to wide/2, from the viewer to z = deep; what one sees out of its windows."""

    stage: Stage
    outside: Light
    wide: float
    deep: float
    high: float
    wall: Color
    accent: Color
    wood: Color
    cloth: Color
    near: float = -1.0


def room_for(canvas: Canvas, *, rng: Random, wide: float, deep: float, wall: Color | None = None) -> Room:
    """An empty room and the camera in it."""
    yaw = rng.uniform(-0.16, 0.16)
    eye = (-yaw * 3.4 + rng.uniform(-0.3, 0.3), rng.uniform(1.35, 1.55), -1.35)
    camera = Camera(canvas, eye=eye, yaw=yaw, focal=rng.uniform(590, 660), horizon=rng.uniform(268, 300))
    return Room(
        stage=Stage(canvas, camera, INDOORS, rng),
        outside=hour_of(rng),
        wide=wide,
        deep=deep,
        high=rng.uniform(2.7, 2.95),
        wall=wall or pick(PLASTER, rng=rng),
        accent=pick(CLOTHS, rng=rng),
        wood=pick(WOODS, rng=rng),
        cloth=pick(CLOTHS, rng=rng),
    )


def back_wall(room: Room) -> Face:
    """The wall opposite the viewer."""
    return room.stage.front(x=-room.wide / 2, y=0, z=room.deep)


def side_wall(room: Room, *, left: bool) -> Face:
    """A wall beside the viewer; u runs from the viewer's left to the right."""
    span = room.deep
    if left:
        return room.stage.face(origin=(-room.wide / 2, 0, 0), u=(0, 0, 1), v=(0, 1, 0))
    return room.stage.face(origin=(room.wide / 2, 0, span), u=(0, 0, -1), v=(0, 1, 0))


def draw_shell(room: Room, *, floor: str, accent_wall: bool = False) -> None:
    """Floor, walls and ceiling."""
    stage, w, d, h = room.stage, room.wide, room.deep, room.high
    roof = stage.face(origin=(-w / 2, h, d), u=(1, 0, 0), v=(0, 0, -1))
    roof.rect((0, 0, w, d + 1.4), color=CEILING)
    roof.fade((0, 0, w, 1.6), colors=((60, 50, 40, 36), (60, 50, 40, 0)), steps=8)
    if stage.rng.random() < 0.7:
        roof.rect((0.7, 0.7, w - 0.7, d - 0.2), color=(232, 226, 214, 255))
        roof.rect((0.8, 0.8, w - 0.8, d - 0.3), color=(255, 252, 240, 255))
    for left in (True, False):
        side = side_wall(room, left=left)
        box = (-1.4, 0, d, h) if left else (0, 0, d + 1.4, h)
        side.rect(box, color=room.wall)
        side.rect((box[0], 0, box[2], 0.1), color=scaled(room.wall, by=0.74))
        corner = (d - 1.2, 0, d, h) if left else (0, 0, 1.2, h)
        side.rect(corner, color=(40, 36, 50, 12))
    back = back_wall(room)
    tone = mix(room.wall, into=room.accent, by=0.55) if accent_wall else room.wall
    back.fade((0, 0, w, h), colors=(scaled(tone, by=0.92), scaled(tone, by=1.03)), steps=16)
    back.rect((0, 0, w, 0.1), color=scaled(room.wall, by=0.74))
    back.rect((0, h - 0.09, w, h), color=(250, 248, 244))
    _FLOORS[floor](room)


def _parquet(room: Room) -> None:
    stage, w, d = room.stage, room.wide, room.deep
    ground = stage.ground(x=-w / 2)
    ground.rect((0, -1.4, w, d), color=room.wood)
    count = 22
    for i in range(count):
        a, b = w * i / count, w * (i + 1) / count
        start = -1.4 - stage.rng.random()
        while start < d:
            end = min(d, start + 1.3)
            ground.rect((a, max(-1.4, start), b, end), color=varied(room.wood, rng=stage.rng, by=9))
            ground.line(((a, end), (b, end)), color=(30, 16, 8, 60))
            start = end
            if end >= d:
                break
        ground.line(((a, -1.4), (a, d)), color=(30, 16, 8, 60))
    ground.rect((0, d - 0.8, w, d), color=(20, 10, 4, 30))


def _tiles(room: Room) -> None:
    stage, w, d = room.stage, room.wide, room.deep
    ground = stage.ground(x=-w / 2)
    color = stage.rng.choice(TILES)
    second = scaled(color, by=stage.rng.choice((1.0, 0.97, 0.86)))
    ground.rect((0, -1.4, w, d), color=color)
    step = 0.6
    for row in range(int((d + 1.4) / step) + 1):
        v = -1.4 + row * step
        for col in range(row % 2, int(w / step) + 1, 2):
            ground.rect((col * step, v, min(w, (col + 1) * step), min(d, v + step)), color=second)
        ground.line(((0, v), (w, v)), color=(90, 84, 80, 70))
    for col in range(int(w / step) + 1):
        ground.line(((col * step, -1.4), (col * step, d)), color=(90, 84, 80, 70))
    ground.poly(((w * 0.3, d), (w * 0.6, d), (w * 0.7, -1), (w * 0.1, -1)), color=(255, 255, 255, 26))


def _screed(room: Room) -> None:
    ground = room.stage.ground(x=-room.wide / 2)
    ground.rect((0, -1.4, room.wide, room.deep), color=(168, 164, 158))
    for i in range(14):
        u, v = room.stage.rng.uniform(0, room.wide - 1.6), room.stage.rng.uniform(-1, room.deep - 0.7)
        ground.rounded((u, v, u + 1.6, v + 0.7), radius=0.3, color=(255, 255, 255, 12 if i % 2 else 7))


_FLOORS = {"parquet": _parquet, "tiles": _tiles, "screed": _screed}


def view_window(
    room: Room, *, face: Face, box: tuple[float, float, float, float], curtains: bool = True
) -> None:
    """A window with sky, hills and roofs behind it, and curtains beside it."""
    a, b, c, d = box
    wide, high = c - a, d - b
    light, rng = room.outside, room.stage.rng
    face.rect((a - 0.1, b - 0.1, c + 0.1, d + 0.1), color=(250, 250, 248, 255))
    face.fade(box, colors=((*light.horizon[:3], 255), (*light.zenith[:3], 255)), steps=16)
    hill = mix(light.on((88, 118, 92), facing=(0, 0.9, 0)), into=light.horizon, by=0.4)
    ridge = [(a + wide * i / 8, b + high * rng.uniform(0.26, 0.42)) for i in range(9)]
    face.poly([(a, b), *ridge, (c, b)], color=(*hill, 255))
    u = a
    while u < c - wide * 0.06:
        size = min(c - u, wide * rng.uniform(0.08, 0.2))
        tone = mix(
            light.on(varied((214, 196, 172), rng=rng, by=22), facing=(0, 0, -1)), into=light.horizon, by=0.2
        )
        face.rect((u, b, u + size, b + high * rng.uniform(0.1, 0.3)), color=(*tone, 255))
        u += size
    leaf = light.on((84, 124, 70), facing=(0, 0.7, 0))
    for _ in range(5):
        face.disc((rng.uniform(a + 0.15, c - 0.15), b + 0.12), radius=0.13, color=(*leaf, 255), corners=10)
    for part in (0.5,) if wide < 2 else (0.33, 0.66):
        face.rect((a + wide * part - 0.03, b, a + wide * part + 0.03, d), color=(248, 248, 246, 255))
    face.poly(
        ((a, b), (a + wide * 0.2, b), (a + wide * 0.45, d), (a + wide * 0.25, d)), color=(255, 255, 255, 40)
    )
    face.rect((a - 0.2, b - 0.18, c + 0.2, b - 0.1), color=(250, 248, 242))
    if curtains:
        _curtains(room, face=face, box=box)


def _curtains(room: Room, *, face: Face, box: tuple[float, float, float, float]) -> None:
    a, b, c, d = box
    face.rect((a - 0.5, d + 0.2, c + 0.5, d + 0.25), color=(120, 96, 70))
    low = 0.12 if b < 1.2 else b - 0.3
    for start, end in ((a - 0.42, a + 0.14), (c - 0.14, c + 0.42)):
        folds = 7
        for i in range(folds):
            u = start + (end - start) * i / folds
            tone = scaled(room.cloth, by=1.12 if i % 2 else 0.9)
            face.rect((u, low, u + (end - start) / folds + 0.01, d + 0.2), color=tone)


def sunlight(room: Room, *, left: bool) -> None:
    """The patch of sun that falls through a window onto the floor."""
    if room.outside.name in ("rainy season", "dusk"):
        return
    side = -1 if left else 1
    x = side * room.wide * 0.4
    warm = glaze(room.outside.glow, alpha=58)
    ground = room.stage.ground()
    for shift in (0.0, 0.75):
        z = 1.0 + shift
        ground.poly(
            ((x, z), (x, z + 0.62), (x - side * 1.7, z + 0.2), (x - side * 1.7, z - 0.42)), color=warm
        )


def rug(room: Room, *, box: tuple[float, float, float, float]) -> None:
    """A rug with borders and lozenges."""
    ground = room.stage.ground(y=0.01)
    a, b, c, d = box
    base, second = room.accent, mix(room.cloth, into=(240, 226, 200), by=0.4)
    ground.rect((a + 0.06, b - 0.06, c + 0.06, d), color=(20, 14, 10, 50))
    for inset, tone in ((0.0, base), (0.1, second), (0.18, scaled(base, by=0.85)), (0.26, base)):
        ground.rect((a + inset, b + inset, c - inset, d - inset), color=tone)
    middle = (b + d) / 2
    for i in range(5):
        u = a + (c - a) * (i + 0.5) / 5
        size = (c - a) * 0.075
        ground.poly(
            ((u - size, middle), (u, middle - size * 1.6), (u + size, middle), (u, middle + size * 1.6)),
            color=second,
        )


def picture(room: Room, *, face: Face, at: tuple[float, float], wide: float) -> None:
    """A framed picture: shapes, hills or a weaving."""
    u, v = at
    rng = room.stage.rng
    high = wide * rng.choice((0.72, 1.0, 1.3))
    face.rect((u + 0.03, v - 0.05, u + wide + 0.04, v + high), color=(30, 24, 30, 40))
    face.rect((u, v, u + wide, v + high), color=rng.choice(((60, 46, 38), (236, 230, 218), (150, 112, 70))))
    face.rect((u + 0.05, v + 0.05, u + wide - 0.05, v + high - 0.05), color=(246, 240, 228))
    tones = [rng.choice(CLOTHS) for _ in range(3)]
    for i, tone in enumerate(tones):
        top = v + high * (0.75 - 0.2 * i)
        spots = [
            (u + 0.1, v + 0.1),
            (u + 0.1, top * 0.98),
            (u + wide * rng.uniform(0.3, 0.7), top),
            (u + wide - 0.1, top * 0.97),
            (u + wide - 0.1, v + 0.1),
        ]
        face.poly(spots, color=tone)


def lamp(room: Room, *, x: float, z: float, drop: float = 0.7) -> None:
    """A lamp that hangs from the ceiling, with its light."""
    stage = room.stage
    y = room.high - drop
    stage.canvas.stroke(stage.camera.outline([(x, room.high, z), (x, y, z)]), color=(60, 54, 50), width=1.6)
    center = stage.camera.point((x, y - 0.1, z))
    size = stage.camera.size_at((x, y, z))
    stage.canvas.glow(center, radius=size * 1.1, color=(255, 232, 180), strength=0.55)
    face = stage.front(x=x, y=y, z=z)
    face.poly(((-0.1, 0), (0.1, 0), (0.27, -0.26), (-0.27, -0.26)), color=room.accent)
    face.rect((-0.25, -0.29, 0.25, -0.26), color=(255, 244, 206, 255))
