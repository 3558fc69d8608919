"""Passwords: judged, forgotten, set anew, changed."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import selectors
from accounts.models import OneTimeCode, Session, User
from accounts.models.people import canonical_email
from accounts.services.codes import count_sending, issue_link, read_link, use_code
from accounts.services.contacts import link_to, mark_email_verified
from accounts.services.sessions import end_sessions
from accounts.services.signin import prove_own_password
from key2key.common.errors import Fault, InvalidInput
from notifications.services import notify

RESET = OneTimeCode.Purpose.PASSWORD_RESET


def require_strong(password: str, *, user: User, pointer: str = "/password") -> None:
    """Raises InvalidInput with a fault for every reason why the password is weak for this user."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        faults = [Fault(pointer, one.code or "weak", one.messages[0]) for one in error.error_list]
        raise InvalidInput(faults=faults) from error


def forgot_password(*, email: str) -> None:
    """Mail a link to set the password anew, if the address has an account. Tells nobody whether.

    Raises Throttled, whether there is an account or not.
    """
    count_sending(canonical_email(email))
    user = selectors.user_by_email(email)
    if user and user.is_active:
        send_password_link(user)


@transaction.atomic
def send_password_link(user: User) -> None:
    """Mail the link; single use, good for 30 minutes."""
    token = issue_link(purpose=RESET, target=user.email or "", user=user)
    notify(
        user=user,
        kind="password_reset",
        data={"name": user.get_short_name()},
        secret={"token": token, "link": link_to("reset-password", token=token)},
    )


@transaction.atomic
def reset_password(*, token: str, password: str) -> User:
    """Set the password by the mailed token, end every session and tell the user.

    A weak password leaves the token good. Raises InvalidInput ("link_not_valid", or the reasons).
    """
    row, owner = read_link(purpose=RESET, token=token)
    require_strong(password, user=owner)
    user = selectors.lock_user(owner.pk)
    use_code(row)
    if not user.email_verified:
        # Whoever opened the account in another's name may have left a phone as a way back in.
        user.phone_verified_at = None
        user.save(update_fields=["phone_verified_at", "updated_at"])
    mark_email_verified(user)
    set_password(user, password=password)
    return user


@transaction.atomic
def change_password(*, user_id: UUID, current: str, new: str, session_id: UUID) -> None:
    """Set another password, end all sessions but this one, and tell the user.

    An account that never had a password (registered by phone) needs no current one. Raises InvalidInput
    ("wrong_password" at /current_password, or the reasons at /new_password), Throttled.
    """
    user = selectors.lock_user(user_id)
    if user.has_usable_password() and not prove_own_password(user, password=current):
        fault = Fault("/current_password", "wrong_password", _("This is not your password."))
        raise InvalidInput(faults=[fault])
    require_strong(new, user=user, pointer="/new_password")
    set_password(user, password=new, but=session_id)


def set_password(user: User, *, password: str, but: UUID | None = None) -> None:
    """Give the user (row locked) the password; all sessions but the named one end, and the user is told."""
    user.set_password(password)
    user.save(update_fields=["password", "updated_at"])
    end_sessions(user=user, reason=Session.EndReason.PASSWORD, but=but)
    notify(user=user, kind="password_changed", data={"name": user.get_short_name()})
