"""Vehicles from inside: the dashboard from the driver's seat, the seats."""

from __future__ import annotations

from math import cos, pi, sin
from random import Random

from . import outdoors
from .camera import Camera, ring, rounded
from .canvas import HEIGHT, WIDTH, Canvas, Point, smooth
from .palette import INDOORS, Color, Light, hour_of, mix, scaled
from .stage import Stage

TRIMS: tuple[Color, ...] = ((58, 60, 66), (104, 106, 110), (176, 152, 118), (124, 84, 60), (84, 40, 40))
DARK: Color = (40, 42, 48)


def _outside(canvas: Canvas, *, rng: Random, horizon: float) -> Light:
    """What is seen through the glass."""
    light = hour_of(rng)
    camera = Camera(canvas, eye=(0, 1.4, 0), yaw=0, focal=500, horizon=horizon)
    stage = Stage(canvas, camera, light, rng)
    outdoors.sky(stage, horizon=horizon)
    outdoors.hills(stage, horizon=horizon, height=80)
    outdoors.town(stage, horizon=horizon, tall=46)
    outdoors.land(stage, horizon=horizon, color=rng.choice((outdoors.GRASS, (170, 160, 146))))
    ground = stage.ground()
    ground.rect((-1.8, 1, 5.4, 90), color=outdoors.ASPHALT)
    for i in range(12):
        ground.rect((1.72, 2 + i * 5, 1.88, 4.4 + i * 5), color=(232, 226, 206))
    return light


def dashboard(canvas: Canvas, *, rng: Random) -> Light:
    """The view from behind the wheel, which sits on the left."""
    light = _outside(canvas, rng=rng, horizon=215)
    trim, accent = rng.choice(TRIMS), rng.choice(((190, 194, 200), (150, 108, 70), (60, 62, 68)))
    _frame(canvas, trim=trim)
    _panel(canvas, trim=trim, accent=accent)
    _dials(canvas, at=(236, 322), rng=rng)
    _console(canvas, trim=trim, accent=accent, rng=rng)
    _steering(canvas, at=(236, 410), trim=trim, accent=accent)
    return light


def _frame(canvas: Canvas, *, trim: Color) -> None:
    """Roof lining, pillars and the mirror."""
    lining = mix(trim, into=(214, 210, 202), by=0.62)
    canvas.polygon(
        [(0, 0), (800, 0), (800, 46), *smooth([(760, 52), (400, 26), (40, 52)]), (0, 46)], color=lining
    )
    for left in (True, False):
        spots: list[Point] = (
            [(0, 0), (70, 0), (40, 60), (0, 300)] if left else [(800, 0), (730, 0), (762, 60), (800, 300)]
        )
        canvas.polygon(spots, color=scaled(lining, by=0.82))
    canvas.rect((396, 26, 404, 62), color=DARK)
    canvas.rounded((318, 56, 482, 98), radius=14, color=DARK)
    canvas.rounded((325, 62, 475, 92), radius=10, color=(150, 178, 196))
    canvas.polygon([(345, 62), (390, 62), (370, 92), (330, 92)], color=(255, 255, 255, 60))


def _panel(canvas: Canvas, *, trim: Color, accent: Color) -> None:
    """The dashboard itself, light on its top."""
    top = smooth([(-10, 292), (90, 262), (236, 246), (400, 268), (620, 262), (810, 292)], steps=8)
    canvas.polygon([*top, (810, 620), (-10, 620)], color=scaled(trim, by=0.9))
    for step in range(14):
        lower = [(x, y + 6 + step * 5) for x, y in top]
        canvas.polygon([*lower, (810, 620), (-10, 620)], color=scaled(trim, by=1.1 - step * 0.028))
    band = [(x, y + 92) for x, y in top]
    canvas.polygon([*band, *[(x, y + 26) for x, y in band[::-1]]], color=accent)
    canvas.line(band, color=(255, 255, 255, 120), width=1.5)
    for x, wide in ((40, 84), (356, 62), (566, 62), (690, 84)):
        canvas.rounded((x, 306, x + wide, 344), radius=9, color=(28, 29, 33))
        for i in range(4):
            canvas.rect((x + 5, 312 + i * 8, x + wide - 5, 315 + i * 8), color=(84, 86, 92))
    canvas.rounded((596, 414, 776, 500), radius=12, color=scaled(trim, by=0.66))
    canvas.rounded((600, 418, 772, 496), radius=10, color=scaled(trim, by=0.84))
    canvas.rounded((668, 430, 704, 438), radius=4, color=scaled(trim, by=0.5))


