"""Objects for the paths of verification (key2key/tests/test_who_may.py)."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from uploads import viewing
from verification.enums import CaseKind, CaseState, DocumentKind
from verification.models import Case, Document
from verification.requirements import DOCUMENTS
from verification.tests.factories import CaseFactory, attach, picture


def _draft(owner: Any) -> Case:
    known = Case.objects.filter(user=owner, kind=CaseKind.IDENTITY, state=CaseState.DRAFT).first()
    return known or CaseFactory(user=owner)


def _document(owner: Any) -> dict[str, Any]:
    case = _draft(owner)
    document: Document = attach(case, DocumentKind.PASSPORT)[0]
    return {"id": case.pk, "document": document.pk}


def _token(owner: Any) -> str:
    return viewing.token_for(owner, kind=DOCUMENTS, document_id=_document(owner)["document"])


_CASE = "/api/v1/verification/cases/{id}"
EXAMPLES: dict[str, Any] = {
    _CASE: lambda owner: _draft(owner).pk,
    f"{_CASE}/documents/{{document}}": _document,
    "/api/v1/verification/documents/{token}": _token,
}
BODIES: dict[str, Any] = {
    "POST /api/v1/verification/cases": {"kind": "broker_licence", "facts": {"number": "1"}},
    f"PATCH {_CASE}": {"facts": {}},
    f"POST {_CASE}/documents": lambda owner: {
        "kind": "passport",
        "file": SimpleUploadedFile("passport.png", picture(), content_type="image/png"),
    },
}
