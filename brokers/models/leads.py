"""Who is interested in what."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from brokers.enums import LeadSource, LeadStage
from key2key.common.models import Row


class Lead(Row):
    """One person's interest in one listing, from the first question to the keys."""

    listing = models.ForeignKey(
        "listings.Listing", verbose_name=_("listing"), on_delete=models.PROTECT, related_name="+"
    )
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("buyer"), on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("agent"), on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    conversation_id = models.UUIDField(_("conversation"), null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True, default="")
    stage = models.CharField(_("stage"), max_length=11, choices=LeadStage.choices, default=LeadStage.NEW)
    lost_reason = models.CharField(_("why lost"), max_length=200, blank=True, default="")
    source = models.CharField(
        _("source"), max_length=15, choices=LeadSource.choices, default=LeadSource.WEB_FORM
    )
    tags = ArrayField(models.CharField(max_length=40), verbose_name=_("tags"), default=list, blank=True)
    next_action = models.CharField(_("next action"), max_length=200, blank=True, default="")
    next_action_at = models.DateTimeField(_("next action at"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    first_answered_at = models.DateTimeField(_("first answered"), null=True, blank=True)
    response_minutes = models.PositiveIntegerField(_("response time"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["listing", "buyer"], name="brokers_one_lead_each")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "-created_at", "-id"], name="brokers_lead_owner"),
            models.Index(fields=["organisation", "-created_at", "-id"], name="brokers_lead_organisation"),
            models.Index(fields=["buyer", "-created_at", "-id"], name="brokers_lead_buyer"),
            models.Index(fields=["conversation_id"], name="brokers_lead_conversation"),
            models.Index(
                fields=["next_action_at"],
                condition=models.Q(next_action_at__isnull=False),
                name="brokers_lead_next_action",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.buyer_id} -> {self.listing_id} ({self.stage})"


class LeadNote(Row):
    """What a colleague wrote down about a lead; the buyer never sees it."""

    lead = models.ForeignKey(Lead, verbose_name=_("lead"), on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(_("text"), max_length=4000)

    class Meta:
        ordering = ("created_at", "id")
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return self.text[:60]
