"""Open sockets follow the sign-ins they hang on."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from key2key.common.realtime import revoke


def close_sockets(session_ids: Iterable[str]) -> None:
    """Let the sockets of these sign-ins close. A hint: sockets also ask for themselves every few seconds."""
    revoke(UUID(session_id) for session_id in session_ids)
