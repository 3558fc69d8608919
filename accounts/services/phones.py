"""Phones: signing in and registering by a code, and showing that a number is one's own."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts import selectors
from accounts.models import OneTimeCode, User
from accounts.services.codes import count_sending, issue_code, try_code, use_code
from accounts.services.contacts import mark_phone_verified
from accounts.services.registration import NewUser, register_by_phone
from accounts.services.sessions import Grant, open_session
from accounts.services.signin import require_admission
from notifications.services import notify

SIGN_IN = OneTimeCode.Purpose.PHONE_SIGN_IN
VERIFICATION = OneTimeCode.Purpose.PHONE_VERIFICATION


@transaction.atomic
def start_phone(*, phone: str, by: User | None, language: str) -> None:
    """Send a code to the phone (E.164): to sign in or register, or to verify the signed-in user's number.

    Answers alike whether the number has an account. Raises Throttled.
    """
    count_sending(phone)
    code = issue_code(purpose=VERIFICATION if by else SIGN_IN, target=phone, user_id=by.pk if by else None)
    notify(
        user=by,
        kind="phone_code",
        channel="sms",
        to=phone,
        language=by.language if by else language,
        secret={"code": code},
    )


def sign_in_by_phone(new: NewUser, *, code: str, otp: str = "") -> Grant:
    """Sign in by the code that was sent, or register when the number has no account yet.

    A right code without the second factor that the account asks for stays good for its remaining tries.
    Raises InvalidInput ("code_not_valid"), NotSignedIn and NotAllowed as `sign_in` does.
    """
    phone = new.phone or ""
    row = try_code(purpose=SIGN_IN, target=phone, user_id=None, code=code)
    user = selectors.user_by_verified_phone(phone)
    second_factor = user is not None and require_admission(user, otp=otp)
    with transaction.atomic():
        use_code(row)
        return open_session(user=user or register_by_phone(new), second_factor=second_factor)


def verify_own_phone(*, user_id: UUID, phone: str, code: str) -> User:
    """Note that the number is the signed-in user's own.

    Raises InvalidInput ("code_not_valid"), Conflict ("phone_taken") when another account has proven it.
    """
    row = try_code(purpose=VERIFICATION, target=phone, user_id=user_id, code=code)
    with transaction.atomic():
        user = selectors.lock_user(user_id)
        use_code(row)
        mark_phone_verified(user, phone=phone)
    return user
