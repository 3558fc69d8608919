"""What others like to know about accounts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class UserRegistered:
    """Somebody has an account now."""

    user_id: UUID
    role: str


@dataclass(frozen=True)
class UserVerifiedContact:
    """Somebody has shown that the e-mail ("email") or the phone ("phone") is theirs."""

    user_id: UUID
    contact: str


@dataclass(frozen=True)
class UserChanged:
    """Somebody's name, role or language is another one now."""

    user_id: UUID


@dataclass(frozen=True)
class UserSuspended:
    """Staff closed an account for the time being."""

    user_id: UUID


@dataclass(frozen=True)
class UserReinstated:
    """Staff opened a suspended account again."""

    user_id: UUID


@dataclass(frozen=True)
class UserErased:
    """An account was made anonymous for good."""

    user_id: UUID


@dataclass(frozen=True)
class SessionsEnded:
    """Sign-ins are over; what hangs on them (sockets) must close."""

    user_id: UUID
    session_ids: list[str]
    reason: str


@dataclass(frozen=True)
class MembershipChanged:
    """Somebody joined an organisation, has another role there, or left it."""

    user_id: UUID
    organisation_id: UUID


@dataclass(frozen=True)
class OrganisationChanged:
    """An organisation has another name now."""

    organisation_id: UUID
