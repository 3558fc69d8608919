"""JSON in, within limits: 1 MB, 20 levels, UTF-8, no NUL, no NaN, no key twice."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEPTH = 20


class StrictJSONParser(JSONParser):
    """Refuses with 400 whatever would become a 500 further in; bodies over the limit with 413."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The body's value."""
        limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise RequestDataTooBig
        try:
            value = json.loads(
                raw.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_refuse_twice
            )
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not valid JSON.")) from error
        _inspect(value, depth=1)
        return value


def _inspect(value: Any, *, depth: int) -> None:
    if depth > DEPTH + 1:
        raise ParseError(_("The body is nested too deeply."))
    if isinstance(value, str):
        _inspect_text(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _inspect_text(key)
            _inspect(inner, depth=depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _inspect(inner, depth=depth + 1)


def _inspect_text(text: str) -> None:
    if "\x00" in text:
        raise ParseError(_("The body has a NUL character."))
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ParseError(_("The body has half a character (a lone surrogate)."))


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(word)


def _refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
