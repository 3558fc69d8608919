"""How one value of a search is read. Each reader says no by ValueError, and knows its JSON schema."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Schema = dict[str, Any]
LARGEST_WORLD = (-180.0, -90.0, 180.0, 90.0)
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,15})?")
_BOX_CORNERS, _POINT_PARTS = 4, 2


class Reader(Protocol):
    """Reads one text. `says` is the sentence for whoever wrote it wrong."""

    @property
    def says(self) -> str | Promise:
        """What would be right."""

    @property
    def schema(self) -> Schema:
        """The value's JSON schema."""

    def read(self, text: str) -> Any:
        """The value. Raises ValueError."""


@dataclass(frozen=True)
class OneOf:
    """One of some slugs; `also` are words that stand for several of them."""

    slugs: tuple[str, ...]
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    says: ClassVar[str | Promise] = _("There is no such choice.")

    @property
    def schema(self) -> Schema:
        """An enum."""
        return {"type": "string", "enum": [*self.slugs, *self.also]}

    def read(self, text: str) -> tuple[str, ...]:
        """The slugs that the word stands for."""
        if text in self.slugs:
            return (text,)
        if text in self.also:
            return self.also[text]
        raise ValueError(text)


@dataclass(frozen=True)
class Slug:
    """A slug of the reference data, looked up later."""

    example: str
    says: ClassVar[str | Promise] = _("This is no slug.")

    @property
    def schema(self) -> Schema:
        """A short text."""
        return {"type": "string", "maxLength": 80, "examples": [self.example]}

    def read(self, text: str) -> tuple[str, ...]:
        """The slug, alone."""
        if not re.fullmatch(r"[-a-z0-9_]{1,80}", text):
            raise ValueError(text)
        return (text,)


@dataclass(frozen=True)
class Whole:
    """A whole number within bounds."""

    least: int
    most: int

    @property
    def says(self) -> str | Promise:
        """The bounds."""
        return _("A whole number from %(least)d to %(most)d.") % {"least": self.least, "most": self.most}

    @property
    def schema(self) -> Schema:
        """An integer."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    def read(self, text: str) -> int:
        """The number."""
        if not _WHOLE.fullmatch(text) or not self.least <= int(text) <= self.most:
            raise ValueError(text)
        return int(text)


@dataclass(frozen=True)
class Amount:
    """Zero or more, at most two decimals, as money and areas are written."""

    says: ClassVar[str | Promise] = _("A number of at most twelve digits and two decimals.")

    @property
    def schema(self) -> Schema:
        """A decimal as a text."""
        return {
            "type": "string",
            "format": "decimal",
            "pattern": f"^{_AMOUNT.pattern}$",
            "examples": ["2500000"],
        }

    def read(self, text: str) -> Decimal:
        """The exact number."""
        if not _AMOUNT.fullmatch(text):
            raise ValueError(text)
        return Decimal(text)


@dataclass(frozen=True)
class Kilometres:
    """A distance that is more than nothing."""

    most: int

    @property
    def says(self) -> str | Promise:
        """The bound."""
        return _("A number of kilometres above 0, at most %(most)d.") % {"most": self.most}

    @property
    def schema(self) -> Schema:
        """A number."""
        return {"type": "number", "exclusiveMinimum": 0, "maximum": self.most}

    def read(self, text: str) -> float:
        """Kilometres."""
        if not _DEGREES.fullmatch(text) or not 0 < float(text) <= self.most:
            raise ValueError(text)
        return float(text)


@dataclass(frozen=True)
class Point:
    """Latitude and longitude."""

    says: ClassVar[str | Promise] = _("Latitude and longitude in degrees: lat,lon.")

    @property
    def schema(self) -> Schema:
        """Two numbers in a text."""
        return {"type": "string", "examples": ["9.0108,38.7613"]}

    def read(self, text: str) -> tuple[float, float]:
        """Latitude, longitude."""
        latitude, longitude = _numbers(text, count=_POINT_PARTS)
        west, south, east, north = LARGEST_WORLD
        if not (south <= latitude <= north and west <= longitude <= east):
            raise ValueError(text)
        return latitude, longitude


@dataclass(frozen=True)
class Box:
    """A rectangle on the map that does not cross the date line."""

    says: ClassVar[str | Promise] = _("West, south, east and north in degrees: w,s,e,n.")

    @property
    def schema(self) -> Schema:
        """Four numbers in a text."""
        return {"type": "string", "examples": ["38.74,8.97,38.82,9.03"]}

    def read(self, text: str) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        west, south, east, north = _numbers(text, count=_BOX_CORNERS)
        left, bottom, right, top = LARGEST_WORLD
        if not (left <= west < east <= right and bottom <= south < north <= top):
            raise ValueError(text)
        return west, south, east, north


@dataclass(frozen=True)
class Flag:
    """true narrows the search, false leaves it as it is."""

    says: ClassVar[str | Promise] = _("true or false.")

    @property
    def schema(self) -> Schema:
        """A truth value."""
        return {"type": "boolean"}

    def read(self, text: str) -> bool:
        """The truth value."""
        if text not in {"true", "false"}:
            raise ValueError(text)
        return text == "true"


@dataclass(frozen=True)
class FreeText:
    """What somebody types."""

    longest: int

    @property
    def says(self) -> str | Promise:
        """What is refused."""
        return _("At most %(most)d letters, one word at least.") % {"most": self.longest}

    @property
    def schema(self) -> Schema:
        """A text."""
        return {"type": "string", "maxLength": self.longest, "examples": ["bole villa"]}

    def read(self, text: str) -> str:
        """The text, as it is."""
        if len(text) > self.longest or "\x00" in text:
            raise ValueError(text)
        return text


def _numbers(text: str, *, count: int) -> list[float]:
    parts = text.split(",")
    if len(parts) != count or not all(_DEGREES.fullmatch(part.strip()) for part in parts):
        raise ValueError(text)
    numbers = [float(part) for part in parts]
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError(text)
    return numbers
