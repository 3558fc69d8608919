"""Vehicles that are not one closed body: lorry, trailer, motorcycle, three-wheeler, tractor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import cos, pi, sin

from .bodies import BODIES
from .camera import Face
from .canvas import Point, smooth
from .coachwork import RUBBER, Coach, draw_coach, wheel
from .palette import Color, Vec, scaled
from .stage import Stage

STEEL: Color = (176, 180, 186)
IRON: Color = (58, 60, 66)


def truck(stage: Stage, *, paint: Color) -> None:
    """A lorry with a closed box, a canvas cover or open sides."""
    cab = Coach(stage, BODIES["cab"], paint, paint, nose=-3.5)
    rear_seen = stage.camera.eye[0] > 0
    stage.shadow((-1.4, 0, -1.1, 3.4, 0.8, 1.1), alpha=130)
    if rear_seen:
        draw_coach(cab)
    _load(stage, kind=stage.rng.choice(("box", "open", "canvas")), paint=paint)
    if not rear_seen:
        draw_coach(cab)


def tractor_unit(stage: Stage, *, paint: Color) -> None:
    """The pulling half of an articulated lorry."""
    cab = Coach(stage, replace(BODIES["cab"], axles=(0.95, 3.4)), paint, paint, nose=-2.2)
    frame = (-0.4, 0.6, -0.6, 2.2, 0.95, 0.6)
    if stage.camera.eye[0] > 0:
        draw_coach(cab)
        stage.box(frame, color=IRON)
    else:
        stage.box(frame, color=IRON)
        draw_coach(cab)
    stage.box((0.8, 0.95, -0.5, 1.7, 1.1, 0.5), color=(40, 42, 46))


def trailer(stage: Stage, *, paint: Color) -> None:
    """A trailer with its drawbar."""
    stage.shadow((-2.4, 0, -1.1, 3.0, 1.0, 1.1), alpha=140)
    for z in (0.85, -1.05):
        for x in (0.6, 1.7):
            wheel(stage, at=(x, 0.48, z), radius=0.48, plain=z > 0)
    stage.box((-3.6, 0.6, -0.12, -2.3, 0.78, 0.12), color=IRON)
    _load(stage, kind="open", paint=paint, left=-2.4)


def _load(stage: Stage, *, kind: str, paint: Color, left: float = -1.4) -> None:
    """What the chassis carries."""
    right, low = 3.4, 0.98
    stage.box((left, 0.66, -0.7, right, low, 0.7), color=IRON)
    top = {"box": 3.15, "canvas": 2.9, "open": 1.75}[kind]
    color = {"box": (236, 236, 232), "canvas": (92, 116, 96), "open": paint}[kind]
    block = (left, low, -1.08, right, top, 1.08)
    face = stage.box(block, color=color, top=(120, 104, 84) if kind == "open" else color)
    wide, high = right - left, top - low
    for i in range(1, 9):
        face.rect((wide * i / 9 - 0.02, 0, wide * i / 9 + 0.02, high), color=(20, 24, 30, 50))
    if kind == "box":
        face.rect((0, high * 0.42, wide, high * 0.58), color=paint)
    face.rect((0, 0, wide, 0.12), color=(70, 72, 78))
    end = stage.side_of(block)
    if end is not None and stage.camera.eye[0] > right:
        end.rect((1.06, 0.1, 1.1, high), color=(40, 44, 50, 160))
        for u in (0.1, 1.76):
            end.rect((u, -0.2, u + 0.3, -0.05), color=(190, 30, 34))
        end.rect((0.8, -0.22, 1.36, -0.06), color=(250, 248, 240))


def bajaj(stage: Stage, *, paint: Color, upper: Color) -> None:
    """The three-wheeled taxi, its sides open."""
    body = replace(BODIES["bajaj"], axles=(2.1,))
    coach = Coach(stage, body, paint, upper, nose=-1.35)
    wheel(stage, at=(-1.35 + 0.36, 0.22, -0.08), radius=0.22, deep=0.14)
    draw_coach(coach)
    inside = (46, 44, 48)
    coach.flank(
        smooth([(0.78, 0.42), (0.7, 0.7), (0.86, 1.5), (1.12, 1.54), (1.16, 0.42)], steps=3), color=inside
    )
    coach.flank(((1.3, 0.8), (1.3, 1.52), (2.2, 1.5), (2.3, 0.8)), color=inside)
    coach.flank(((1.34, 0.8), (1.34, 1.0), (2.2, 1.0), (2.24, 0.8)), color=(120, 70, 52))
    coach.flank(((1.9, 1.0), (2.0, 1.4), (2.2, 1.4), (2.24, 1.0)), color=(136, 82, 60))
    coach.flank(((0.9, 0.62), (1.14, 0.62), (1.14, 0.74), (0.9, 0.74)), color=(120, 70, 52))
    for x in (0.2, 2.5):
        coach.flank(((x, 0.74), (x + 0.1, 0.74), (x + 0.1, 0.82), (x, 0.82)), color=(240, 180, 70))


def motorcycle(stage: Stage, *, paint: Color) -> None:
    """A light motorcycle, its front wheel to the left."""
    stage.shadow((-0.95, 0, -0.12, 0.95, 0.8, 0.12), alpha=120)
    for x in (-0.66, 0.66):
        _spoked(stage, at=(x, 0.31, -0.05))
    face = stage.front(x=0, y=0, z=-0.07)
    _frame(face)
    face.poly(
        smooth(
            [(-0.42, 0.78), (-0.3, 0.94), (0.0, 0.95), (0.16, 0.82), (0.0, 0.7), (-0.3, 0.68)],
            steps=4,
            closed=True,
        ),
        color=paint,
    )
    face.poly(
        smooth([(-0.34, 0.86), (-0.2, 0.92), (0.02, 0.92), (-0.1, 0.86)], steps=4, closed=True),
        color=(255, 255, 255, 90),
    )
    face.poly(
        smooth(
            [(0.08, 0.82), (0.3, 0.84), (0.72, 0.9), (0.8, 0.84), (0.4, 0.74), (0.12, 0.74)],
            steps=4,
            closed=True,
        ),
        color=(40, 38, 40),
    )
    face.poly(((0.2, 0.74), (0.66, 0.8), (0.7, 0.68), (0.3, 0.58)), color=paint)
    face.poly(
        smooth([(0.4, 0.68), (0.7, 0.74), (0.98, 0.5), (0.86, 0.62), (0.6, 0.66)], steps=3),
        color=scaled(paint, by=0.8),
    )
    face.poly(
        smooth(
            [(-1.0, 0.44), (-0.86, 0.66), (-0.62, 0.7), (-0.4, 0.56), (-0.62, 0.64), (-0.84, 0.58)], steps=4
        ),
        color=paint,
    )
    face.rounded((0.76, 0.74, 0.9, 0.84), radius=0.04, color=(196, 36, 36))
    face.disc((-0.52, 0.92), radius=0.1, color=STEEL)
    face.disc((-0.55, 0.92), radius=0.075, color=(252, 250, 232))
    _bars(stage, face=face)


def _frame(face: Face) -> None:
    """Fork, tubes, engine, exhaust."""
    _tube(face, spots=[(-0.66, 0.31), (-0.46, 0.98)], color=STEEL, wide=0.05)
    _tube(face, spots=[(-0.42, 0.86), (-0.1, 0.3), (0.34, 0.28), (0.5, 0.72)], color=IRON, wide=0.05)
    _tube(face, spots=[(0.34, 0.3), (0.66, 0.31)], color=IRON, wide=0.06)
    _tube(face, spots=[(0.62, 0.34), (0.56, 0.72)], color=(200, 60, 50), wide=0.06)
    face.rounded((-0.2, 0.26, 0.24, 0.52), radius=0.08, color=(120, 124, 130))
    face.rounded((-0.24, 0.46, -0.02, 0.68), radius=0.04, color=(150, 154, 160))
    for i in range(4):
        face.rect((-0.26, 0.48 + i * 0.05, 0.0, 0.5 + i * 0.05), color=(80, 84, 90))
    face.disc((0.1, 0.38), radius=0.1, color=(90, 94, 100))
    _tube(face, spots=[(-0.22, 0.5), (-0.28, 0.3), (0.1, 0.22), (0.4, 0.26)], color=STEEL, wide=0.05)
    _tube(face, spots=[(0.36, 0.26), (0.9, 0.36)], color=STEEL, wide=0.1)


def _tube(face: Face, *, spots: Sequence[Point], color: Color, wide: float) -> None:
    for (ax, ay), (bx, by) in pairwise(spots):
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
        nx, ny = -(by - ay) / length * wide / 2, (bx - ax) / length * wide / 2
        face.poly(
            ((ax + nx, ay + ny), (bx + nx, by + ny), (bx - nx, by - ny), (ax - nx, ay - ny)), color=color
        )
        face.disc((bx, by), radius=wide / 2, color=color, corners=10)


def _bars(stage: Stage, *, face: Face) -> None:
    """Handlebars that reach over both sides, mirrors on top."""
    for z in (0.36, -0.36):
        stage.canvas.stroke(
            stage.camera.outline([(-0.46, 0.98, 0.0), (-0.42, 1.06, z * 0.5), (-0.32, 1.04, z)]),
            color=(44, 44, 48),
            width=3.4,
        )
        stage.canvas.stroke(
            stage.camera.outline([(-0.42, 1.04, z * 0.7), (-0.46, 1.24, z * 0.8)]),
            color=(44, 44, 48),
            width=1.6,
        )
        stage.front(x=-0.46, y=1.26, z=z * 0.8).disc((0, 0), radius=0.07, color=(52, 54, 60), corners=14)
    face.disc((-0.46, 1.0), radius=0.05, color=IRON, corners=12)


def _spoked(stage: Stage, *, at: Vec) -> None:
    """A wheel with thin spokes that one can see through."""
    face = stage.front(x=at[0], y=at[1], z=at[2])
    outer = [(0.31 * cos(i * pi / 16), 0.31 * sin(i * pi / 16)) for i in range(33)]
    inner = [(x * 0.78, y * 0.78) for x, y in outer]
    stage.front(x=at[0], y=at[1], z=at[2] + 0.1).poly([*outer, *inner[::-1]], color=(24, 24, 28))
    face.poly([*outer, *inner[::-1]], color=RUBBER)
    face.poly([*inner, *[(x * 0.9, y * 0.9) for x, y in inner[::-1]]], color=STEEL)
    for i in range(12):
        turn = i * pi / 12
        face.line(
            ((-0.22 * cos(turn), -0.22 * sin(turn)), (0.22 * cos(turn), 0.22 * sin(turn))),
            color=STEEL,
            width=0.8,
        )
    face.disc((0, 0), radius=0.1, color=(110, 114, 120), corners=14)


def tractor(stage: Stage, *, paint: Color) -> None:
    """A farm tractor with its cabin, the bonnet to the left."""
    stage.shadow((-1.8, 0, -0.9, 1.6, 1.6, 0.9), alpha=140)
    _lugged(stage, at=(0.8, 0.82, 0.65), radius=0.82)
    wheel(stage, at=(-1.25, 0.46, 0.6), radius=0.46, deep=0.3, plain=True)
    stage.box((-1.7, 0.55, -0.28, 0.9, 0.95, 0.28), color=IRON)
    rear_seen = stage.camera.eye[0] > 0
    for part in ("cabin", "bonnet") if rear_seen else ("bonnet", "cabin"):
        _PARTS[part](stage, paint=paint)
    wheel(stage, at=(-1.25, 0.46, -0.85), radius=0.46, deep=0.3)
    _lugged(stage, at=(0.8, 0.82, -1.0), radius=0.82)
    mud = [(0.8 + 0.98 * cos(pi * i / 12), 0.82 + 0.98 * sin(pi * i / 12)) for i in range(1, 10)]
    inner = [(0.8 + (x - 0.8) * 0.92, 0.82 + (y - 0.82) * 0.92) for x, y in mud]
    stage.front(x=0, y=0, z=-1.02).poly([*mud, *inner[::-1]], color=paint)


def _bonnet(stage: Stage, *, paint: Color) -> None:
    block = (-1.85, 0.95, -0.36, 0.05, 1.5, 0.36)
    face = stage.box(block, color=paint, top=scaled(paint, by=1.1))
    face.rect((0.2, 0.1, 1.3, 0.38), color=(34, 36, 40))
    for i in range(5):
        face.rect((0.25 + i * 0.21, 0.14, 0.4 + i * 0.21, 0.34), color=(90, 94, 100))
    face.rect((0, 0.44, 1.9, 0.5), color=(250, 248, 240))
    end = stage.side_of(block)
    if end is not None and stage.camera.eye[0] < block[0]:
        end.rect((0.08, 0.06, 0.64, 0.46), color=(34, 36, 40))
        for u in (0.16, 0.56):
            end.disc((u, 0.38), radius=0.08, color=(252, 250, 230), corners=12)
    stage.box((-0.9, 1.5, -0.05, -0.8, 2.3, 0.05), color=(44, 46, 50))


def _cabin(stage: Stage, *, paint: Color) -> None:
    block = (0.05, 1.0, -0.62, 1.35, 2.4, 0.62)
    face = stage.box(block, color=(84, 108, 124), top=paint)
    face.poly(((0.1, 0.3), (1.2, 0.7), (1.2, 1.35), (0.1, 1.35)), color=(190, 214, 226, 120))
    face.rounded((0.5, 0.0, 0.9, 0.65), radius=0.1, color=(40, 40, 44))
    for u in (0, 0.62, 1.22):
        face.rect((u, 0, u + 0.08, 1.4), color=IRON)
    stage.box((-0.05, 2.4, -0.72, 1.45, 2.6, 0.72), color=paint, top=scaled(paint, by=1.08), hangs=True)


_PARTS = {"bonnet": _bonnet, "cabin": _cabin}


def _lugged(stage: Stage, *, at: Vec, radius: float) -> None:
    """A large wheel with lugs on its tread."""
    x, y, z = at
    for step in range(4):
        ring_at = stage.front(x=x, y=y, z=z + 0.36 * (1 - step / 3))
        corners = []
        for i in range(48):
            reach = radius * (1.0 if i % 2 else 0.94)
            corners.append((reach * cos(2 * pi * i / 48), reach * sin(2 * pi * i / 48)))
        ring_at.poly(corners, color=scaled(RUBBER, by=0.7 + 0.1 * step))
    face = stage.front(x=x, y=y, z=z)
    face.disc((0, 0), radius=radius * 0.6, color=(232, 196, 70), corners=26)
    face.disc((0, 0), radius=radius * 0.48, color=(206, 166, 50), corners=26)
    face.disc((0, 0), radius=radius * 0.16, color=(120, 96, 40), corners=16)
