"""Who may see which case and document, and the locks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Prefetch, QuerySet

from accounts.agency import Right
from accounts.selectors import has_right
from key2key.common.errors import NotFound
from listings.selectors import own_listings
from verification.enums import CaseState
from verification.models import Case, Document, DocumentView

_KEPT = Prefetch("documents", queryset=Document.objects.filter(deleted_at__isnull=True))


def own_cases(user: Any) -> QuerySet[Case]:
    """A person's cases with the documents that are still there, the newest first."""
    return Case.objects.filter(user=user).prefetch_related(_KEPT)


def own_case(user: Any, *, case_id: UUID) -> Case:
    """One of their cases. Raises NotFound."""
    found = own_cases(user).filter(pk=case_id).first()
    if found is None:
        raise NotFound
    return found


def lock_own_case(user: Any, *, case_id: UUID) -> Case:
    """One of their cases, locked until the transaction ends. Raises NotFound."""
    return _locked(Case.objects.filter(user=user, pk=case_id))


def lock_case(case_id: UUID) -> Case:
    """Any case, locked: for staff and the clock. Raises NotFound."""
    return _locked(Case.objects.filter(pk=case_id))


def own_document(user: Any, *, case_id: UUID, document_id: UUID) -> Document:
    """A document of one of their cases. Raises NotFound."""
    rows = Document.objects.filter(case__user=user, case_id=case_id, pk=document_id, deleted_at__isnull=True)
    return _found(rows)


def document(document_id: UUID) -> Document:
    """Any document that is still there: for whoever has a token to it. Raises NotFound."""
    return _found(Document.objects.filter(pk=document_id, deleted_at__isnull=True))


def kept_kinds(case: Case) -> list[str]:
    """The kinds of documents that a case has."""
    return list(case.documents.filter(deleted_at__isnull=True).values_list("kind", flat=True))


def views_of(case: Case) -> QuerySet[DocumentView]:
    """Who was shown the case's documents, the latest first."""
    return DocumentView.objects.filter(document__case=case).select_related("viewer", "document")


def subject_is_theirs(user: Any, *, subject: str, subject_id: UUID) -> bool:
    """Whether the listing or organisation is the person's to show papers for."""
    if subject == "listing":
        return own_listings(user).filter(pk=subject_id).exists()
    return has_right(user, organisation_id=subject_id, right=Right.MANAGE_MEMBERS)


def person_of(case: Case) -> Any:
    """Whose case it is."""
    return get_user_model()._default_manager.get(pk=case.user_id)


def run_out(*, today: date) -> QuerySet[Case]:
    """Approved cases that are not valid any more."""
    return Case.objects.filter(state=CaseState.APPROVED, valid_until__lt=today)


def kept_too_long(*, before: datetime) -> QuerySet[Document]:
    """Documents of cases that were decided before `before` and are over."""
    over = (CaseState.APPROVED, CaseState.REJECTED, CaseState.EXPIRED, CaseState.REVOKED)
    return Document.objects.filter(deleted_at__isnull=True, case__state__in=over, case__decided_at__lt=before)


def to_wipe() -> QuerySet[Document]:
    """Deleted documents whose bytes may still lie there."""
    return Document.objects.filter(deleted_at__isnull=False).exclude(sealed_key="")


def _found(rows: QuerySet[Document]) -> Document:
    found = rows.select_related("case").first()
    if found is None:
        raise NotFound
    return found


def _locked(rows: QuerySet[Case]) -> Case:
    found = rows.select_for_update().first()
    if found is None:
        raise NotFound
    return found
