"""Full rows of accounts for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import factory
from django.contrib.auth.models import Group
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.digests import token_digest
from accounts.models import Block, Membership, Organisation, OrganisationInvitation, User

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


class InvitationFactory(factory.django.DjangoModelFactory):
    """An invitation that still holds; pass `token` to know it."""

    class Meta:
        model = OrganisationInvitation
        exclude = ("token",)

    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda number: f"invited{number}@example.com")
    role = Membership.Role.AGENT
    token = factory.Sequence(lambda number: f"token-{number}")
    digest = factory.LazyAttribute(lambda made: token_digest(made.token))
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class BlockFactory(factory.django.DjangoModelFactory):
    """That `user` has blocked `blocked`."""

    class Meta:
        model = Block

    user = factory.SubFactory(UserFactory)
    blocked = factory.SubFactory(UserFactory)
