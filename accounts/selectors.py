"""Who may see whom, and the locks on people and their sessions."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Session, User
from accounts.models.people import canonical_email
from key2key.common import clock
from key2key.common.errors import NotFound


def public_profiles() -> QuerySet[User]:
    """Whose profile everybody may read."""
    return User.objects.filter(status=User.Status.ACTIVE)


def public_profile(user_id: UUID) -> User:
    """One profile as everybody may read it. Raises NotFound (suspended and erased people too)."""
    user = public_profiles().filter(pk=user_id).first()
    if user is None:
        raise NotFound
    return user


def users_seen_by_staff() -> QuerySet[User]:
    """Everybody, for staff who may look."""
    return User.objects.prefetch_related("groups")


def present(user: User) -> User:
    """The person as their row is now: who signs a request may be some seconds old (`session_cache`)."""
    return User.objects.get(pk=user.pk)


def lock_user(user_id: UUID) -> User:
    """The user's row, locked until the transaction ends. Raises NotFound (erased accounts too)."""
    user = User.objects.select_for_update().exclude(status=User.Status.ERASED).filter(pk=user_id).first()
    if user is None:
        raise NotFound
    return user


def user_by_email(email: str) -> User | None:
    """The account of the address, whatever the case it is written in."""
    return User.objects.filter(email=canonical_email(email)).first()


def user_by_verified_phone(phone: str) -> User | None:
    """The account whose owner has proven the number (E.164). A mere claim does not count."""
    return User.objects.filter(phone=phone, phone_verified_at__isnull=False).first()


def is_in_group(user: User, *, names: Iterable[str]) -> bool:
    """Whether the user is in one of the groups of staff, or has every right."""
    return user.is_superuser or user.groups.filter(name__in=list(names)).exists()


def own_sessions(user: User) -> QuerySet[Session]:
    """The user's sign-ins that still hold."""
    return Session.objects.filter(user=user, ended_at__isnull=True, expires_at__gt=clock.now())


def lock_own_session(user: User, *, session_id: UUID) -> Session:
    """One of the user's sign-ins, locked. Raises NotFound (other people's and ended ones alike)."""
    session = own_sessions(user).select_for_update().filter(pk=session_id).first()
    if session is None:
        raise NotFound
    return session


def live_session(session_id: UUID) -> Session | None:
    """The sign-in with its user, if it holds and the account may be used."""
    session = Session.objects.select_related("user").filter(pk=session_id, ended_at__isnull=True).first()
    return session if session and session.user.is_active else None


def is_known_device(user: User | None, *, ip: str, device: str) -> bool:
    """Whether the account was signed in from this address with this user agent before."""
    return user is not None and bool(ip) and Session.objects.filter(user=user, ip=ip, device=device).exists()
