"""Finding a thing of the reference data by what people type: a name, part of it, another spelling."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from listings.fold import fold, latin, lenient

SHORTEST_LENIENT_KEY = 3  # below that nearly everything sounds alike


class Rank(IntEnum):
    """How well a thing fits what was typed; the smaller, the better."""

    IS_NAME = 0
    BEGINS_NAME = 1
    BEGINS_ALIAS = 2
    BEGINS_WORDS = 3
    BEGINS_WORDS_AROUND = 4
    SOUNDS_ALIKE = 5


@dataclass(frozen=True)
class Entry:
    """The forms under which one thing is found."""

    names: frozenset[str]
    aliases: frozenset[str]
    words: frozenset[str]
    words_around: frozenset[str]
    keys: frozenset[str]


@dataclass(frozen=True)
class Typed:
    """What somebody typed, in the forms of an Entry."""

    wholes: frozenset[str]
    words: tuple[tuple[str, ...], ...]
    key: str


def entry(*, names: Iterable[str], aliases: Iterable[str], around: Iterable[str] = ()) -> Entry:
    """The entry of a thing; `around` are names of what it belongs to, so that "bole atlas" finds Atlas."""
    names, aliases = [name for name in names if name], list(aliases)
    return Entry(
        names=_wholes(names),
        aliases=_wholes(aliases),
        words=_words([*names, *aliases]),
        words_around=_words(around),
        keys=frozenset(_joined(lenient(name)) for name in [*names, *aliases]),
    )


def typed(text: str) -> Typed:
    """Both forms of what was typed."""
    forms = {fold(text), latin(text)}
    return Typed(
        wholes=frozenset(_joined(form) for form in forms),
        words=tuple(tuple(form.split()) for form in forms),
        key=_joined(lenient(text)),
    )


def rank(entry: Entry, *, sought: Typed) -> Rank | None:
    """How well the thing fits, or None when it does not."""
    wholes = tuple(whole for whole in sought.wholes if whole)
    if not wholes:
        return None
    if entry.names.intersection(wholes) or entry.aliases.intersection(wholes):
        return Rank.IS_NAME
    if any(name.startswith(wholes) for name in entry.names):
        return Rank.BEGINS_NAME
    if any(alias.startswith(wholes) for alias in entry.aliases):
        return Rank.BEGINS_ALIAS
    return _rank_of_words(entry, sought)


def _rank_of_words(entry: Entry, sought: Typed) -> Rank | None:
    for words in sought.words:
        own = [_begins_any(word, entry.words) for word in words]
        if all(own):
            return Rank.BEGINS_WORDS
        around = [_begins_any(word, entry.words_around) for word in words]
        if any(own) and all(a or b for a, b in zip(own, around, strict=True)):
            return Rank.BEGINS_WORDS_AROUND
    if len(sought.key) >= SHORTEST_LENIENT_KEY and any(key.startswith(sought.key) for key in entry.keys):
        return Rank.SOUNDS_ALIKE
    return None


def _begins_any(word: str, words: frozenset[str]) -> bool:
    return any(other.startswith(word) for other in words)


@lru_cache(maxsize=10_000)  # the names of a brand stand around each of its models
def _forms_of(text: str) -> frozenset[str]:
    return frozenset({fold(text), latin(text)})


def _forms(texts: Iterable[str]) -> set[str]:
    return {form for text in texts for form in _forms_of(text)}


def _wholes(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(_joined(form) for form in _forms(texts))


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for form in _forms(texts) for word in form.split())


def _joined(text: str) -> str:
    return text.replace(" ", "")