def _dials(canvas: Canvas, *, at: Point, rng: Random) -> None:
    x, y = at
    hood = smooth(
        [(x - 150, y + 40), (x - 130, y - 56), (x, y - 84), (x + 130, y - 56), (x + 150, y + 40)], steps=6
    )
    canvas.polygon(hood, color=(30, 31, 36))
    for side in (-1, 1):
        cx = x + side * 62
        canvas.disc((cx, y), radius=48, color=(190, 194, 200))
        canvas.disc((cx, y), radius=45, color=(18, 20, 26))
        for tick in range(11):
            turn = pi * (1.25 - 1.5 * tick / 10)
            ux, uy = cos(turn), -sin(turn)
            canvas.line(
                ((cx + ux * 34, y + uy * 34), (cx + ux * 42, y + uy * 42)), color=(236, 238, 240), width=1.6
            )
        aim = pi * rng.uniform(0.9, 1.25)
        canvas.line(((cx, y), (cx + cos(aim) * 36, y - sin(aim) * 36)), color=(236, 70, 50), width=2.6)
        canvas.disc((cx, y), radius=6, color=(90, 94, 100))
    canvas.rounded((x - 13, y - 24, x + 13, y + 28), radius=4, color=(70, 130, 160))


def _console(canvas: Canvas, *, trim: Color, accent: Color, rng: Random) -> None:
    """Screen, knobs, gear lever."""
    canvas.rounded((420, 282, 562, 372), radius=10, color=(20, 21, 25))
    canvas.gradient((428, 290, 554, 364), colors=((40, 70, 96), (28, 44, 60)))
    for _ in range(4):
        spots = [(428 + i * 21.0, rng.uniform(296, 358)) for i in range(7)]
        canvas.line(
            spots,
            color=rng.choice(((240, 200, 90, 200), (120, 190, 220, 170), (230, 232, 234, 120))),
            width=2,
        )
    canvas.disc((rng.uniform(460, 520), 328), radius=6, color=(240, 90, 70))
    canvas.polygon([(404, 392), (576, 392), (606, 620), (384, 620)], color=scaled(trim, by=0.7))
    canvas.polygon([(416, 400), (564, 400), (590, 620), (398, 620)], color=scaled(trim, by=0.82))
    for x in (440, 490, 540):
        canvas.disc((x, 426), radius=18, color=accent)
        canvas.disc((x, 426), radius=14, color=(44, 46, 52))
        canvas.line(((x, 426), (x + 6, 414)), color=(240, 240, 240), width=2)
    canvas.rounded((446, 470, 536, 590), radius=20, color=(34, 35, 40))
    canvas.polygon([(478, 560), (504, 560), (498, 500), (484, 500)], color=(70, 72, 78))
    canvas.rounded((472, 468, 510, 508), radius=17, color=scaled(accent, by=0.8))
    canvas.rounded((478, 472, 498, 486), radius=7, color=(255, 255, 255, 90))


