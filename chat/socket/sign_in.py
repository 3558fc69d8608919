"""Who is behind an access token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from rest_framework_simplejwt.exceptions import TokenError

from accounts.authentication import AccessToken, session_of
from chat.protocol import Close


@dataclass(frozen=True)
class Visitor:
    """A person on one device, and until when (seconds since 1970) their token is good."""

    user_id: UUID
    session_id: UUID
    language: str
    token_ends_at: float


def is_well_signed(token: str) -> bool:
    """Whether it is one of our access tokens that has not expired; of its sign-in this says nothing."""
    return _end_of(token) is not None


def visitor_of(token: str) -> Visitor | Close:
    """Whose token it is; 4401 when it is not valid (any more), 4403 when its sign-in is over."""
    ends_at = _end_of(token)
    if ends_at is None:
        return Close.TOKEN
    session = session_of(token)
    if session is None:
        return Close.REVOKED
    return Visitor(session.user_id, session.pk, session.user.language, ends_at)


def _end_of(token: str) -> float | None:
    try:
        return float(AccessToken(cast("Any", token))["exp"])
    except (TokenError, KeyError, ValueError, TypeError):
        return None
