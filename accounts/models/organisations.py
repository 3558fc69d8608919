"""Agencies and dealers, and who works there (decision 3)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from key2key.common.models import Row


class Organisation(Row):
    """An agency, a dealer, a developer: sells under its own name."""

    name = models.CharField(_("name"), max_length=150)
    market = models.CharField(_("market"), max_length=2, default=settings.DEFAULT_MARKET, editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Membership(Row):
    """That somebody works for an organisation, and as what."""

    class Role(models.TextChoices):
        """What the person may do there; judged in the selectors of each app."""

        OWNER = "owner", _("owner")
        MANAGER = "manager", _("manager")
        AGENT = "agent", _("agent")
        ASSISTANT = "assistant", _("assistant")
        ACCOUNTANT = "accountant", _("accountant")
        VIEWER = "viewer", _("viewer")

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("organisation", "created_at")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "user"], name="accounts_one_membership_each")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} @ {self.organisation_id}"
