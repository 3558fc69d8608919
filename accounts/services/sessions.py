"""Sign-ins: opened, continued by rotating refresh tokens, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import selectors, session_cache
from accounts.digests import new_token, token_digest
from accounts.events import SessionsEnded
from accounts.models import RefreshToken, Session, User
from accounts.refusals import NotSignedIn
from key2key.common import clock
from key2key.common.events import publish
from key2key.common.request import facts
from key2key.common.sealing import seal, unseal
from notifications.services import notify

GRACE = timedelta(seconds=10)


@dataclass(frozen=True)
class Grant:
    """What a client is handed at a sign-in: its session, and the one copy of the refresh token."""

    session: Session
    refresh_token: str


@transaction.atomic
def open_session(*, user: User, second_factor: bool) -> Grant:
    """Sign the user in on the device that asks."""
    now, token = clock.now(), new_token()
    session = Session.objects.create(
        user=user,
        device=facts().user_agent,
        ip=facts().ip,
        second_factor=second_factor,
        last_used_at=now,
        expires_at=now + settings.REFRESH_TOKEN_LIFETIME,
    )
    RefreshToken.objects.create(session=session, digest=token_digest(token))
    user.last_login = now
    user.save(update_fields=["last_login"])
    return Grant(session, token)


def refresh_session(*, token: str) -> Grant:
    """Exchange a refresh token for its successor.

    The same token again within 10 s gives the same successor, because answers get lost; later it means
    that two parties hold it: the whole family ends and the user is told. Raises NotSignedIn
    ("refresh_token_not_valid"). Locks the session.
    """
    with transaction.atomic():
        session = _lock_session_of(token)
        grant = _rotate(session, token=token) if session else None
    if grant is None:
        raise NotSignedIn("refresh_token_not_valid", _("This sign-in is over. Sign in again."))
    return grant


@transaction.atomic
def end_sessions(*, user: User, reason: Session.EndReason, but: UUID | None = None) -> int:
    """End the user's sign-ins, all or all but one. Returns how many there were.

    Their access tokens are refused at once in this process and within 5 s in all others.
    """
    held = Session.objects.filter(~Q(pk=but), user=user, ended_at__isnull=True).order_by("pk")
    ids = list(held.select_for_update().values_list("pk", flat=True))
    if ids:
        Session.objects.filter(pk__in=ids).update(ended_at=clock.now(), end_reason=reason)
        RefreshToken.objects.filter(session__in=ids).exclude(sealed_successor="").update(sealed_successor="")
        publish(SessionsEnded(user_id=user.pk, session_ids=[str(pk) for pk in ids], reason=reason))
        session_cache.forget(ids)
    return len(ids)


def sign_out_everywhere(user: User) -> None:
    """End all of one's own sign-ins."""
    end_sessions(user=user, reason=Session.EndReason.LOGOUT)


@transaction.atomic
def end_own_session(*, user: User, session_id: UUID) -> None:
    """Sign one of the user's devices out. Raises NotFound."""
    session = selectors.lock_own_session(user, session_id=session_id)
    _end(session, reason=Session.EndReason.LOGOUT)


def _lock_session_of(token: str) -> Session | None:
    owner = RefreshToken.objects.filter(digest=token_digest(token)).values("session_id")[:1]
    held = Session.objects.filter(pk__in=owner, ended_at__isnull=True, expires_at__gt=clock.now())
    session = held.select_for_update(of=("self",)).select_related("user").first()
    return session if session and session.user.is_active else None


def _rotate(session: Session, *, token: str) -> Grant | None:
    """With the session locked nobody else rotates in this family."""
    now = clock.now()
    known = RefreshToken.objects.get(digest=token_digest(token))
    if known.used_at is None:
        return Grant(session, _succeed(session, known=known))
    if now - known.used_at <= GRACE and known.sealed_successor:
        return Grant(session, unseal(known.sealed_successor))
    _end(session, reason=Session.EndReason.REUSE)
    notify(user=session.user, kind="session_family_ended", data={"device": session.device, "ip": session.ip})
    return None


def _succeed(session: Session, *, known: RefreshToken) -> str:
    now, successor = clock.now(), new_token()
    RefreshToken.objects.create(
        session=session, digest=token_digest(successor), generation=known.generation + 1
    )
    known.used_at, known.sealed_successor = now, seal(successor)
    known.save(update_fields=["used_at", "sealed_successor", "updated_at"])
    session.last_used_at, session.expires_at = now, now + settings.REFRESH_TOKEN_LIFETIME
    session.ip = facts().ip
    session.save(update_fields=["last_used_at", "expires_at", "ip", "updated_at"])
    return successor


def _end(session: Session, *, reason: Session.EndReason) -> None:
    session.ended_at, session.end_reason = clock.now(), reason
    session.save(update_fields=["ended_at", "end_reason", "updated_at"])
    session.refresh_tokens.exclude(sealed_successor="").update(sealed_successor="")
    publish(SessionsEnded(user_id=session.user_id, session_ids=[str(session.pk)], reason=reason))
    session_cache.forget([session.pk])
