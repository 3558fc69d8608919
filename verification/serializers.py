"""Shapes of verification."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from key2key.common.api.fields import StrictCharField, StrictChoiceField, StrictUUIDField
from key2key.common.api.serializers import StrictModelSerializer, StrictSerializer
from uploads import vault
from verification import case_steps
from verification.enums import CaseKind, DocumentKind
from verification.models import Case, Document
from verification.requirements import REQUIREMENTS, missing_groups


class DayTextField(StrictCharField):
    """A day as `yyyy-mm-dd`, kept as it is written."""

    def to_internal_value(self, data: Any) -> str:
        """The day's text, when there is such a day."""
        return serializers.DateField().to_internal_value(super().to_internal_value(data)).isoformat()


class FactsSerializer(StrictSerializer):
    """What the person tells; which of these a kind of case needs is in the requirements."""

    number = StrictCharField(max_length=50, required=False)
    authority = StrictCharField(max_length=120, required=False)
    category = StrictCharField(max_length=60, required=False)
    region = StrictCharField(max_length=80, required=False)
    expires_on = DayTextField(max_length=10, required=False, help_text="yyyy-mm-dd")


class NewCaseSerializer(StrictSerializer):
    """What is to be shown; `subject` is the listing of an ownership case, the organisation of a business."""

    kind = StrictChoiceField(choices=CaseKind.choices)
    subject = StrictUUIDField(required=False, allow_null=True)
    facts = FactsSerializer(required=False)


class CaseChangeSerializer(StrictSerializer):
    """The facts, corrected."""

    facts = FactsSerializer()


class NewDocumentSerializer(StrictSerializer):
    """A file and what it is."""

    file = serializers.FileField(allow_empty_file=True, help_text="At most 10 MB; JPEG, PNG, WebP or PDF.")
    kind = StrictChoiceField(choices=DocumentKind.choices)


class DocumentSerializer(StrictModelSerializer):
    """A document as its owner sees it listed; its bytes are behind a token."""

    class Meta:
        model = Document
        fields: ClassVar[list[str]] = ["id", "kind", "content_type", "bytes", "created_at"]
        read_only_fields = fields


class CaseSerializer(StrictModelSerializer):
    """A case, where it stands, what is missing and what can be done."""

    facts = serializers.DictField(child=serializers.CharField(), read_only=True)
    documents = DocumentSerializer(many=True, read_only=True)
    missing = serializers.SerializerMethodField()
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = Case
        fields: ClassVar[list[str]] = [
            "id", "kind", "subject", "state", "facts", "reason", "documents", "missing", "allowed_actions",
            "submitted_at", "decided_at", "valid_until", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(
        serializers.ListField(
            child=serializers.ListField(child=serializers.ChoiceField(DocumentKind.choices))
        )
    )
    def get_missing(self, case: Case) -> list[list[str]]:
        """Groups of documents of which one is still needed."""
        present = [document.kind for document in case.documents.all() if document.deleted_at is None]
        return [[str(each) for each in group] for group in missing_groups(case.kind, present=present)]

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(["submit"])))
    def get_allowed_actions(self, case: Case) -> list[str]:
        """The steps that the person may take now."""
        return case_steps.allowed_actions(case.state, actor=case_steps.Actor.PERSON)


class DocumentChoiceSerializer(serializers.Serializer[Any]):
    """A kind of document and how it is called."""

    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the name is also an attribute of fields


class RequirementSerializer(serializers.Serializer[Any]):
    """What a kind of case needs: of every group one document, and every fact."""

    kind = serializers.ChoiceField(choices=CaseKind.choices)
    label = serializers.CharField()  # type: ignore[assignment]  # the name is also an attribute of fields
    subject = serializers.ChoiceField(choices=["listing", "organisation"], allow_null=True)
    documents = serializers.ListField(child=DocumentChoiceSerializer(many=True))
    facts = serializers.ListField(child=serializers.CharField())
    content_types = serializers.ListField(child=serializers.CharField())
    max_bytes = serializers.IntegerField()


class RequirementsSerializer(serializers.Serializer[Any]):
    """All kinds of cases."""

    results = RequirementSerializer(many=True)


class DocumentTokenSerializer(serializers.Serializer[Any]):
    """Where the document can be seen, until when."""

    url = serializers.URLField()
    expires_at = serializers.DateTimeField()


def told_requirements() -> dict[str, Any]:
    """The requirements in the language that is active."""
    return {
        "results": [
            {
                "kind": str(kind),
                "label": CaseKind(kind).label,
                "subject": need.subject or None,
                "documents": [
                    [{"kind": str(each), "label": each.label} for each in group] for group in need.groups
                ],
                "facts": list(need.facts),
                "content_types": list(vault.CONTENT_TYPES),
                "max_bytes": settings.DOCUMENT_MAX_SIZE,
            }
            for kind, need in REQUIREMENTS.items()
        ]
    }
