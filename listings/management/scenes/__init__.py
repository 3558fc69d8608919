"""Drawn pictures for the listings of the demo: homes and vehicles, each seed a scene of its own.

Nothing here reads or writes anything: the same arguments give the same JPEG bytes.
"""

from __future__ import annotations

from collections.abc import Callable

from . import cabin, interiors
from .canvas import Canvas
from .chance import chance_of
from .floorplan import draw_plan
from .homes import GROUND, SHAPE_OF, draw_front, draw_land, draw_street
from .palette import Light
from .vehicles import draw_outside, shape_of

__all__ = ["HOME_VIEWS", "VEHICLE_VIEWS", "draw_home", "draw_vehicle", "home_views", "vehicle_views"]

Size = tuple[int, int]
HOME_VIEWS = ("front", "living_room", "bedroom", "kitchen", "bathroom", "street", "plan", "land")
VEHICLE_VIEWS = ("front_left", "side", "rear", "interior", "dashboard", "wheel")
_ROOMS: dict[str, Callable[..., Light]] = {
    "living_room": interiors.living_room,
    "bedroom": interiors.bedroom,
    "kitchen": interiors.kitchen,
    "bathroom": interiors.bathroom,
}
_OUTSIDE: dict[str, Callable[..., Light]] = {
    "front": draw_front,
    "street": draw_street,
    "plan": draw_plan,
    "land": draw_land,
}
_TRADE = ("shop", "office", "showroom", "warehouse", "factory", "event_hall", "mixed_use")
_OPEN = ("motorcycle", "trailer", "tractor", "bajaj")
_TINTS = {"golden": (255, 249, 238), "dusk": (250, 246, 255), "morning": (255, 252, 246)}


def draw_home(*, property_type: str, view: str, seed: int, size: Size = (800, 600)) -> bytes:
    """A JPEG of a property. Raises ValueError for a property type or a view that is not known."""
    if property_type not in SHAPE_OF or view not in HOME_VIEWS:
        raise ValueError(f"There is no {view!r} of {property_type!r} to draw.")
    # one chance for the whole listing would draw the same hour in every view: let each view have its own
    rng = chance_of(property_type, view, seed)
    canvas = Canvas(size)
    if view in _ROOMS:
        light = _ROOMS[view](canvas, rng=rng)
    else:
        light = _OUTSIDE[view](canvas, property_type=property_type, rng=rng)
    return canvas.jpeg(tint=_TINTS.get(light.name, (255, 255, 255)))


def draw_vehicle(
    *, vehicle_class: str, body_type: str, color: str, view: str, seed: int, size: Size = (800, 600)
) -> bytes:
    """A JPEG of a vehicle; open vehicles have no inside and show their side instead.

    Raises ValueError for a view that is not known.
    """
    if view not in VEHICLE_VIEWS:
        raise ValueError(f"There is no {view!r} of a vehicle to draw.")
    shape = shape_of(vehicle_class=vehicle_class, body_type=body_type)
    rng = chance_of(shape, color, view, seed)
    canvas = Canvas(size)
    if view == "interior" and shape not in _OPEN:
        inside = cabin.aisle if shape in ("bus", "minibus") else cabin.seats
        light = inside(canvas, rng=rng)
    elif view == "dashboard" and shape not in _OPEN:
        light = cabin.dashboard(canvas, rng=rng)
    else:
        seen = "side" if view in ("interior", "dashboard") else view
        light = draw_outside(canvas, shape=shape, color=color, view=seen, rng=rng)
    return canvas.jpeg(tint=_TINTS.get(light.name, (255, 255, 255)))


def home_views(property_type: str, *, seed: int) -> list[str]:
    """Two or three views that suit the property, the front first.

    Raises ValueError for a property type that is not known.
    """
    if property_type not in SHAPE_OF:
        raise ValueError(f"There is no {property_type!r} to draw.")
    rng = chance_of("views", property_type, seed)
    shape = SHAPE_OF[property_type]
    if shape in GROUND:
        choices = ["plan", "street"]
    elif shape in _TRADE:
        choices = ["street", "plan"]
    else:
        choices = ["living_room", "bedroom", "kitchen", "bathroom", "living_room", "plan", "street"]
    first, second = rng.choice(choices), rng.choice(choices)
    return ["front", first] if first == second else ["front", first, second]


def vehicle_views(*, vehicle_class: str, body_type: str, seed: int) -> list[str]:
    """Two or three views that suit the vehicle, the one from the front left first."""
    shape = shape_of(vehicle_class=vehicle_class, body_type=body_type)
    rng = chance_of("views", shape, seed)
    choices = (
        ["side", "rear", "wheel"] if shape in _OPEN else ["side", "rear", "interior", "dashboard", "wheel"]
    )
    return ["front_left", *rng.sample(choices, rng.randint(1, 2))]
