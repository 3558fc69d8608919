"""Vehicles from outside: which shape a class has, where it stands, how it is looked at."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from . import machines, outdoors
from .bodies import BODIES
from .camera import Camera
from .canvas import Canvas
from .coachwork import Coach, draw_coach
from .compound import wall
from .palette import Color, Light, hour_of, paint_of, pick
from .stage import Stage
from .trees import bush, tree

TAXI_BLUE: Color = (48, 104, 176)
CANVAS_WHITE: Color = (236, 238, 238)
_CAR_SHAPES: dict[str, str] = {
    "small_car": "hatchback",
    "convertible": "coupe",
    **{name: name for name in BODIES if name not in ("cab", "bajaj", "bus")},
}
_CLASS_SHAPES: dict[str, str] = {
    "motorcycle": "motorcycle",
    "ebike": "motorcycle",
    "three_wheeler": "bajaj",
    "minibus": "minibus",
    "bus": "bus",
    "truck": "truck",
    "tractor_unit": "tractor_unit",
    "trailer": "trailer",
    "tractor": "tractor",
    "agricultural": "tractor",
    "construction": "tractor",
    "forklift": "tractor",
    "motorhome": "van",
}
_LENGTHS: dict[str, float] = {
    "truck": 7.0,
    "tractor_unit": 4.6,
    "trailer": 6.8,
    "motorcycle": 2.2,
    "tractor": 3.8,
    "bajaj": 2.9,
}
_ANGLES: dict[str, tuple[float, float]] = {
    "front_left": (0.55, 0.95),
    "side": (-0.1, 0.18),
    "rear": (-0.95, -0.6),
}


def shape_of(*, vehicle_class: str, body_type: str) -> str:
    """The shape that is drawn for a class and a body; a class of its own kind is drawn as a car."""
    if vehicle_class == "pickup_van":
        return "van" if body_type == "van" else "pickup"
    return _CLASS_SHAPES.get(vehicle_class) or _CAR_SHAPES.get(body_type, "sedan")


def draw_outside(canvas: Canvas, *, shape: str, color: str, view: str, rng: Random) -> Light:
    """The vehicle from outside or one of its wheels close by; answers the light it was seen in."""
    length = _LENGTHS.get(shape) or BODIES[shape].length
    if view == "wheel":
        camera = _close(canvas, shape=shape, length=length, rng=rng)
    else:
        low, high = _ANGLES[view]
        focal = 1050.0
        fill = rng.uniform(530, 590) if view == "side" else rng.uniform(500, 550)
        fill *= 1.14 if length > 5.6 else 1.0
        distance = focal * length / fill + length * (0.1 if view == "side" else 0.24)
        horizon = rng.uniform(250, 300) if length < 5.6 else rng.uniform(310, 340)
        # the height that puts the wheels a little above the lower edge, however large the vehicle
        eye = (rng.uniform(452, 484) - horizon) * distance / focal
        angle = rng.uniform(low, high)
        camera = Camera.around(
            canvas, angle=angle, distance=distance, height=eye, focal=focal, horizon=horizon
        )
    stage = Stage(canvas, camera, hour_of(rng, dusk=False), rng)
    _setting(stage, shape=shape)
    _subject(stage, shape=shape, color=color)
    return stage.light


def _close(canvas: Canvas, *, shape: str, length: float, rng: Random) -> Camera:
    """A camera that kneels in front of the front wheel."""
    axle = BODIES[shape].axles[0] if shape in BODIES else 0.95
    x = {"motorcycle": -0.5, "tractor": 0.8, "trailer": 1.1, "tractor_unit": -1.25}.get(
        shape, -length / 2 + axle
    )
    half = BODIES[shape].wide / 2 if shape in BODIES else (0.1 if shape == "motorcycle" else 1.0)
    if shape == "bajaj":
        x = -1.35 + 2.1
    away = 1.55 if shape not in ("truck", "bus", "tractor", "tractor_unit", "trailer") else 2.5
    angle = rng.uniform(-0.3, 0.42)
    eye = (x - angle * away, 0.62, -half - away)
    return Camera(canvas, eye=eye, yaw=angle * 0.8, focal=720, horizon=rng.uniform(230, 270))


def _subject(stage: Stage, *, shape: str, color: str) -> None:
    """The vehicle alone, in the middle of the stage."""
    paint = paint_of(color)
    if shape == "motorcycle":
        machines.motorcycle(stage, paint=paint)
    elif shape == "tractor":
        machines.tractor(stage, paint=paint)
    elif shape == "trailer":
        machines.trailer(stage, paint=paint)
    elif shape == "truck":
        machines.truck(stage, paint=paint)
    elif shape == "tractor_unit":
        machines.tractor_unit(stage, paint=paint)
    elif shape == "bajaj":
        machines.bajaj(stage, paint=paint, upper=CANVAS_WHITE if color == "blue" else (52, 54, 60))
    else:
        _coach(stage, shape=shape, color=color)


def _coach(stage: Stage, *, shape: str, color: str) -> None:
    body, paint = BODIES[shape], paint_of(color)
    upper = paint
    if shape == "minibus" and color == "blue":
        paint, upper = TAXI_BLUE, CANVAS_WHITE
        body = replace(body, rail=0.26)
    elif shape == "bus" and color != "white":
        upper = CANVAS_WHITE if stage.rng.random() < 0.5 else paint
    draw_coach(Coach(stage, body, paint, upper, -body.length / 2))


def _setting(stage: Stage, *, shape: str) -> None:
    """Sky, hills and a place to stand: a yard with a wall, a street, a look-out, a field."""
    rng, horizon = stage.rng, stage.camera.horizon
    outdoors.sky(stage, horizon=horizon)
    outdoors.hills(stage, horizon=horizon, height=rng.uniform(60, 130))
    place = "field" if shape == "tractor" else rng.choice(("yard", "street", "lookout", "yard", "gravel"))
    if place in ("lookout", "street"):
        outdoors.town(stage, horizon=horizon, tall=rng.uniform(40, 90))
    _PLACES[place](stage)


def _yard(stage: Stage) -> None:
    rng = stage.rng
    outdoors.land(stage, horizon=stage.camera.horizon, color=(178, 166, 150))
    ground = stage.ground()
    for i in range(-16, 17):
        ground.line(((i, -14), (i, 7)), color=(90, 80, 74, 60))
    for i in range(22):
        ground.line(((-16, -14 + i), (16, -14 + i)), color=(90, 80, 74, 60))
    for x in (-11, -6.5, 5.5, 10):
        tree(stage, at=(x + rng.uniform(-1.5, 1.5), 0, 11), height=rng.uniform(5, 8))
    color = pick(((226, 210, 182), (208, 200, 188), (222, 186, 150), (192, 200, 196)), rng=rng)
    face = stage.box((-22, 0, 7, 22, 2.5, 7.3), color=color)
    face.rect((0, 0, 44, 0.5), color=(150, 140, 130))
    face.rect((0, 2.3, 44, 2.5), color=(168, 110, 84))
    for i in range(12):
        face.rect((i * 4 - 0.2, 0, i * 4 + 0.2, 2.5), color=(200, 190, 174))
    for x in (-8, -3, 4, 8.5):
        bush(
            stage,
            at=(x + rng.uniform(-1, 1), 0, 6.5),
            height=rng.uniform(0.6, 1.1),
            flowers=rng.choice(((220, 80, 120), (240, 190, 70), None)),
        )


def _street(stage: Stage) -> None:
    outdoors.land(stage, horizon=stage.camera.horizon, color=outdoors.GRASS)
    for x in (-13, -7, 6, 12):
        tree(stage, at=(x + stage.rng.uniform(-2, 2), 0, 9), height=stage.rng.uniform(4.5, 7))
    wall(stage, wide=14, z=6.2)
    outdoors.road(stage, near=-16, far=3.2)


def _lookout(stage: Stage) -> None:
    outdoors.land(stage, horizon=stage.camera.horizon, color=(124, 126, 130))
    ground = stage.ground()
    ground.rect((-24, 4.6, 24, 9), color=(176, 170, 160))
    for i in range(-5, 6):
        ground.rect((i * 3.2 - 0.06, -2.6, i * 3.2 + 0.06, 3), color=(240, 238, 230))
    face = stage.box((-24, 0, 6, 24, 0.7, 6.4), color=(208, 200, 186), top=(224, 218, 206))
    for i in range(16):
        face.rect((i * 3, 0, i * 3 + 0.3, 0.7), color=(180, 170, 156))
    for x in (-10, 9):
        tree(stage, at=(x, 0, 7.5), height=stage.rng.uniform(4.5, 6.5))


def _gravel(stage: Stage) -> None:
    rng = stage.rng
    outdoors.land(
        stage,
        horizon=stage.camera.horizon,
        color=rng.choice(((190, 168, 138), (176, 150, 118), (168, 166, 160))),
    )
    outdoors.neighbours(stage, z=13, height=7, gap=1)
    for x in (-9, -3, 3, 9):
        tree(stage, at=(x + rng.uniform(-2, 2), 0, 10), height=rng.uniform(5, 8))


def _field(stage: Stage) -> None:
    outdoors.land(stage, horizon=stage.camera.horizon, color=(168, 140, 92))
    ground = stage.ground()
    for i in range(-16, 17):
        ground.rect((i * 1.4, -12, i * 1.4 + 0.5, 44), color=(132, 102, 70))
    for x in (-12, -4, 6, 14):
        tree(stage, at=(x, 0, 20), height=6, kind=stage.rng.choice(("acacia", "eucalyptus")))


_PLACES = {"yard": _yard, "street": _street, "lookout": _lookout, "gravel": _gravel, "field": _field}
