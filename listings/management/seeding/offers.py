"""What one listing of the demo is to become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

Value = TypeVar("Value")
Words = tuple[str, str]  # the same thing said in English and in Amharic
THIRD_VIEW_SHARE = 0.35
LANGUAGES = ("en", "am")


@dataclass(frozen=True)
class Scene:
    """One picture to draw: the arguments of `scenes.draw_home` or `draw_vehicle`, and what it shows."""

    kind: str
    shows: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Life:
    """How far the listing comes, and when. `age` is how long ago it was sent to review.

    `price_before` was asked until `reduced_ago`; None when the price never changed.
    """

    status: str
    age: timedelta
    price_before: Decimal | None = None
    reduced_ago: timedelta = timedelta()
    reason: str = ""


@dataclass(frozen=True)
class Thing:
    """A home or vehicle: the body's fields that say what it is, its words, and how it looks."""

    kind: str
    city: str
    values: Mapping[str, Any]
    title: Words
    description: Words
    scenes: tuple[Scene, ...]


@dataclass(frozen=True)
class Offer:
    """A thing in somebody's hands. `values` is what `create_listing` takes.

    With an `agency` it is that organisation's, and the owner looks after it.
    """

    owner: str
    kind: str
    values: Mapping[str, Any]
    scenes: tuple[Scene, ...]
    life: Life
    agency: str = ""

    @property
    def title(self) -> str:
        """The original title, by which the seed finds its listing again."""
        return str(self.values["title"])


def evenly(counts: Mapping[Value, int]) -> list[Value]:
    """Each value as often as counted, spread so that every beginning of the list resembles the whole."""
    places = [
        ((nth + 0.5) / count, order, value)
        for order, (value, count) in enumerate(counts.items())
        for nth in range(count)
    ]
    return [value for _place, _order, value in sorted(places, key=lambda entry: entry[:2])]


def chosen(rng: Random, views: Sequence[str]) -> Sequence[str]:
    """The views to draw: two as a rule, now and then a third, because each costs a twentieth of a second."""
    return views if rng.random() < THIRD_VIEW_SHARE else views[:2]


def joined(sentences: Iterable[Words], /, **slots: Words | str | int) -> Words:
    """Sentences one after the other, in both languages, their slots filled in each."""
    said = list(sentences)
    texts = []
    for nth in range(len(LANGUAGES)):
        filled = {name: value[nth] if isinstance(value, tuple) else value for name, value in slots.items()}
        texts.append(" ".join(sentence[nth] for sentence in said).format(**filled))
    return texts[0], texts[1]
