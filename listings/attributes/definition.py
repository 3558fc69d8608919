"""What an attribute is: a typed, validated fact about a listing that is not a column (decision 12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label = str | Promise
Choices = type[TextChoices]
FIRST_YEAR, LAST_YEAR = 1900, 2100


class AttributeType(TextChoices):
    """The types that an attribute may have."""

    DROPDOWN = "dropdown", _("One of a list")
    MULTISELECT = "multiselect", _("Several of a list")
    NUMBER = "number", _("Number")
    MONEY = "money", _("Amount of money")
    BOOLEAN = "boolean", _("Yes or no")
    DATE = "date", _("Date")
    YEAR_MONTH = "year_month", _("Month")
    TEXT = "text", _("Text")
    REFERENCE = "reference", _("Entry of the reference data")


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One attribute.

    `categories` are the property types or vehicle classes that it fits, all when empty. A number has
    `decimals` places: none is a JSON integer, more is a decimal string. `target` is what a reference
    names. `reveals_place` marks what must not be shown where the exact place is not.
    """

    name: str
    label: Label
    type: AttributeType
    unit: str = ""
    choices: Choices | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: int = 0
    max_length: int = 0
    pattern: str = ""
    target: str = ""
    categories: frozenset[str] = frozenset()
    filterable: bool = False
    reveals_place: bool = False

    def fits(self, category: str) -> bool:
        """Whether things of the category have it; of an unknown category ("") anything may be said."""
        return not category or not self.categories or category in self.categories


def dropdown(name: str, label: Label, choices: Choices, **more: Any) -> Definition:
    """One of a closed list."""
    return Definition(name=name, label=label, type=AttributeType.DROPDOWN, choices=choices, **more)


def multiselect(name: str, label: Label, choices: Choices, **more: Any) -> Definition:
    """Any number of a closed list."""
    return Definition(name=name, label=label, type=AttributeType.MULTISELECT, choices=choices, **more)


def number(name: str, label: Label, *, most: str, least: str = "0", **more: Any) -> Definition:
    """A number between two limits, both included."""
    return Definition(
        name=name,
        label=label,
        type=AttributeType.NUMBER,
        minimum=Decimal(least),
        maximum=Decimal(most),
        **more,
    )


def year(name: str, label: Label, **more: Any) -> Definition:
    """A year of the Gregorian calendar."""
    return number(name, label, least=str(FIRST_YEAR), most=str(LAST_YEAR), **more)


def money(name: str, label: Label, **more: Any) -> Definition:
    """An amount with its currency, zero or more."""
    return Definition(
        name=name, label=label, type=AttributeType.MONEY, minimum=Decimal(0), decimals=2, **more
    )


def boolean(name: str, label: Label, **more: Any) -> Definition:
    """Yes or no; absent when not known."""
    return Definition(name=name, label=label, type=AttributeType.BOOLEAN, **more)


def day(name: str, label: Label, **more: Any) -> Definition:
    """A date, yyyy-mm-dd."""
    return Definition(name=name, label=label, type=AttributeType.DATE, **more)


def month(name: str, label: Label, **more: Any) -> Definition:
    """A month, yyyy-mm."""
    return Definition(name=name, label=label, type=AttributeType.YEAR_MONTH, **more)


def text(name: str, label: Label, *, max_length: int = 100, **more: Any) -> Definition:
    """A short text."""
    return Definition(name=name, label=label, type=AttributeType.TEXT, max_length=max_length, **more)


def table(definitions: Iterable[Definition]) -> dict[str, Definition]:
    """The definitions by name. Raises ValueError when a name stands twice."""
    found: dict[str, Definition] = {}
    for definition in definitions:
        if found.setdefault(definition.name, definition) is not definition:
            raise ValueError(f"attribute {definition.name!r} is defined twice")
    return found
