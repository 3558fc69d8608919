"""What people say about themselves, and what staff do to accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import selectors, session_cache
from accounts.events import UserChanged, UserErased, UserReinstated, UserSuspended
from accounts.models import Session, User
from accounts.roles import StaffGroup
from accounts.services.passwords import send_password_link
from accounts.services.registration import NewUser, create_account
from accounts.services.sessions import end_sessions
from key2key.common import audit
from key2key.common.conditions import Precondition, always
from key2key.common.errors import Conflict, NotAllowed
from key2key.common.events import publish
from key2key.common.plugins import privacy

OWN_FIELDS = frozenset({"full_name", "language"})
STAFF_FIELDS = OWN_FIELDS | {"role"}


@transaction.atomic
def change_own_profile(*, user_id: UUID, changes: Mapping[str, Any], check: Precondition = always) -> User:
    """Change one's own name or language. Locks the user."""
    user = selectors.lock_user(user_id)
    check(user)
    _apply(user, {name: value for name, value in changes.items() if name in OWN_FIELDS})
    return user


@transaction.atomic
def create_user(new: NewUser, *, by: User) -> User:
    """Open an account for somebody, who sets the password through a mailed link or signs in by phone.

    Raises Conflict ("email_taken").
    """
    user = create_account(new, password=None)
    audit.record(actor=by, action="user.created", subject=user)
    if user.email:
        send_password_link(user)
    return user


@transaction.atomic
def change_user(*, user_id: UUID, by: User, changes: Mapping[str, Any], check: Precondition = always) -> User:
    """Change somebody's name, language, role, or groups of staff (the administration only).

    Raises NotFound, NotAllowed ("own_account", "not_allowed"), Conflict ("not_staff": staff are invited).
    Locks the user.
    """
    user = _lock_for_staff(user_id, by=by)
    check(user)
    with audit.because(", ".join(sorted(changes)), actor=by):
        _apply(user, {name: value for name, value in changes.items() if name in STAFF_FIELDS})
        if "groups" in changes:
            _set_groups(user, names=changes["groups"], by=by)
        audit.record(actor=by, action="user.changed", subject=user)
    return user


@transaction.atomic
def suspend_user(*, user_id: UUID, by: User, reason: str, check: Precondition = always) -> User:
    """Close an account for the time being; its sessions end everywhere within 5 s.

    Raises NotFound, NotAllowed ("own_account", "not_allowed"), Conflict ("illegal_transition"). Locks
    the user.
    """
    user = _lock_for_staff(user_id, by=by)
    check(user)
    with audit.because(reason, actor=by):
        _move(user, to=User.Status.SUSPENDED)
        audit.record(actor=by, action="user.suspended", subject=user, reason=reason)
    end_sessions(user=user, reason=Session.EndReason.SUSPENDED)
    publish(UserSuspended(user_id=user.pk))
    return user


@transaction.atomic
def reinstate_user(*, user_id: UUID, by: User, reason: str, check: Precondition = always) -> User:
    """Open a suspended account again. Raises as `suspend_user`. Locks the user."""
    user = _lock_for_staff(user_id, by=by)
    check(user)
    with audit.because(reason, actor=by):
        _move(user, to=User.Status.ACTIVE)
        audit.record(actor=by, action="user.reinstated", subject=user, reason=reason)
    publish(UserReinstated(user_id=user.pk))
    return user


@transaction.atomic
def sign_out_user(*, user_id: UUID, by: User, reason: str) -> int:
    """End all of somebody's sign-ins, for instance after a phone was lost. Returns how many there were.

    Raises NotFound, NotAllowed ("own_account", "not_allowed"). Locks the user.
    """
    user = _lock_for_staff(user_id, by=by)
    audit.record(actor=by, action="user.signed_out", subject=user, reason=reason)
    return end_sessions(user=user, reason=Session.EndReason.LOGOUT)


@transaction.atomic
def erase_user(*, user_id: UUID, by: User, check: Precondition = always) -> None:
    """Make an account anonymous for good, in every app that holds something on the person.

    The row stays for what the law makes us keep. Raises NotFound, NotAllowed. Locks the user.
    """
    user = _lock_for_staff(user_id, by=by)
    check(user)
    end_sessions(user=user, reason=Session.EndReason.ERASED)
    parts = dict(privacy)
    own = parts.pop("accounts.user")
    for part in parts.values():
        part.erase(user)
    own.erase(user)  # last: the others find what is theirs by its e-mail and phone
    audit.record(actor=by, action="user.erased", subject=user)
    publish(UserErased(user_id=user.pk))


@transaction.atomic
def set_identity_verified(*, user_id: UUID, verified: bool, by: User | None) -> User:
    """Note that a document has shown, or no longer shows, who the person is. A repeat changes nothing.

    `by` is None when the clock acted. Raises NotFound. Locks the user.
    """
    user = selectors.lock_user(user_id)
    if user.identity_verified != verified:
        with audit.because("identity", actor=by):
            _apply(user, {"identity_verified": verified})
            action = "user.identity_verified" if verified else "user.identity_no_longer_verified"
            audit.record(actor=by, action=action, subject=user)
    return user


def require_power_over(user: User, *, by: User) -> None:
    """Support looks after customers; staff are the administration's, superusers each other's.

    Raises NotAllowed ("own_account" for oneself, else "not_allowed").
    """
    if user.pk == by.pk:
        raise NotAllowed("own_account", _("Somebody else must do this to your own account."))
    if user.is_superuser and not by.is_superuser:
        raise NotAllowed("not_allowed")
    if user.is_staff and not selectors.is_in_group(by, names=[StaffGroup.ADMIN]):
        raise NotAllowed("not_allowed")


def _lock_for_staff(user_id: UUID, *, by: User) -> User:
    user = selectors.lock_user(user_id)
    require_power_over(user, by=by)
    return user


def _apply(user: User, changes: Mapping[str, Any]) -> None:
    if not changes:
        return
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=[*changes, "updated_at"])
    session_cache.forget_user(user.pk)
    publish(UserChanged(user_id=user.pk))


def _set_groups(user: User, *, names: list[str], by: User) -> None:
    if not selectors.is_in_group(by, names=[StaffGroup.ADMIN]):
        raise NotAllowed("not_allowed")
    if not user.is_staff:
        raise Conflict("not_staff", _("Invite people to the staff: that enrols their second factor."))
    user.groups.set([Group.objects.get(name=name) for name in names])
    user.is_staff = bool(names) or user.is_superuser
    user.save(update_fields=["is_staff", "updated_at"])
    session_cache.forget_user(user.pk)


def _move(user: User, *, to: User.Status) -> None:
    legal = User.Status.ACTIVE if user.status == User.Status.SUSPENDED else User.Status.SUSPENDED
    if to != legal:
        raise Conflict("illegal_transition", status_now=user.status, allowed=[legal])
    user.status = to
    user.save(update_fields=["status", "updated_at"])
