"""What verification holds on a person, how it is handed out and how it is forgotten."""

from __future__ import annotations

from typing import Any

from key2key.common import background, clock
from key2key.common.plugins import PrivacyPart, privacy
from verification.models import Case, Document, DocumentView

_CASE = {
    "facts": "what the person tells of a licence",
    "reason": "what staff found",
    "user": "whose case it is",
}
_DOCUMENT = {"storage_key": "the encrypted file; readable only by the person and by whoever checks it"}
_VIEW = {"viewer": "who was shown a document, and why"}
_CASE_COLUMNS = (
    "id", "kind", "subject", "state", "facts", "reason", "submitted_at", "decided_at", "valid_until",
    "created_at",
)  # fmt: skip


def register_parts() -> None:
    """Name the models with personal data."""
    privacy.register("verification.case", PrivacyPart(Case, _CASE, _export, _erase))
    privacy.register(
        "verification.document", PrivacyPart(Document, _DOCUMENT, _export_documents, _erase_documents)
    )
    privacy.register(
        "verification.documentview", PrivacyPart(DocumentView, _VIEW, _export_views, _keep_views)
    )


def _export(user: Any) -> list[dict[str, Any]]:
    return list(Case.objects.filter(user=user).order_by("pk").values(*_CASE_COLUMNS))


def _erase(user: Any) -> None:
    """The case stays as the record of a decision, without what the person told."""
    Case.objects.filter(user=user).update(facts={}, reason="")


def _export_documents(user: Any) -> list[dict[str, Any]]:
    rows = Document.objects.filter(case__user=user).order_by("pk")
    return [
        dict(row)
        for row in rows.values("id", "case_id", "kind", "content_type", "bytes", "created_at", "deleted_at")
    ]


def _erase_documents(user: Any) -> None:
    """Bytes and keys follow at once, behind the scenes."""
    Document.objects.filter(case__user=user, deleted_at__isnull=True).update(deleted_at=clock.now())
    background.wake("verification.tasks.wipe_deleted")


def _export_views(user: Any) -> list[dict[str, Any]]:
    rows = DocumentView.objects.filter(document__case__user=user).order_by("pk")
    return [dict(row) for row in rows.values("document_id", "reason", "created_at")]


def _keep_views(user: Any) -> None:
    """The record of who looked is append-only and names nobody but the account's id."""
