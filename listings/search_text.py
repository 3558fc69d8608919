"""The words of a listing and of a question, in the forms in which they meet: tsvector and tsquery as text.

Both are made here, letter by letter, so that PostgreSQL's parser has no say: every lexeme is a word that
`fold` left over, in its own script and, where that is not Latin, in Latin letters too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from listings.fold import fold, latin

LONGEST_WORD, SHORTEST_PREFIX = 40, 2
_LAST_POSITION, _MOST_POSITIONS = 16_383, 255  # of a tsvector
_ETHIOPIC = "\u1200-\u137f\u1380-\u139f\u2d80-\u2ddf\uab00-\uab2f"
_SCRIPT_CHANGES = re.compile(
    rf"(?<=[{_ETHIOPIC}])(?=[^{_ETHIOPIC}\s])|(?<=[^{_ETHIOPIC}\s])(?=[{_ETHIOPIC}])"
)


def words(text: str) -> list[str]:
    """The folded words of a text, in their order; "3መኝታ" is two of them."""
    parted = _SCRIPT_CHANGES.sub(" ", fold(text))
    return [word[:LONGEST_WORD] for word in parted.split()]


def forms(word: str) -> list[str]:
    """Under what a folded word is found: itself, and its Latin form."""
    if word.isascii():
        return [word]
    return list(dict.fromkeys([word, *(form[:LONGEST_WORD] for form in latin(word).split())]))


def document(texts: Mapping[str, Iterable[str]]) -> str:
    """The tsvector of the texts by weight: A title, B names, C landmark, D description."""
    places: dict[str, list[str]] = defaultdict(list)
    position = 0
    for weight, parts in sorted(texts.items()):
        for word in (word for part in parts for word in words(part)):
            position = min(position + 1, _LAST_POSITION)
            for form in forms(word):
                places[form].append(f"{position}{weight}")
    return " ".join(f"'{form}':{','.join(at[:_MOST_POSITIONS])}" for form, at in places.items())


def is_same(one: str, other: str) -> bool:
    """Whether two tsvectors are the same, as they are made here or as PostgreSQL writes them."""
    return _entries(one) == _entries(other)


def question(text: str) -> str:
    """The tsquery that wants every word in one of its forms, the last one also as a beginning.

    Empty when the text holds no word.
    """
    wanted = words(text)
    if not wanted:
        return ""
    prefix = ":*" if len(wanted[-1]) >= SHORTEST_PREFIX else ""
    endings = [*[""] * (len(wanted) - 1), prefix]
    return " & ".join(_any_form(word, ending) for word, ending in zip(wanted, endings, strict=True))


def _entries(vector: str) -> dict[str, set[str]]:
    """PostgreSQL sorts the lexemes and leaves the weight D out."""
    parted = (entry.rpartition(":") for entry in vector.split())
    return {lexeme: set(at.replace("D", "").split(",")) for lexeme, _colon, at in parted}


def _any_form(word: str, ending: str) -> str:
    return "(" + " | ".join(f"'{form}'{ending}" for form in forms(word)) + ")"
