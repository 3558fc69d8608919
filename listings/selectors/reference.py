"""Finding places, brands and models. Reference data is everybody's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from key2key.common.errors import InvalidInput, NotFound
from listings import areas, makes
from listings.areas import Place
from listings.lookup import Entry, Rank, rank, typed
from listings.makes import Brand, Model
from listings.vocabulary import vocabulary

__all__ = ["Found", "locations", "vehicle_brands", "vehicle_models", "vocabulary"]


class Findable(Protocol):
    """A thing that can be found by its names."""

    @property
    def slug(self) -> str:
        """Its lasting key."""

    @property
    def popularity(self) -> int:
        """How often it is looked for, 0-100."""

    @property
    def entry(self) -> Entry:
        """Its forms."""


Thing = TypeVar("Thing", bound=Findable)


@dataclass(frozen=True)
class Found:
    """A thing and its place in the order: how well it fits, how popular it is, its slug."""

    position: tuple[int, int, str]
    thing: Any


def locations(*, q: str = "", level: str = "", parent: str = "") -> list[Found]:
    """Places that fit, the best first: names that begin so, then other spellings; popular ones before others.

    `parent` narrows to what lies directly in it. Raises InvalidInput for a parent that is no place.
    """
    places: Iterable[Place] = areas.everything()
    if parent:
        inside = areas.find(parent)
        if inside is None:
            raise InvalidInput(faults=[areas.unknown_area(parent, pointer="/parent")])
        places = [place for place in places if place.parent_id == inside.id]
    return _ordered([place for place in places if not level or place.level == level], q=q)


def vehicle_brands(*, q: str = "", vehicle_class: str = "") -> list[Found]:
    """Brands that fit, the best first, in the order of `locations`."""
    brands: Iterable[Brand] = makes.everything()
    return _ordered([brand for brand in brands if not vehicle_class or vehicle_class in brand.classes], q=q)


def vehicle_models(brand: str, *, q: str = "", vehicle_class: str = "") -> list[Found]:
    """A brand's models that fit, the best first. Raises NotFound when there is no such brand."""
    maker = makes.find_brand(brand)
    if maker is None:
        raise NotFound
    models: Iterable[Model] = maker.models
    return _ordered([model for model in models if not vehicle_class or vehicle_class in model.classes], q=q)


def _ordered(things: Iterable[Thing], *, q: str) -> list[Found]:
    sought = typed(q) if q else None
    found = []
    for thing in things:
        fits = Rank.IS_NAME if sought is None else rank(thing.entry, sought=sought)
        if fits is not None:
            found.append(Found(position=(int(fits), -thing.popularity, thing.slug), thing=thing))
    return sorted(found, key=lambda one: one.position)
