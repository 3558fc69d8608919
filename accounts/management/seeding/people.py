"""Opens the accounts of the demo."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import Group
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.management.seeding.cast import Person, everybody
from accounts.management.seeding.logins import otp_key_of, password_of
from accounts.models import User
from accounts.selectors import user_by_email
from accounts.services import NewUser
from accounts.services.contacts import mark_email_verified, mark_phone_verified
from accounts.services.registration import create_account
from key2key.common import audit, clock


def sow_people() -> int:
    """Open what is missing, each account in a transaction of its own. Returns how many were opened."""
    missing = [person for person in everybody() if user_by_email(person.email) is None]
    for person in missing:
        with clock.advanced(-timedelta(days=person.days)):
            _open(person)
    return len(missing)


@transaction.atomic
def _open(person: Person) -> None:
    new = NewUser(
        full_name=person.full_name,
        email=person.email,
        phone=person.phone,
        role=person.role,
        language=person.language,
    )
    with audit.because("demo data"):
        user = create_account(new, password=password_of(person.email) if person.is_demo_login else None)
        mark_email_verified(user)
        if person.is_demo_login or user.is_seller:
            mark_phone_verified(user, phone=person.phone)
        if person.groups:
            _make_staff(user, person)
        User.objects.filter(pk=user.pk).update(created_at=clock.now())


def _make_staff(user: User, person: Person) -> None:
    user.is_staff, user.is_superuser = True, person.superuser
    user.save(update_fields=["is_staff", "is_superuser", "updated_at"])
    user.groups.set(Group.objects.filter(name__in=person.groups))
    TOTPDevice.objects.create(user=user, name="authenticator", key=otp_key_of(person.email), confirmed=True)
