"""Staff: their groups, their invitations, the enrolment of their second factor."""

from __future__ import annotations

import time
from base64 import b32encode
from binascii import unhexlify
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from accounts import selectors
from accounts.digests import new_token, token_digest
from accounts.models import Session, StaffInvitation, User
from accounts.models.people import canonical_email
from accounts.roles import EVERY_MODEL, RIGHTS, StaffGroup
from accounts.services.contacts import mark_email_verified
from accounts.services.passwords import require_strong
from accounts.services.registration import NewUser, create_account
from accounts.services.sessions import end_sessions
from key2key.common import audit, clock
from key2key.common.errors import Fault, InvalidInput, NotAllowed, NotFound
from key2key.common.sealing import seal, unseal
from notifications.services import notify

INVITATION_LIFE = timedelta(hours=72)


@transaction.atomic
def lay_staff_groups() -> None:
    """Make the groups of staff and give each exactly the rights of `roles`. Safe to repeat.

    Runs after migrations: rights on models that do not exist are left out.
    """
    for name in StaffGroup.values:
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.set(Permission.objects.filter(_rights_of(name)))


@transaction.atomic
def invite_staff(
    *,
    email: str,
    full_name: str = "",
    groups: Iterable[str] = (),
    superuser: bool = False,
    by: User | None = None,
) -> str:
    """Mail a single-use link through which the person sets a password and enrols the second factor.

    Also the way to a new device: accepting replaces the old one. Good for 72 hours; invitations sent
    before die. Returns the link. `by` is None on the command line, else the administration's. Raises
    NotAllowed, InvalidInput ("unknown_group").
    """
    groups = sorted(set(groups))
    if by:
        _require_power_to_invite(by, email=email, superuser=superuser)
    if (not groups and not superuser) or set(groups) - set(StaffGroup.values):
        raise InvalidInput("unknown_group", _("Name at least one group of staff."))
    email, token = canonical_email(email), new_token()
    StaffInvitation.objects.filter(email=email, used_at__isnull=True).delete()
    invitation = StaffInvitation.objects.create(
        email=email,
        full_name=full_name,
        groups=groups,
        superuser=superuser,
        digest=token_digest(token),
        sealed_secret=seal(random_hex(20)),
        expires_at=clock.now() + INVITATION_LIFE,
    )
    audit.record(actor=by, action="staff.invited", subject=invitation)
    link = f"{settings.BASE_URL}/staff/enrol/{token}"
    notify(kind="staff_invitation", to=email, data={"name": full_name}, secret={"link": link})
    return link


def invitation_of(token: str) -> StaffInvitation:
    """The invitation of a link that is still good. Raises NotFound."""
    good = StaffInvitation.objects.filter(used_at__isnull=True, expires_at__gt=clock.now())
    invitation = good.filter(digest=token_digest(token)).first()
    if invitation is None:
        raise NotFound("link_not_valid", _("This link is not valid any more. Ask for a new one."))
    return invitation


def device_of(invitation: StaffInvitation) -> TOTPDevice:
    """The second factor that accepting the invitation will enrol (not stored yet)."""
    return TOTPDevice(
        user=User(email=invitation.email),
        name="authenticator",
        key=unseal(invitation.sealed_secret),
        confirmed=True,
    )


def readable_secret(device: TOTPDevice) -> str:
    """The device's secret as authenticator apps take it by hand: base32 in groups of four."""
    text = b32encode(unhexlify(device.key)).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


@transaction.atomic
def enrol_staff(*, token: str, password: str, code: str) -> User:
    """Accept an invitation: set the password, enrol the device that shows `code`, take the groups.

    Sessions and devices from before end. Raises NotFound ("link_not_valid"), InvalidInput at /password
    and /code. Locks the invitation, then the user.
    """
    invitation = StaffInvitation.objects.select_for_update().get(pk=invitation_of(token).pk)
    user = _lock_account(invitation)
    require_strong(password, user=user)
    device = _proven_device(invitation, code=code)
    if not StaffInvitation.objects.filter(pk=invitation.pk, used_at__isnull=True).update(
        used_at=clock.now(), sealed_secret=""
    ):
        raise NotFound("link_not_valid", _("This link is not valid any more. Ask for a new one."))
    _make_staff(user, invitation=invitation, password=password)
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    device.user = user
    device.save()
    end_sessions(user=user, reason=Session.EndReason.ENROLMENT)
    audit.record(actor=user, action="staff.enrolled", subject=user)
    return user


def _require_power_to_invite(by: User, *, email: str, superuser: bool) -> None:
    """A link replaces password and device, so only superusers get one for a superuser's account."""
    known = selectors.user_by_email(email)
    makes_superuser = superuser or (known is not None and known.is_superuser)
    if not (by.is_superuser if makes_superuser else selectors.is_in_group(by, names=[StaffGroup.ADMIN])):
        raise NotAllowed("not_allowed")


def _proven_device(invitation: StaffInvitation, *, code: str) -> TOTPDevice:
    device = device_of(invitation)
    totp = TOTP(unhexlify(device.key), device.step, device.t0, device.digits)
    totp.time = time.time()
    if not code.isascii() or not code.isdigit() or not totp.verify(int(code), device.tolerance):
        raise InvalidInput(faults=[Fault("/code", "otp_not_valid", _("This code is not valid."))])
    device.last_t = totp.t()  # the code that enrols does not sign in as well
    return device


def _lock_account(invitation: StaffInvitation) -> User:
    known = selectors.user_by_email(invitation.email)
    if known:
        return selectors.lock_user(known.pk)
    return create_account(NewUser(full_name=invitation.full_name, email=invitation.email), password=None)


def _make_staff(user: User, *, invitation: StaffInvitation, password: str) -> None:
    if not user.is_active:
        raise NotAllowed("account_suspended", _("This account is suspended. Write to support."))
    user.is_staff = True
    user.is_superuser = user.is_superuser or invitation.superuser
    user.set_password(password)
    user.save(update_fields=["is_staff", "is_superuser", "password", "updated_at"])
    user.groups.set([Group.objects.get(name=name) for name in invitation.groups])
    mark_email_verified(user)


def _rights_of(group: str) -> Q:
    wanted = Q(pk__in=[])
    for app, models in RIGHTS[group].items():
        for model, actions in models.items():
            right = Q()
            if app != EVERY_MODEL:
                right &= Q(content_type__app_label=app)
            if model != EVERY_MODEL:
                right &= Q(content_type__model=model)
            wanted |= right & Q(codename__regex=f"^({'|'.join(actions)})_")
    return wanted
