"""The words: one template per kind and language; its first line is the subject, and all of a text message."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils.translation import override

from notifications.channels import Message

_PLAIN = Engine(autoescape=False)
_TEMPLATES = Path(__file__).parent / "templates" / "notifications"


def write(*, kind: str, language: str, channel: str, to: str, known: Mapping[str, Any]) -> Message:
    """The message in the recipient's language, in English where there is no such text."""
    with override(language):
        # The line is cut from the template, not from the text: titles in it may have lines of their own.
        first, _, rest = _source(kind, language=language).partition("\n")
        subject = " ".join(_fill(first, known).split())
        if channel == "sms":
            return Message(to=to, text=subject)
        body = _fill(rest, known).strip()
        html = render_to_string("notifications/letter.html", {"subject": subject, "text": body})
        return Message(to=to, subject=subject, text=f"{body}\n", html=html)


def _fill(source: str, known: Mapping[str, Any]) -> str:
    return str(_PLAIN.from_string(source).render(Context(dict(known), autoescape=False)))


@cache
def _source(kind: str, *, language: str) -> str:
    wanted = _TEMPLATES / f"{kind}.{language}.txt"
    fallback = _TEMPLATES / f"{kind}.{settings.LANGUAGE_CODE}.txt"
    return (wanted if wanted.exists() else fallback).read_text(encoding="utf-8")
