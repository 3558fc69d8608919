"""What is known about the request being served, wherever the code runs: its id, its actor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

import structlog


@dataclass
class RequestFacts:
    """Filled while the request goes through: by the middleware, then by the authentication."""

    request_id: str = ""
    user_id: UUID | None = None
    impersonator_id: UUID | None = None
    ip: str = ""
    user_agent: str = ""


current: ContextVar[RequestFacts | None] = ContextVar("request", default=None)


def facts() -> RequestFacts:
    """The facts of this request; empty ones outside any request."""
    return current.get() or RequestFacts()


@contextmanager
def caused_by(request_id: str) -> Iterator[None]:
    """Let the work inside, and its log lines, carry the id of the request that caused it."""
    token = current.set(RequestFacts(request_id=request_id))
    try:
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            yield
    finally:
        current.reset(token)


def current_request_id() -> str:
    """The id of the request or of the work being done; empty outside both."""
    return facts().request_id
