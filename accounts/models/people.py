"""Who they are."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _

from key2key.common.models import Row
from key2key.common.tracking import tracked

# Personal data stays out of the history: an erased person must not live on there (decision 19).
UNTRACKED = ["email", "phone", "full_name", "avatar", "password", "last_login", "created_at", "updated_at"]


class UserManager(BaseUserManager["User"]):
    """Makes accounts, and finds them by e-mail whatever its case."""

    def create_user(
        self,
        email: str | None = None,
        *,
        password: str | None = None,
        phone: str | None = None,
        **fields: Any,
    ) -> User:
        """A new account; without a password it is signed in by phone or by a reset link only."""
        user = self.model(email=canonical_email(email) if email else None, phone=phone or None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, *, password: str | None = None, **fields: Any) -> User:
        """A new account of staff with every right. Its second factor is enrolled by invitation."""
        return self.create_user(email, password=password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """The account of the e-mail address."""
        return self.get(email=canonical_email(username or ""))


def canonical_email(email: str) -> str:
    """The one form in which an address is stored and compared."""
    return email.strip().lower()


@tracked(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    exclude=UNTRACKED,
    way_back="+",
)
class User(Row, AbstractBaseUser, PermissionsMixin):
    """A person. Signs in by e-mail and password, or by a code sent to the phone."""

    class Role(models.TextChoices):
        """What the person came for."""

        BUYER = "buyer", _("buyer")
        SELLER = "seller", _("seller")
        BROKER = "broker", _("broker")

    class Status(models.TextChoices):
        """Whether the account may be used."""

        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        ERASED = "erased", _("erased")

    email = models.EmailField(
        _("e-mail"), null=True, blank=True, unique=True, error_messages={"unique": _("This e-mail is taken.")}
    )
    phone = models.CharField(_("phone"), max_length=16, null=True, blank=True)  # noqa: DJ001 - unique: none is NULL
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    role = models.CharField(_("role"), max_length=8, choices=Role.choices, default=Role.BUYER)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ACTIVE)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    market = models.CharField(_("market"), max_length=2, default=settings.DEFAULT_MARKET, editable=False)
    avatar = models.UUIDField(_("picture"), null=True, blank=True, editable=False)
    email_verified_at = models.DateTimeField(_("e-mail verified"), null=True, blank=True, editable=False)
    phone_verified_at = models.DateTimeField(_("phone verified"), null=True, blank=True, editable=False)
    identity_verified = models.BooleanField(_("identity verified"), default=False, editable=False)
    is_staff = models.BooleanField(_("staff"), default=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(email__isnull=True) | Q(email=Lower("email")), name="accounts_user_email_lower"
            ),
            models.CheckConstraint(
                condition=Q(phone__isnull=True) | Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="accounts_user_phone_e164",
                violation_error_message=_("A phone is written in E.164, for instance +251911234567."),
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=False) | Q(phone__isnull=False) | Q(status="erased"),
                name="accounts_user_reachable",
                violation_error_message=_("An account needs an e-mail or a phone."),
            ),
            # Whoever merely claims a number must not keep it from the person who can prove it.
            models.UniqueConstraint(
                fields=["phone"],
                condition=Q(phone_verified_at__isnull=False),
                name="accounts_user_one_per_verified_phone",
                violation_error_message=_("This phone belongs to another account."),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-created_at", "-id"], name="accounts_user_newest"),
            models.Index(fields=["phone"], name="accounts_user_phone"),
            # The beginning of a name, in any case: how staff look for a person.
            models.Index(OpClass(Upper("full_name"), name="text_pattern_ops"), name="accounts_user_name"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email or self.phone or str(self.pk)

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # Django's attribute, derived here
        """Whether the account may be used."""
        return self.status == self.Status.ACTIVE

    @property
    def email_verified(self) -> bool:
        """Whether the person has shown that the mailbox is theirs."""
        return self.email_verified_at is not None

    @property
    def phone_verified(self) -> bool:
        """Whether the person has shown that the phone is theirs."""
        return self.phone_verified_at is not None

    @property
    def has_verified_contact(self) -> bool:
        """Whether one way of reaching the person was proven."""
        return self.email_verified or self.phone_verified

    @property
    def is_seller(self) -> bool:
        """Whether the role is one that offers homes and vehicles."""
        return self.role in {self.Role.SELLER, self.Role.BROKER}

    def get_full_name(self) -> str:
        """Django's name for the name."""
        return self.full_name

    def get_short_name(self) -> str:
        """The first word of the name, which is how one greets in Ethiopia."""
        return self.full_name.split(" ")[0]


@tracked(
    pghistory.InsertEvent(),
    pghistory.DeleteEvent(),
    way_back=None,
)
class UserGroup(User.groups.through):  # type: ignore[name-defined, misc]  # Django makes it at run time
    """That somebody is in a group of staff; here so that its history is kept."""

    class Meta:
        proxy = True
        verbose_name = _("group membership")
        verbose_name_plural = _("group memberships")
