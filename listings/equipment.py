"""The coded equipment of vehicles, as the reference data lists it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "reference" / "equipment.json"


@dataclass(frozen=True)
class Item:
    """One thing a vehicle may have."""

    group: str
    slug: str
    name_en: str
    name_am: str


@cache
def items() -> tuple[Item, ...]:
    """All of it, in the order of the file."""
    return tuple(Item(**row) for row in json.loads(FILE.read_text(encoding="utf-8")))


def choices() -> list[tuple[str, str]]:
    """Slug and English name, for a choice field."""
    return [(item.slug, item.name_en) for item in items()]
