"""JSON out, and which Accept headers get it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import renderers
from rest_framework.negotiation import DefaultContentNegotiation


class JSONRenderer(renderers.JSONRenderer):
    """UTF-8 JSON without escapes or indentation, whatever the Accept header's parameters say."""

    def get_indent(self, accepted_media_type: str, renderer_context: Mapping[str, Any]) -> None:
        """No indentation: the same object is the same bytes, which the ETag is the hash of."""


class Negotiation(DefaultContentNegotiation):
    """A client that accepts only problem documents, or anything, is served JSON."""

    def get_accept_list(self, request: Any) -> list[str]:
        """The media types of the Accept header."""
        accepted: list[str] = super().get_accept_list(request)
        return [*accepted, "application/json"] if "application/problem+json" in accepted else accepted
