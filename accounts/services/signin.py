"""Signing in by password, and what every way of signing in has in common."""

from __future__ import annotations

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password
from django.utils.translation import gettext_lazy as _
from django_otp import match_token, user_has_device
from django_otp.models import Device

from accounts import selectors
from accounts.digests import subject_digest
from accounts.models import User
from accounts.models.people import canonical_email
from accounts.refusals import NotSignedIn
from accounts.services.sessions import Grant, open_session
from key2key.common import audit, rates
from key2key.common.errors import NotAllowed, Throttled
from key2key.common.request import facts


def sign_in(*, email: str, password: str, otp: str = "") -> Grant:
    """Sign in by e-mail and password, and the second factor where the account has one.

    Raises NotSignedIn ("invalid_credentials" whatever was wrong, "otp_required", "otp_not_valid"),
    NotAllowed ("account_suspended", told only to who knows the password), Throttled after 10 failures
    in 15 minutes.
    """
    user, subject = _prove(email=email, password=password)
    if user is None:
        raise NotSignedIn("invalid_credentials", _("The e-mail or the password is wrong."))
    grant = open_session(user=user, second_factor=require_admission(user, otp=otp))
    rates.forgive("login", subject)
    return grant


def admit_staff(*, email: str, password: str, otp: str) -> User:
    """The member of staff whom password and code open the admin to; `otp_device` says by which device.

    Customers are told what strangers are told. Audited, and so is a wrong code after a right password.
    Raises NotSignedIn ("invalid_credentials", "not_enrolled", "otp_required", "otp_not_valid"), NotAllowed
    ("account_suspended"), Throttled as `sign_in` does. Not inside a transaction: wrong codes must count.
    """
    user, subject = _prove(email=email, password=password)
    if user is None or not user.is_staff:
        raise NotSignedIn("invalid_credentials", _("The e-mail or the password is wrong."))
    try:
        device = _device_shown(user, otp=otp)
    except NotSignedIn as refusal:
        if refusal.code == "otp_not_valid":
            audit.record(actor=user, action="staff.code_refused", subject=user)
        raise
    if device is None:
        raise NotSignedIn("not_enrolled", _("Your second factor is not enrolled: ask for an invitation."))
    rates.forgive("login", subject)
    user.otp_device = device  # type: ignore[attr-defined]  # django-otp reads it when Django logs in
    audit.record(actor=user, action="staff.signed_in", subject=user)
    return user


def prove_password(*, email: str, password: str) -> User | None:
    """The account that the password opens, or None. Exactly one hash is made, whoever is asked for.

    Every call counts as a try. Raises Throttled.
    """
    return _prove(email=email, password=password)[0]


def prove_own_password(user: User, *, password: str) -> bool:
    """Whether the signed-in user knows the password; counted like a sign-in. Raises Throttled."""
    _count_try(subject_digest(str(user.pk)))
    return _matches(user, password=password)


def require_admission(user: User, *, otp: str) -> bool:
    """Whether somebody whose first factor is proven showed a second one too; accounts without one need none.

    Wrong codes slow the device down; so this must not run in a transaction that a refusal rolls back.
    Raises NotAllowed ("account_suspended"), NotSignedIn ("otp_required", "otp_not_valid").
    """
    return _device_shown(user, otp=otp) is not None


def _device_shown(user: User, *, otp: str) -> Device | None:
    if not user.is_active:
        raise NotAllowed("account_suspended", _("This account is suspended. Write to support."))
    if not user_has_device(user):
        return None
    if not otp:
        raise NotSignedIn("otp_required", _("Enter the code of your authenticator app."))
    device = match_token(user, otp)
    if device is None:
        raise NotSignedIn("otp_not_valid", _("This code is not valid."))
    return device


def _prove(*, email: str, password: str) -> tuple[User | None, str]:
    """The account that the password opens, and whose tries were counted."""
    user = selectors.user_by_email(email)
    subject = _subject(user, email=email)
    _count_try(subject)
    return user if _matches(user, password=password) else None, subject


def _matches(user: User | None, *, password: str) -> bool:
    def rehash(raw: str) -> None:
        """An imported or old hash becomes one of today when its password is shown."""
        if user:
            user.set_password(raw)
            user.save(update_fields=["password"])

    encoded = user.password if user else UNUSABLE_PASSWORD_PREFIX
    return check_password(password, encoded, rehash)


def _subject(user: User | None, *, email: str) -> str:
    """Whose tries are counted: the account's, and on a device it was used on before that device's own.

    So strangers who guess cannot lock the owner out there.
    """
    account = subject_digest(canonical_email(email))
    ip, device = facts().ip, facts().user_agent
    if selectors.is_known_device(user, ip=ip, device=device):
        return f"{account}:{subject_digest(f'{ip} {device}')}"
    return account


def _count_try(subject: str) -> None:
    for policy, whose in (("login_address", facts().ip), ("login", subject)):
        allowance = rates.hit(policy, whose)
        if not allowance.allowed:
            raise Throttled(retry_after=round(allowance.reset_seconds))
