"""What accounts holds on a person, how it is handed out and how it is forgotten."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.events import MembershipChanged
from accounts.models import (
    Block,
    Membership,
    OneTimeCode,
    OrganisationInvitation,
    Session,
    StaffInvitation,
    User,
)
from key2key.common.events import publish
from key2key.common.plugins import PrivacyPart, privacy


def register_parts() -> None:
    """Name each model with personal data."""
    privacy.register("accounts.user", PrivacyPart(User, _USER, _export_user, _erase_user))
    privacy.register("accounts.session", PrivacyPart(Session, _SESSION, _export_sessions, _erase_sessions))
    privacy.register("accounts.onetimecode", PrivacyPart(OneTimeCode, _CODE, _export_codes, _erase_codes))
    privacy.register(
        "accounts.membership", PrivacyPart(Membership, _MEMBERSHIP, _export_memberships, _erase_memberships)
    )
    privacy.register(
        "accounts.staffinvitation",
        PrivacyPart(StaffInvitation, _INVITATION, _export_invitations, _erase_invitations),
    )
    privacy.register(
        "accounts.organisationinvitation",
        PrivacyPart(OrganisationInvitation, _JOINING, _export_joining, _erase_joining),
    )
    privacy.register("accounts.block", PrivacyPart(Block, _BLOCK, _export_blocks, _erase_blocks))


_USER = {
    "email": "sign-in and messages",
    "phone": "sign-in and messages",
    "full_name": "how others see the person",
    "language": "the language of messages",
    "avatar": "how others see the person",
    "password": "sign-in; a hash only",
    "last_login": "security",
}
_SESSION = {"device": "so that the person recognises it", "ip": "security", "last_used_at": "security"}
_CODE = {"target": "where the code was sent"}
_MEMBERSHIP = {"organisation": "for whom the person works", "role": "as what"}
_INVITATION = {"email": "where the invitation was sent", "full_name": "whom it is for"}

_JOINING = {"email": "where the invitation was sent", "phone": "where the invitation was sent"}
_BLOCK = {"blocked": "whom the person wants nothing to do with"}


def _export_user(user: User) -> list[dict[str, Any]]:
    return [
        {
            "email": user.email,
            "phone": user.phone,
            "full_name": user.full_name,
            "language": user.language,
            "role": user.role,
            "created_at": user.created_at,
            "last_login": user.last_login,
        }
    ]


def _erase_user(user: User) -> None:
    user.email = user.phone = user.avatar = user.last_login = None
    user.full_name = ""
    user.email_verified_at = user.phone_verified_at = None
    user.identity_verified = user.is_staff = user.is_superuser = False
    user.status = User.Status.ERASED
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def _export_sessions(user: User) -> list[dict[str, Any]]:
    rows = Session.objects.filter(user=user)
    return [dict(row) for row in rows.values("device", "ip", "created_at", "last_used_at", "ended_at")]


def _erase_sessions(user: User) -> None:
    Session.objects.filter(user=user).update(device="", ip="")


def _codes(user: User) -> Q:
    return Q(user=user) | Q(target__in=[target for target in (user.email, user.phone) if target])


def _export_codes(user: User) -> list[dict[str, Any]]:
    return [
        dict(row)
        for row in OneTimeCode.objects.filter(_codes(user)).values(
            "purpose", "target", "created_at", "used_at"
        )
    ]


def _erase_codes(user: User) -> None:
    OneTimeCode.objects.filter(_codes(user)).delete()


def _export_memberships(user: User) -> list[dict[str, Any]]:
    return [
        dict(row)
        for row in Membership.objects.filter(user=user).values("organisation__name", "role", "created_at")
    ]


def _erase_memberships(user: User) -> None:
    rows = Membership.objects.filter(user=user)
    for organisation_id in list(rows.values_list("organisation_id", flat=True)):
        publish(MembershipChanged(user_id=user.pk, organisation_id=organisation_id))
    rows.delete()


def _export_invitations(user: User) -> list[dict[str, Any]]:
    rows = StaffInvitation.objects.filter(email=user.email or "")
    return [dict(row) for row in rows.values("email", "full_name", "created_at")]


def _erase_invitations(user: User) -> None:
    StaffInvitation.objects.filter(email=user.email or "").delete()


def _joining(user: User) -> Q:
    by_email = Q(email=user.email) if user.email else Q(pk__in=[])
    return by_email | Q(phone=user.phone) if user.phone else by_email


def _export_joining(user: User) -> list[dict[str, Any]]:
    rows = OrganisationInvitation.objects.filter(_joining(user))
    return [
        dict(row)
        for row in rows.values("organisation__name", "email", "phone", "role", "created_at", "accepted_at")
    ]


def _erase_joining(user: User) -> None:
    OrganisationInvitation.objects.filter(_joining(user)).delete()


def _export_blocks(user: User) -> list[dict[str, Any]]:
    return [dict(row) for row in Block.objects.filter(user=user).values("blocked_id", "created_at")]


def _erase_blocks(user: User) -> None:
    Block.objects.filter(Q(user=user) | Q(blocked=user)).delete()