def _steering(canvas: Canvas, *, at: Point, trim: Color, accent: Color) -> None:
    x, y = at
    rim = [(x + cos(pi * i / 30) * 148, y + sin(pi * i / 30) * 140) for i in range(61)]
    hole = [(x + (px - x) * 0.84, y + (py - y) * 0.84) for px, py in rim]
    canvas.polygon([(px + 3, py + 7) for px, py in [*rim, *hole[::-1]]], color=(0, 0, 0, 70))
    for spoke in (
        [(x - 130, y - 8), (x - 40, y - 22), (x - 40, y + 26), (x - 128, y + 22)],
        [(x + 130, y - 8), (x + 40, y - 22), (x + 40, y + 26), (x + 128, y + 22)],
    ):
        canvas.polygon(spoke, color=scaled(accent, by=0.9))
    canvas.polygon(
        [(x - 22, y + 30), (x + 22, y + 30), (x + 32, y + 130), (x - 32, y + 130)],
        color=scaled(accent, by=0.8),
    )
    canvas.polygon([*rim, *hole[::-1]], color=scaled(trim, by=0.5))
    inner = [(x + (px - x) * 0.95, y + (py - y) * 0.95) for px, py in rim]
    canvas.polygon([*rim[30:], *inner[30:][::-1]], color=(255, 255, 255, 34))
    canvas.polygon(
        smooth(
            [
                (x - 62, y - 30),
                (x, y - 46),
                (x + 62, y - 30),
                (x + 50, y + 44),
                (x, y + 58),
                (x - 50, y + 44),
            ],
            closed=True,
        ),
        color=scaled(trim, by=0.72),
    )
    canvas.disc((x, y + 2), radius=15, color=(206, 210, 214))
    canvas.disc((x, y + 2), radius=11, color=scaled(trim, by=0.6))
    for side in (-1, 1):
        canvas.rounded((x + side * 88 - 14, y - 4, x + side * 88 + 14, y + 14), radius=6, color=(30, 31, 35))


def seats(canvas: Canvas, *, rng: Random) -> Light:
    """The rear bench and the backs of the front seats, windows around."""
    light = _outside(canvas, rng=rng, horizon=200)
    trim = rng.choice(TRIMS)
    lining = mix(trim, into=(220, 216, 208), by=0.66)
    _shell(canvas, lining=lining, trim=trim)
    canvas.gradient((0, 470, WIDTH, HEIGHT), colors=(scaled(trim, by=0.5), scaled(trim, by=0.34)))
    for x in (150, 400, 650):
        _seat(canvas, at=(x, 470), wide=236, high=290, color=trim)
    canvas.polygon([(20, 452), (780, 452), (800, 520), (0, 520)], color=scaled(trim, by=1.04))
    canvas.polygon([(0, 520), (800, 520), (800, 560), (0, 560)], color=scaled(trim, by=0.72))
    for x in (272, 528):
        canvas.line(((x, 454), (x - 4 if x < 400 else x + 4, 560)), color=(0, 0, 0, 70), width=2)
    for x, way in ((262, -1), (538, 1)):
        canvas.rounded((x - 12, 430, x + 12, 458), radius=4, color=(34, 35, 40))
        canvas.rounded((x - 6, 426, x + 6, 436), radius=2, color=(206, 50, 44))
        canvas.line(((x, 430), (x + way * 70, 250)), color=(30, 31, 36, 150), width=5)
    return light


def _shell(canvas: Canvas, *, lining: Color, trim: Color) -> None:
    """Roof, pillars and doors around the windows."""
    canvas.polygon(
        [(0, 0), (800, 0), (800, 96), *smooth([(700, 74), (400, 62), (100, 74)]), (0, 96)], color=lining
    )
    canvas.polygon([(0, 60), (118, 72), (96, 300), (0, 300)], color=scaled(lining, by=0.92))
    canvas.polygon([(800, 60), (682, 72), (704, 300), (800, 300)], color=scaled(lining, by=0.92))
    canvas.polygon([(0, 110), (84, 118), (70, 262), (0, 262)], color=(150, 186, 206, 200))
    canvas.polygon([(800, 110), (716, 118), (730, 262), (800, 262)], color=(150, 186, 206, 200))
    canvas.polygon(
        [(0, 290), *smooth([(90, 276), (400, 250), (710, 276)]), (800, 290), (800, 480), (0, 480)],
        color=scaled(trim, by=0.62),
    )
    canvas.rounded((330, 40, 470, 60), radius=8, color=(250, 246, 230))
    for left in (True, False):
        spots: list[Point] = (
            [(0, 300), (70, 290), (50, 600), (0, 600)]
            if left
            else [(800, 300), (730, 290), (750, 600), (800, 600)]
        )
        canvas.polygon(spots, color=scaled(trim, by=0.84))


