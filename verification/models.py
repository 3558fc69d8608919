"""Cases, their documents, and who looked at them."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from key2key.common.models import AppendOnly, Row
from key2key.common.tracking import tracked
from verification.enums import OPEN, WAITING, CaseKind, CaseState, DocumentKind


@tracked(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    exclude=["facts", "updated_at"],  # what people tell of themselves is not kept in the history
)
class Case(Row):
    """Somebody shows who they are, or what they may do or own. Written only by `verification.services`.

    `subject` is the listing of an ownership case or the organisation of a business case.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=14, choices=CaseKind.choices)
    subject = models.UUIDField(_("subject"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=14, choices=CaseState.choices, default=CaseState.DRAFT)
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    reason = models.TextField(_("reason"), blank=True, default="")
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "kind", "subject"],
                condition=models.Q(state__in=sorted(OPEN)),
                nulls_distinct=False,
                name="verification_one_open_case",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "-created_at", "-id"], name="verification_own"),
            models.Index(
                fields=["submitted_at", "id"],
                condition=models.Q(state__in=sorted(WAITING)),
                name="verification_queue",
            ),
            models.Index(
                fields=["valid_until"],
                condition=models.Q(state=CaseState.APPROVED),
                name="verification_valid_until",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Document(Row):
    """One file of a case, encrypted before its first byte was written.

    `sealed_key` is the file's own AES-256 key, encrypted with the platform's. When the document is
    deleted the bytes and the key go; the row stays and says that there was one.
    """

    case = models.ForeignKey(Case, verbose_name=_("case"), on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind.choices)
    content_type = models.CharField(_("media type"), max_length=40)
    bytes = models.PositiveIntegerField(_("bytes"))
    storage_key = models.CharField(max_length=120)
    sealed_key = models.TextField(blank=True, default="", editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    class Meta:
        ordering = ("created_at", "id")
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["id"],
                condition=models.Q(deleted_at__isnull=False) & ~models.Q(sealed_key=""),
                name="verification_to_wipe",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class DocumentView(AppendOnly):
    """That somebody was shown a document, when, and why."""

    id = models.BigAutoField(primary_key=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=200)
    created_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("view of a document")
        verbose_name_plural = _("views of documents")

    def __str__(self) -> str:
        return f"{self.viewer_id} {self.document_id}"


class QueuedCase(Case):
    """A case that waits for staff, on its own page of the admin."""

    class Meta:
        proxy = True
        verbose_name = _("case to check")
        verbose_name_plural = _("cases to check")
