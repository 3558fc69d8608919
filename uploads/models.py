"""Files that people send in."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.models import Row, Work
from uploads.kinds import Kind, Reason, State


class Upload(Row, Work):
    """One file: the original in the private storage, its variants under `folder` in the public one.

    `claimed_by` names the row of an upper app that shows it ("listings.photo:<id>"). What nothing claims
    for a day is swept. `discarded_at` is the point of no return: from then on the row exists only to name
    the objects that are still to be removed.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PENDING)
    reason = models.CharField(_("reason"), max_length=24, choices=Reason.choices, default="", blank=True)
    content_type = models.CharField(_("content type"), max_length=40)
    bytes = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    blurhash = models.CharField(max_length=40, default="", blank=True)
    original_key = models.CharField(max_length=80, unique=True, editable=False)
    folder = models.CharField(max_length=48, unique=True, editable=False)
    claimed_by = models.CharField(_("claimed by"), max_length=80, default="", blank=True)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    unclaimed_since = models.DateTimeField(_("unclaimed since"), default=clock.now, editable=False)
    discarded_at = models.DateTimeField(_("discarded"), null=True, blank=True, editable=False)

    class Meta(Work.Meta):
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(state=State.READY) | Q(width__gt=0, height__gt=0, blurhash__gt=""),
                name="uploads_ready_is_measured",
                violation_error_message=_("What is ready has its size and its placeholder."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.REJECTED, reason__gt="") | (~Q(state=State.REJECTED) & Q(reason="")),
                name="uploads_rejected_has_a_reason",
                violation_error_message=_("What is rejected, and only that, has a reason."),
            ),
            models.CheckConstraint(
                condition=Q(claimed_by="", claimed_at__isnull=True)
                | Q(claimed_by__gt="", claimed_at__isnull=False),
                name="uploads_claim_has_its_time",
                violation_error_message=_("A claim has its time."),
            ),
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True) | Q(claimed_by=""),
                name="uploads_claimed_is_kept",
                violation_error_message=_("What is claimed is not discarded."),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            *Work.Meta.indexes,
            models.Index(fields=["-created_at", "-id"], name="uploads_newest"),
            models.Index(fields=["owner", "created_at"], name="uploads_owner_day"),
            models.Index(fields=["owner", "sha256"], condition=Q(claimed_by=""), name="uploads_same_bytes"),
            models.Index(fields=["unclaimed_since"], condition=Q(claimed_by=""), name="uploads_unclaimed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_ready(self) -> bool:
        """Whether its variants can be shown."""
        return self.state == State.READY
