"""The words: one template per kind and language; its first line is the title, and all of a text message."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import Context, Engine, Template
from django.template.loader import render_to_string
from django.utils.translation import override

from notifications.channels import Message

_PLAIN = Engine(
    autoescape=False, libraries={"wording": "notifications.wording"}, builtins=["notifications.wording"]
)
_TEMPLATES = Path(__file__).parent / "templates" / "notifications"
PUSH_TITLE, PUSH_BODY = 120, 400  # a push service takes about 4 KB, encrypted


def write(
    *, kind: str, language: str, channel: str, to: str, known: Mapping[str, Any], leave: str = ""
) -> Message:
    """The message in the recipient's language, in English where there is no such text.

    Below the text of a mail stands the address of what it is about, where `link` names a path of the app,
    and `leave`, the address under which the reader switches such mails off.
    """
    is_short = channel == "sms"
    title, body = _say(kind, language=language, known={**known, "sms": is_short})
    if is_short:
        return Message(to=to, text=title)
    body = "\n\n".join(part for part in (body, address(known)) if part)
    with override(language):
        html = render_to_string("notifications/letter.html", {"subject": title, "text": body, "leave": leave})
    headers = (
        # RFC 8058: mail programs show a button for it.
        {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        if leave
        else {}
    )
    text = f"{body}\n\n-- \n{leave}\n" if leave else f"{body}\n"
    return Message(to=to, subject=title, text=text, html=html, headers=headers)


def ring(
    *, kind: str, language: str, to: str, known: Mapping[str, Any], keys: Mapping[str, str], tag: str
) -> Message:
    """The same for a browser at the address `to`: title, beginning of the text, and what a click opens."""
    title, body = note(kind=kind, language=language, data=known)
    told = {
        "kind": kind,
        "title": title[:PUSH_TITLE],
        "body": body[:PUSH_BODY],
        "url": address(known),
        "tag": tag,
    }
    payload = json.dumps(told, ensure_ascii=False)
    return Message(to=to, subject=title, text=told["body"], keys=keys, payload=payload)


def note(*, kind: str, language: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """Title and body of a row of the feed, for a page or a socket."""
    return _say(
        kind, language=language, known={name: value for name, value in data.items() if name != "name"}
    )


def address(known: Mapping[str, Any]) -> str:
    """The whole address of the app's path under `link`; nothing when there is none."""
    link = str(known.get("link", ""))
    return f"{settings.BASE_URL}{link}" if link.startswith("/") else ""


def _say(kind: str, *, language: str, known: Mapping[str, Any]) -> tuple[str, str]:
    title, body = _templates(kind, language=language)
    with override(language):
        context = Context(dict(known), autoescape=False)
        return " ".join(str(title.render(context)).split()), str(body.render(context)).strip()


@cache
def _templates(kind: str, *, language: str) -> tuple[Template, Template]:
    wanted = _TEMPLATES / f"{kind}.{language}.txt"
    fallback = _TEMPLATES / f"{kind}.{settings.LANGUAGE_CODE}.txt"
    source = (wanted if wanted.exists() else fallback).read_text(encoding="utf-8")
    # The line is cut from the template, not from the text: titles in it may have lines of their own.
    first, _, rest = source.partition("\n")
    return _PLAIN.from_string(first), _PLAIN.from_string(rest)
