"""Secrets that prove one thing once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from key2key.common.models import Row


class OneTimeCode(Row):
    """A code or a link that was sent to one target for one purpose; only its keyed hash is kept."""

    class Purpose(models.TextChoices):
        """What it proves."""

        EMAIL_VERIFICATION = "email_verification", _("e-mail verification")
        PASSWORD_RESET = "password_reset", _("password reset")
        PHONE_SIGN_IN = "phone_sign_in", _("sign-in by phone")
        PHONE_VERIFICATION = "phone_verification", _("phone verification")

    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    target = models.CharField(_("target"), max_length=254)
    digest = models.CharField(max_length=64, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        ordering = ("-created_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["digest"], name="accounts_code_digest"),
            models.Index(fields=["target", "purpose", "-created_at"], name="accounts_code_target"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.created_at:%F %T}"


class StaffInvitation(Row):
    """A single-use link through which a member of staff sets a password and enrols the second factor."""

    email = models.EmailField(_("e-mail"))
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    groups = models.JSONField(_("groups"), default=list)
    superuser = models.BooleanField(_("every right"), default=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    sealed_secret = models.TextField(blank=True, default="", editable=False)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("staff invitation")
        verbose_name_plural = _("staff invitations")
        ordering = ("-created_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["email"], name="accounts_invitation_email"),
        ]

    def __str__(self) -> str:
        return f"{self.email} {', '.join(self.groups)}"
