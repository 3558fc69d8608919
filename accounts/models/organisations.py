"""Agencies and dealers, and who works there (decision 3)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from key2key.common.models import Row
from key2key.common.tracking import tracked


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


@tracked(
    exclude=["updated_at"],
    way_back="+",
)
class Membership(Row):
    """That somebody works for an organisation, and as what."""

    class Role(models.TextChoices):
        """What the person may do there: `accounts.agency` says which role has which right."""

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


class OrganisationInvitation(Row):
    """A single-use link through which the person of an e-mail or a phone joins; only its hash is kept."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(_("e-mail"), blank=True, default="")
    phone = models.CharField(_("phone"), max_length=16, blank=True, default="")
    role = models.CharField(_("role"), max_length=10, choices=Membership.Role.choices)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation to an organisation")
        verbose_name_plural = _("invitations to organisations")
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(email="") ^ Q(phone=""), name="accounts_invitation_one_address"
            ),
            models.UniqueConstraint(
                fields=["organisation", "email", "phone"],
                condition=Q(accepted_at__isnull=True),
                name="accounts_one_open_invitation_each",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-created_at", "-id"], name="accounts_invitation_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.email or self.phone} {self.role} @ {self.organisation_id}"


class Block(Row):
    """That somebody wants nothing to do with somebody else."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    blocked = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "blocked"], name="accounts_one_block_each"),
            models.CheckConstraint(condition=~Q(user=F("blocked")), name="accounts_block_of_another"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "-created_at", "-id"], name="accounts_block_own"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} blocks {self.blocked_id}"