def _seat(canvas: Canvas, *, at: Point, wide: float, high: float, color: Color) -> None:
    """A back rest with its head rest, bolsters and stitching."""
    x, y = at
    canvas.rect((x - 26, y - high - 20, x - 20, y - high + 30), color=(170, 172, 176))
    canvas.rect((x + 20, y - high - 20, x + 26, y - high + 30), color=(170, 172, 176))
    canvas.rounded((x - 62, y - high - 62, x + 62, y - high + 4), radius=24, color=scaled(color, by=0.9))
    canvas.rounded((x - 54, y - high - 58, x + 54, y - high - 10), radius=20, color=scaled(color, by=1.12))
    canvas.rounded(
        (x - wide / 2, y - high + 10, x + wide / 2, y + 10), radius=34, color=scaled(color, by=0.76)
    )
    for step in range(10):
        inset = 22 + step * 4
        box = (x - wide / 2 + inset, y - high + 22 + step * 2, x + wide / 2 - inset, y)
        canvas.rounded(box, radius=22, color=scaled(color, by=0.94 + step * 0.022))
    for side in (-1, 1):
        edge = x + side * (wide / 2 - 24)
        canvas.line(
            smooth([(edge, y - high + 40), (edge - side * 8, y - high / 2), (edge, y)]),
            color=(255, 255, 255, 60),
            width=1.2,
        )
    for part in (0.3, 0.5, 0.7):
        v = y - high * part
        canvas.line(((x - wide / 2 + 40, v), (x + wide / 2 - 40, v)), color=(0, 0, 0, 46), width=1.4)


def aisle(canvas: Canvas, *, rng: Random) -> Light:
    """Rows of seats left and right of the aisle of a bus or minibus."""
    trim = rng.choice(((62, 84, 120), (120, 60, 60), (84, 90, 98), (150, 120, 80)))
    camera = Camera(canvas, eye=(0.05, 1.55, -1.2), yaw=rng.uniform(-0.05, 0.05), focal=520, horizon=250)
    stage = Stage(canvas, camera, INDOORS, rng)
    light = _outside(canvas, rng=rng, horizon=236)
    stage.ground().rect((-1.2, -1, 1.2, 8), color=(96, 98, 104))
    stage.ground().rect((-0.25, -1, 0.25, 8), color=(120, 122, 128))
    roof = stage.face(origin=(-1.2, 2.1, 8), u=(1, 0, 0), v=(0, 0, -1))
    roof.rect((0, 0, 2.4, 9), color=(246, 244, 238))
    for i in range(5):
        roof.rounded((1.05, i * 1.8 + 0.4, 1.35, i * 1.8 + 1.3), radius=0.1, color=(255, 252, 236, 255))
    for x, way, start in ((-1.2, 1, -1.0), (1.2, -1, 8.0)):
        side = stage.face(origin=(x, 0, start), u=(0, 0, way), v=(0, 1, 0))
        side.rect((0, 0, 9, 0.95), color=(206, 204, 198))
        side.rect((0, 1.75, 9, 2.1), color=(226, 224, 218))
        for i in range(7):
            side.rect((i * 1.4, 0.95, i * 1.4 + 0.14, 1.75), color=(214, 212, 206))
    end = stage.front(x=-1.2, y=0, z=8)
    end.rect((0, 0, 2.4, 1.0), color=(70, 72, 78))
    for row in range(6, -1, -1):
        for left in (-1.1, 0.28):
            _row(stage, left=left, z=0.2 + row * 1.05, color=trim)
    return light


def _row(stage: Stage, *, left: float, z: float, color: Color) -> None:
    stage.box((left, 0, z, left + 0.8, 0.42, z + 0.4), color=(60, 62, 68))
    for part in (0, 0.42):
        face = stage.box((left + part, 0.4, z, left + part + 0.39, 1.0, z + 0.12), color=color)
        face.poly(rounded((0, 0, 0.39, 0.66), radius=0.1), color=color)
        face.poly(rounded((0.05, 0.08, 0.34, 0.56), radius=0.08), color=scaled(color, by=1.2))
        face.poly(rounded((0.07, 0.62, 0.32, 0.82), radius=0.07), color=(236, 232, 222))
        face.poly(ring((0.195, 0.3), radius=0.04, corners=8), color=scaled(color, by=0.8))
