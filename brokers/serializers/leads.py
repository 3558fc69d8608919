"""Shapes of inquiries and leads."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from brokers import lead_stages
from brokers.enums import LeadStage
from brokers.models import Lead, LeadNote
from brokers.serializers.parts import ListingNameSerializer, PartySerializer, buyer_of
from key2key.common import clock
from key2key.common.api.fields import PhoneField, StrictCharField, StrictChoiceField, StrictUUIDField
from key2key.common.api.serializers import StrictModelSerializer, StrictSerializer
from key2key.common.ids import uuid7

MOST_TAGS = 20


class NewInquirySerializer(StrictSerializer):
    """A question about a listing."""

    listing = StrictUUIDField()
    message = StrictCharField(max_length=4000)
    phone = PhoneField(required=False)
    client_id = StrictUUIDField(required=False, help_text="One message, however often it is sent.")

    def question(self) -> dict[str, Any]:
        """The validated question, as the rule takes it."""
        given = {"client_id": uuid7(), **self.validated_data}
        return {"listing_id": given.pop("listing"), **given}


class InquirySerializer(StrictSerializer):
    """What came of a question; `id` names it like `lead`, for it is one per person and listing."""

    id = serializers.UUIDField(source="lead.pk")
    lead = serializers.UUIDField(source="lead.pk")
    conversation = serializers.UUIDField(source="conversation_id")


class LeadSerializer(StrictModelSerializer):
    """One lead, as the seller's side sees it."""

    listing = ListingNameSerializer(read_only=True)
    buyer = serializers.SerializerMethodField()
    assignee = serializers.SerializerMethodField()
    organisation = serializers.UUIDField(source="organisation_id", read_only=True, allow_null=True)
    conversation = serializers.UUIDField(source="conversation_id", read_only=True, allow_null=True)
    allowed_stages = serializers.SerializerMethodField()
    is_overdue = serializers.SerializerMethodField()

    class Meta:
        model = Lead
        fields: ClassVar[list[str]] = [
            "id", "listing", "buyer", "phone", "assignee", "organisation", "conversation", "stage",
            "allowed_stages", "lost_reason", "source", "tags", "next_action", "next_action_at", "is_overdue",
            "asked_at", "first_answered_at", "response_minutes", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(PartySerializer)
    def get_buyer(self, lead: Lead) -> dict[str, Any]:
        """Who is interested."""
        return buyer_of(lead)

    @extend_schema_field(PartySerializer)
    def get_assignee(self, lead: Lead) -> dict[str, Any]:
        """Who looks after it."""
        return {"id": lead.owner_id, "name": lead.owner.full_name, "type": "user"}

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=LeadStage.choices)))
    def get_allowed_stages(self, lead: Lead) -> list[str]:
        """Where it may be moved."""
        return lead_stages.allowed_stages(lead.stage)

    def get_is_overdue(self, lead: Lead) -> bool:
        """Whether the next action should have been done by now."""
        is_open = lead.stage not in lead_stages.ENDED
        return is_open and lead.next_action_at is not None and lead.next_action_at < clock.now()


class LeadChangeSerializer(StrictSerializer):
    """What the seller's side may change of a lead; what is left out stays."""

    stage = StrictChoiceField(choices=LeadStage.choices, required=False)
    lost_reason = StrictCharField(max_length=200, required=False)
    tags = serializers.ListField(child=StrictCharField(max_length=40), max_length=MOST_TAGS, required=False)
    next_action = StrictCharField(max_length=200, required=False, allow_blank=True)
    next_action_at = serializers.DateTimeField(required=False, allow_null=True)
    assignee = StrictUUIDField(required=False, help_text="A colleague who works on leads.")

    def validate_tags(self, tags: list[str]) -> list[str]:
        """Each once, in the order given."""
        return list(dict.fromkeys(tags))


class LeadNoteSerializer(StrictModelSerializer):
    """What a colleague wrote down; the buyer never sees it."""

    author = serializers.SerializerMethodField()

    class Meta:
        model = LeadNote
        fields: ClassVar[list[str]] = ["id", "author", "text", "created_at"]
        read_only_fields: ClassVar[list[str]] = ["id", "author", "created_at"]

    @extend_schema_field(PartySerializer)
    def get_author(self, note: LeadNote) -> dict[str, Any]:
        """Who wrote it."""
        return {"id": _id(note), "name": note.author.full_name, "type": "user"}


def _id(note: LeadNote) -> UUID:
    return note.author_id
