"""E-mail addresses: shown to be somebody's own."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import selectors, session_cache
from accounts.events import UserVerifiedContact
from accounts.models import OneTimeCode, User
from accounts.models.people import canonical_email
from accounts.services.codes import count_sending, issue_link, read_link, use_code
from key2key.common import clock
from key2key.common.errors import Conflict
from key2key.common.events import publish
from notifications.services import notify

VERIFICATION = OneTimeCode.Purpose.EMAIL_VERIFICATION


def link_to(page: str, *, token: str) -> str:
    """The address of a page of ours that takes the token."""
    return f"{settings.BASE_URL}/{page}?{urlencode({'token': token})}"


@transaction.atomic
def send_email_verification(user: User) -> None:
    """Mail the link that shows the address to be the user's own; good for 24 hours."""
    token = issue_link(purpose=VERIFICATION, target=user.email or "", user=user)
    notify(
        user=user,
        kind="email_verification",
        data={"name": user.get_short_name()},
        secret={"token": token, "link": link_to("verify-email", token=token)},
    )


def resend_email_verification(*, email: str) -> None:
    """Mail the link again, if the address has an account that waits for it. Tells nobody whether.

    Raises Throttled, whether there is an account or not.
    """
    count_sending(canonical_email(email))
    user = selectors.user_by_email(email)
    if user and user.is_active and not user.email_verified:
        send_email_verification(user)


@transaction.atomic
def verify_email(*, token: str) -> User:
    """Take the mailed token as proof. Raises InvalidInput ("link_not_valid")."""
    row, owner = read_link(purpose=VERIFICATION, token=token)
    user = selectors.lock_user(owner.pk)
    use_code(row)
    mark_email_verified(user)
    return user


def mark_email_verified(user: User) -> None:
    """Note that the address is the user's own; with the user's row locked. A second time changes nothing."""
    if not user.email_verified:
        user.email_verified_at = clock.now()
        user.save(update_fields=["email_verified_at", "updated_at"])
        session_cache.forget_user(user.pk)
        publish(UserVerifiedContact(user_id=user.pk, contact="email"))


def mark_phone_verified(user: User, *, phone: str) -> None:
    """Note that the number is the user's own; with the user's row locked.

    Raises Conflict ("phone_taken") when another account has proven it.
    """
    user.phone, user.phone_verified_at = phone, clock.now()
    try:
        with transaction.atomic():
            user.save(update_fields=["phone", "phone_verified_at", "updated_at"])
    except IntegrityError as error:
        raise Conflict("phone_taken", _("This phone belongs to another account.")) from error
    session_cache.forget_user(user.pk)
    publish(UserVerifiedContact(user_id=user.pk, contact="phone"))
