"""Whose address a request bears: what our own proxies saw, never what the caller claims."""

from __future__ import annotations

from typing import Any

from uvicorn.main import main as uvicorn

from key2key.management.commands.start import _start


class Words:
    """Hears what would be started."""

    def __init__(self) -> None:
        self.of: dict[str, tuple[str, ...]] = {}

    def start(self, name: str, *words: str, **environment: Any) -> None:
        self.of[name] = words


def test_the_server_believes_no_header_about_the_callers_address():
    words = Words()
    _start(words)
    program, *options = words.of["web"]
    assert uvicorn.make_context(program, [options[0]]).params["proxy_headers"] is True, "by itself it would"
    assert uvicorn.make_context(program, list(options)).params["proxy_headers"] is False
