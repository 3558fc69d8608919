"""Full rows of accounts for tests."""

from __future__ import annotations

from typing import Any

import factory
from django.contrib.auth.models import Group
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Membership, Organisation, User

PASSWORD = "correct horse battery"


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody with a verified e-mail, whose password is PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@example.com")
    phone = factory.Sequence(lambda number: f"+2519{number:08d}")
    full_name = factory.Sequence(lambda number: f"Abebe Kebede {number}")
    password = factory.django.Password(PASSWORD)
    email_verified_at = factory.LazyFunction(timezone.now)


class SellerFactory(UserFactory):
    """Somebody who offers homes and vehicles."""

    role = User.Role.SELLER


class StaffFactory(UserFactory):
    """Staff with an enrolled second factor: `StaffFactory(groups=["moderator"])`."""

    is_staff = True

    @factory.post_generation
    def groups(self: User, create: bool, extracted: Any, **_: Any) -> None:  # type: ignore[misc]
        self.groups.set([Group.objects.get_or_create(name=name)[0] for name in extracted or ["support"]])

    @factory.post_generation
    def device(self: User, create: bool, extracted: Any, **_: Any) -> None:  # type: ignore[misc]
        TOTPDevice.objects.create(user=self, name="authenticator", confirmed=True)


class OrganisationFactory(factory.django.DjangoModelFactory):
    """An agency."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda number: f"Addis Homes {number}")


class MembershipFactory(factory.django.DjangoModelFactory):
    """Somebody who works for an agency."""

    class Meta:
        model = Membership

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    role = Membership.Role.AGENT
