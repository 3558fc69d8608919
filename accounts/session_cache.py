"""The one state of a process: sign-ins seen a moment ago, so that not every request asks the database.

An ended session is refused everywhere within `SECONDS`, in the process that ended it at once.
"""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import transaction

from accounts.models import Session

SECONDS = 4.0
GREATEST = 10_000

_lock = threading.Lock()
_seen: dict[UUID, tuple[float, Session | None]] = {}


def seen(session_id: UUID, *, find: Callable[[UUID], Session | None]) -> Session | None:
    """The session with its user as they were at most `SECONDS` ago, each caller's own copy."""
    until, session = _seen.get(session_id, (0.0, None))
    if until <= time.monotonic():
        asked_at = time.monotonic()
        session = find(session_id)
        _remember(session_id, until=asked_at + SECONDS, session=session)
    return _own_copy(session) if session else None


def forget(session_ids: Iterable[UUID]) -> None:
    """Let the next request of these sessions ask the database."""
    ended = frozenset(session_ids)
    _forget_where(lambda session_id, _session: session_id in ended)


def forget_user(user_id: UUID) -> None:
    """Let the next request of the user's sessions ask the database: the person is another one now."""
    _forget_where(lambda _session_id, session: session is not None and session.user_id == user_id)


def _forget_where(matches: Callable[[UUID, Session | None], bool]) -> None:
    """Now, and again after the commit: a request in between would remember the rows as they were."""

    def drop() -> None:
        with _lock:
            for session_id in [key for key, (_, session) in _seen.items() if matches(key, session)]:
                del _seen[session_id]

    drop()
    transaction.on_commit(drop)


def _remember(session_id: UUID, *, until: float, session: Session | None) -> None:
    with _lock:
        if len(_seen) >= GREATEST:
            _seen.clear()
        _seen[session_id] = until, session


def _own_copy(session: Session) -> Session:
    """Whoever changes their `request.user` must not change somebody else's."""
    own = copy.copy(session)
    own.user = copy.copy(session.user)
    return own
