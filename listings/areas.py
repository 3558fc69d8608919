"""The area tree as every rule reads it: held in the process, noticed within seconds when it changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from key2key.common.errors import Fault, InvalidInput, NotFound
from listings.lookup import Entry, entry
from listings.models import Area
from listings.snapshots import Snapshot


class PlaceName(TypedDict):
    """A place inside another answer; `name` is in the reader's language."""

    slug: str
    name: str
    path: str


@dataclass(frozen=True)
class Place:
    """One area. `path` is its slugs from the region down, joined by slashes; the country's is its slug."""

    id: int
    parent_id: int | None
    slug: str
    level: str
    path: str
    latitude: float
    longitude: float
    name_en: str
    name_am: str
    aliases: tuple[str, ...]
    popularity: int
    entry: Entry

    def name_in(self, language: str) -> str:
        """The name in a language, else the English one."""
        return (self.name_am if language == "am" else "") or self.name_en


@dataclass(frozen=True)
class _Tree:
    by_id: dict[int, Place]
    by_slug: dict[str, Place]
    children: dict[int | None, list[int]]


def find(slug: str) -> Place | None:
    """The area of a slug, if there is one."""
    return _tree.get().by_slug.get(slug)


def get(area_id: int) -> Place:
    """The area of an id. Raises NotFound when the database has none either."""
    found = _tree.get().by_id.get(area_id) or _tree.reread().by_id.get(area_id)
    if found is None:
        raise NotFound
    return found


def place(area_id: int, language: str | None = None) -> PlaceName:
    """The area as answers show it, in a language (default: the request's)."""
    found = get(area_id)
    return {"slug": found.slug, "name": found.name_in(language or get_language() or "en"), "path": found.path}


def ancestors(area_id: int) -> list[Place]:
    """What the area lies in, from the outside in; neither the country nor the area itself."""
    found, chain = get(area_id), []
    while found.parent_id is not None:
        found = get(found.parent_id)
        chain.append(found)
    return chain[-2::-1]


def descendant_ids(slugs: Iterable[str]) -> list[int]:
    """The ids of the areas and of everything inside them, each once, sorted.

    Raises InvalidInput naming every slug that is no area, at /location.
    """
    tree, wanted = _tree.get(), list(slugs)
    unknown = [slug for slug in wanted if slug not in tree.by_slug]
    if unknown:
        raise InvalidInput(faults=[unknown_area(slug, pointer="/location") for slug in unknown])
    found: set[int] = set()
    open_ids = [tree.by_slug[slug].id for slug in wanted]
    while open_ids:
        area_id = open_ids.pop()
        if area_id not in found:
            found.add(area_id)
            open_ids.extend(tree.children[area_id])
    return sorted(found)


def everything() -> Sequence[Place]:
    """All areas."""
    return list(_tree.get().by_id.values())


def roots() -> list[Place]:
    """What lies in nothing: the countries."""
    return [place for place in _tree.get().by_id.values() if place.parent_id is None]


def unknown_area(slug: str, *, pointer: str) -> Fault:
    """The fault of a slug that is no area."""
    return Fault(pointer, "unknown_location", _("There is no place %(slug)s.") % {"slug": slug[:80]})


def forget() -> None:
    """Read the tree anew at the next use, in this process."""
    _tree.forget()


def _load() -> _Tree:
    rows = {row.pk: row for row in Area.objects.all()}
    children: dict[int | None, list[int]] = defaultdict(list)
    for row in rows.values():
        children[row.parent_id].append(row.pk)
    by_id = {row.pk: _place(row, rows) for row in rows.values()}
    return _Tree(
        by_id=by_id,
        by_slug={found.slug: found for found in by_id.values()},
        children={area_id: children.get(area_id, []) for area_id in rows},
    )


def _place(row: Area, rows: dict[int, Area]) -> Place:
    around: list[str] = []
    parent = rows.get(row.parent_id or 0)
    while parent is not None and parent.parent_id is not None:
        around += [parent.name_en, parent.name_am, *parent.aliases]
        parent = rows.get(parent.parent_id)
    return Place(
        id=row.pk,
        parent_id=row.parent_id,
        slug=row.slug,
        level=row.level,
        path=row.path,
        latitude=row.latitude,
        longitude=row.longitude,
        name_en=row.name_en,
        name_am=row.name_am,
        aliases=tuple(row.aliases),
        popularity=row.popularity,
        entry=entry(names=[row.name_en, row.name_am], aliases=row.aliases, around=around),
    )


_tree: Snapshot[_Tree] = Snapshot(_load)
