"""Addresses of verification."""

from __future__ import annotations

from django.urls import path

from verification.views import CaseDocumentViewSet, CaseViewSet, DocumentViewSet, RequirementViewSet

_DOCUMENTS = "verification/cases/<uuid:id>/documents"
urlpatterns = [
    path("verification/requirements", RequirementViewSet.as_view({"get": "retrieve"})),
    path("verification/cases", CaseViewSet.as_view({"get": "list", "post": "create"})),
    path("verification/cases/<uuid:id>", CaseViewSet.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("verification/cases/<uuid:id>/submit", CaseViewSet.as_view({"post": "submit"})),
    path(_DOCUMENTS, CaseDocumentViewSet.as_view({"post": "create"})),
    path(f"{_DOCUMENTS}/<uuid:document>", CaseDocumentViewSet.as_view({"delete": "destroy"})),
    path(f"{_DOCUMENTS}/<uuid:document>/token", CaseDocumentViewSet.as_view({"post": "token"})),
    path(
        "verification/documents/<str:token>",
        DocumentViewSet.as_view({"get": "retrieve"}),
        name="verification-document",
    ),
]
