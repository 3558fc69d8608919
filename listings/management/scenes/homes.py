"""Homes and other property from outside: the front, the street, the land."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from . import blocks, houses, outdoors, plots, trade
from .camera import Camera
from .canvas import Canvas
from .compound import garden, wall, yard
from .designs import Design, design_of
from .palette import Light, hour_of, pick
from .stage import Stage
from .trees import bush, tree

Drawing = Callable[..., None]
SHAPES: dict[str, Drawing] = {
    "villa": houses.villa,
    "duplex": houses.duplex,
    "row_house": houses.row_house,
    "low_house": houses.low_house,
    "guest_house": houses.guest_house,
    "multi_storey_house": houses.tall_house,
    "condominium": blocks.condominium,
    "condominium_40_60": blocks.condominium,
    "apartment": blocks.apartment,
    "studio": blocks.studio,
    "penthouse": blocks.penthouse,
    "hotel": blocks.hotel,
    "mixed_use": blocks.mixed_use,
    "office": blocks.office,
    "shop": trade.shop,
    "showroom": trade.showroom,
    "warehouse": trade.warehouse,
    "factory": trade.factory,
    "event_hall": trade.event_hall,
}
SHAPE_OF: dict[str, str] = {
    **{shape: shape for shape in SHAPES if shape not in ("low_house", "condominium", "mixed_use")},
    "condominium_20_80": "condominium",
    "condominium_other": "condominium",
    "service_quarter": "low_house",
    "single_room": "low_house",
    "shared_compound_house": "low_house",
    "mixed_use_building": "mixed_use",
    "residential_plot": "plot",
    "commercial_plot": "plot",
    "industrial_plot": "plot",
    "farm_land": "farm",
    "parking_space": "parking",
}
GROUND = ("plot", "farm", "parking")
WALLED = ("villa", "duplex", "low_house", "guest_house", "multi_storey_house")
FOCAL = 880.0


def draw_front(canvas: Canvas, *, property_type: str, rng: Random) -> Light:
    """The property from the street; answers the light it was seen in."""
    shape = SHAPE_OF[property_type]
    if shape in GROUND:
        return draw_land(canvas, property_type=property_type, rng=rng)
    design = design_of(shape, rng=rng)
    stage = _stage(canvas, design=design, walled=shape in WALLED, rng=rng)
    horizon, away = stage.camera.horizon, -stage.camera.eye[2]
    _backdrop(stage, horizon=horizon, town=shape not in ("villa", "low_house"))
    street = -away + 15.0
    walled = shape in WALLED and rng.random() < 0.75
    _surroundings(stage, design=design, tall=shape not in WALLED)
    outdoors.road(
        stage, near=street - 7, far=street - 1.9, kind=rng.choice(("asphalt", "asphalt", "cobble", "earth"))
    )
    yard(
        stage,
        wide=design.wide * 0.5 + 5,
        street=street + 0.2,
        paved=shape not in ("villa", "duplex", "low_house"),
    )
    SHAPES[shape](stage, design=design)
    if shape in WALLED:
        garden(stage, wide=design.wide, street=street)
    if walled:
        wall(stage, wide=design.wide * 0.5 + 5, z=street + 0.2)
    _foreground(stage, design=design, street=street)
    return stage.light


def _stage(canvas: Canvas, *, design: Design, walled: bool, rng: Random) -> Stage:
    """A camera far enough away to see the whole building."""
    tall = design.floors > 3
    horizon = rng.uniform(492, 512) if tall else rng.uniform(372, 396)
    high = design.high + (3.5 if tall else 3.0)
    distance = max(FOCAL * design.wide / rng.uniform(540, 620), FOCAL * high / (horizon - 46), 17.0)
    angle = rng.uniform(0.16, 0.42) * rng.choice((-1, 1))
    eye = rng.uniform(2.6, 3.4) if walled else rng.uniform(2.0, 2.8)
    camera = Camera.around(
        canvas, angle=angle, distance=distance + 1, height=eye, focal=FOCAL, horizon=horizon
    )
    return Stage(canvas, camera, hour_of(rng), rng)


def _backdrop(stage: Stage, *, horizon: float, town: bool) -> None:
    outdoors.sky(stage, horizon=horizon)
    outdoors.hills(stage, horizon=horizon, height=stage.rng.uniform(110, 190))
    if town or stage.rng.random() < 0.5:
        outdoors.town(stage, horizon=horizon, tall=stage.rng.uniform(40, 90))
    color = stage.rng.choice((outdoors.GRASS, outdoors.GRASS, outdoors.DRY_GRASS, (150, 150, 96)))
    outdoors.land(stage, horizon=horizon, color=color)


def _surroundings(stage: Stage, *, design: Design, tall: bool) -> None:
    """Neighbours and trees behind and beside the building."""
    rng = stage.rng
    outdoors.neighbours(
        stage, z=design.deep * 0.7, height=max(4.0, design.high * 0.7), gap=design.wide * 0.5 + 3
    )
    for _ in range(rng.randint(2, 4)):
        x = rng.choice((-1, 1)) * (design.wide * 0.5 + rng.uniform(1, 8))
        tree(
            stage,
            at=(x, 0, design.deep + rng.uniform(0, 4)),
            height=rng.uniform(6, 10) * (1.35 if tall else 1.0),
        )


def _foreground(stage: Stage, *, design: Design, street: float) -> None:
    """A street tree or bushes in front, and wires."""
    rng = stage.rng
    if design.floors <= 3 and rng.random() < 0.5:
        outdoors.poles(stage, z=street - 0.6, gap=design.wide * 0.5 + 1.5)
    elif design.floors > 3:
        for side in (-1, 1):
            for i in range(rng.randint(1, 3)):
                x = side * (design.wide * 0.36 + i * 4.5 + rng.uniform(0, 2))
                tree(stage, at=(x, 0, street * 0.35), height=rng.uniform(3.5, 5.5))


def draw_land(canvas: Canvas, *, property_type: str, rng: Random) -> Light:
    """The ground itself: a plot, fields, a place to park."""
    shape = SHAPE_OF[property_type]
    horizon = rng.uniform(262, 290)
    angle = rng.uniform(-0.22, 0.22)
    camera = Camera.around(
        canvas, angle=angle, distance=22, height=rng.uniform(4.4, 5.6), focal=FOCAL * 0.9, horizon=horizon
    )
    stage = Stage(canvas, camera, hour_of(rng), rng)
    _backdrop(stage, horizon=horizon, town=shape != "farm" and property_type != "residential_plot")
    if shape == "farm":
        plots.farm(stage)
    elif shape == "parking":
        plots.parking(stage)
    else:
        outdoors.neighbours(stage, z=9, height=6, gap=4)
        plots.plot(stage, kind=property_type if shape == "plot" else "residential_plot")
    return stage.light


def draw_street(canvas: Canvas, *, property_type: str, rng: Random) -> Light:
    """The street the property lies in, seen along its length."""
    horizon = rng.uniform(300, 340)
    eye = (rng.uniform(-1.6, 1.6), 1.9, -12.0)
    camera = Camera(canvas, eye=eye, yaw=rng.uniform(-0.08, 0.08), focal=640, horizon=horizon)
    stage = Stage(canvas, camera, hour_of(rng), rng)
    _backdrop(stage, horizon=horizon, town=True)
    rural = SHAPE_OF[property_type] == "farm"
    _carriageway(stage, kind="earth" if rural else rng.choice(("asphalt", "asphalt", "cobble")))
    for step in range(9):
        z = 78.0 - step * 10.5
        for side in (-1, 1):
            _street_house(stage, side=side, z=z, rural=rural)
    return stage.light


def _carriageway(stage: Stage, *, kind: str) -> None:
    color = {"asphalt": outdoors.ASPHALT, "cobble": (146, 138, 128), "earth": outdoors.EARTH}[kind]
    ground = stage.ground()
    for side in (-1, 1):
        ground.rect(
            (side * 4, -12, side * 6.6, 120), color=outdoors.PAVING if kind != "earth" else (168, 150, 100)
        )
        ground.rect((side * 4, -12, side * 4.18, 120), color=(220, 216, 206))
    ground.rect((-4, -12, 4, 120), color=color)
    for i in range(22):
        z = -11 + i * 5.0
        if kind == "asphalt":
            ground.rect((-0.09, z, 0.09, z + 2.4), color=(236, 230, 210))
        for side in (-1, 1):
            ground.line(((side * 4.2, z), (side * 6.6, z)), color=(90, 84, 80, 80))
    ground.rect((-4, -12, -1, 120), color=(255, 255, 255, 14))


def _street_house(stage: Stage, *, side: int, z: float, rural: bool) -> None:
    """One house beside the street, a tree before it."""
    rng = stage.rng
    wide, floors = rng.uniform(7.5, 9.5), 1 if rural else rng.choice((1, 2, 2, 3, 4, 5))
    tone = pick(
        ((232, 214, 184), (214, 204, 196), (226, 186, 150), (206, 212, 206), (240, 226, 196)), rng=rng
    )
    color = stage.light.haze(tone, by=max(0.0, z) / 170)
    near, far = (7.0, 17.0) if side > 0 else (-17.0, -7.0)
    block = (near, 0.0, z, far, floors * 3.2, z + wide)
    stage.box(block, color=color)
    face = stage.side_of(block)
    if face is not None:
        for floor in range(floors):
            for part in (0.12, 0.56):
                u, v = wide * part, floor * 3.2 + 0.9
                lit = rng.random() < stage.light.lit_windows
                face.rect((u - 0.1, v - 0.1, u + wide * 0.32 + 0.1, v + 1.7), color=(240, 236, 226))
                face.rect(
                    (u, v, u + wide * 0.32, v + 1.6), color=(255, 214, 140, 255) if lit else (92, 116, 134)
                )
        face.rect(
            (0, floors * 3.2 - 0.3, wide, floors * 3.2), color=pick(((150, 90, 70), (110, 116, 120)), rng=rng)
        )
    if rng.random() < 0.6:
        kind = rng.choice(("jacaranda", "broad", "eucalyptus", "flame", "juniper"))
        tree(stage, at=(side * 5.9, 0, z - 0.5), height=rng.uniform(4, 6.5), kind=kind)
    elif rng.random() < 0.7:
        bush(stage, at=(side * 6.3, 0, z), height=rng.uniform(0.7, 1.1))
