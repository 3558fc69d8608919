"""Conversations, messages and the log, as the API shows and takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from chat.enums import EventKind, ReportReason, Side, State
from chat.models import LONGEST_BODY, Conversation, Message, Report
from key2key.common.api.fields import (
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictUUIDField,
)
from key2key.common.api.serializers import StrictModelSerializer, StrictSerializer

LARGEST_NUMBER = 2**53 - 1


class PersonSerializer(serializers.Serializer[Any]):
    """Somebody who takes part."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    side = serializers.ChoiceField(choices=Side.choices)


class NamedSerializer(serializers.Serializer[Any]):
    """The organisation that sells."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class TitledSerializer(serializers.Serializer[Any]):
    """The listing that it is about."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    kind = serializers.CharField()
    status = serializers.CharField()


class LastMessageSerializer(serializers.Serializer[Any]):
    """The newest message; its words are empty when it was taken away."""

    seq = serializers.IntegerField()
    sender = serializers.UUIDField()
    body = serializers.CharField(allow_blank=True)
    sent_at = serializers.DateTimeField()


class ConversationSerializer(serializers.ModelSerializer[Conversation]):
    """A conversation as it stands for the caller. `receiver` is the other one where there are only two."""

    listing = TitledSerializer(allow_null=True)
    organisation = NamedSerializer(allow_null=True)
    members = serializers.SerializerMethodField()
    receiver = serializers.SerializerMethodField()
    side = serializers.ChoiceField(choices=Side.choices)
    head = serializers.IntegerField(source="last_seq")
    read = serializers.IntegerField()
    side_read = serializers.IntegerField()
    peer_read = serializers.IntegerField()
    unread = serializers.IntegerField()
    archived = serializers.BooleanField()
    muted = serializers.BooleanField()
    last_message = LastMessageSerializer(allow_null=True)

    class Meta:
        model = Conversation
        fields: ClassVar[list[str]] = [
            "id", "listing", "organisation", "members", "receiver", "side", "state", "head", "read",
            "side_read", "peer_read", "unread", "archived", "muted", "last_message", "created_at", "last_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(PersonSerializer(many=True))
    def get_members(self, conversation: Conversation) -> list[dict[str, Any]]:
        """Who takes part now, the buyer first."""
        return [
            {"id": str(member.user_id), "name": member.user.full_name, "side": member.side}
            for member in conversation.members.all()
        ]

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_receiver(self, conversation: Conversation) -> dict[str, Any] | None:
        """The other one of two."""
        others = [
            person
            for person in self.get_members(conversation)
            if person["id"] != str(self.context["request"].user.pk)
        ]
        return others[0] if len(others) == 1 else None


class NewConversationSerializer(StrictSerializer):
    """With whom, and about which listing. With a listing its selling side need not be named."""

    members = serializers.ListField(child=StrictUUIDField(), max_length=50, required=False)
    listing = StrictUUIDField(required=False)


class MessageSerializer(serializers.ModelSerializer[Message]):
    """A message as it stands. `client_id` is told to its sender only."""

    conversation = serializers.UUIDField(source="conversation_id")
    sender = serializers.UUIDField(source="sender_id")
    client_id = serializers.SerializerMethodField()
    sent_at = serializers.DateTimeField(source="created_at")
    deleted = serializers.SerializerMethodField()
    removed = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields: ClassVar[list[str]] = [
            "id", "conversation", "seq", "sender", "client_id", "body", "attachments", "reply_to", "rev",
            "sent_at", "edited_at", "deleted", "removed",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_client_id(self, message: Message) -> str | None:
        """What the sender's device called it."""
        is_own = message.sender_id == self.context["request"].user.pk
        return str(message.client_id) if is_own else None

    def get_deleted(self, message: Message) -> bool:
        """Whether its sender took it back."""
        return message.deleted_at is not None

    def get_removed(self, message: Message) -> bool:
        """Whether staff took it away."""
        return message.removed_at is not None


class NewMessageSerializer(StrictSerializer):
    """Something to say. The same `client_id` again is the same message."""

    client_id = StrictUUIDField()
    body = StrictCharField(
        max_length=LONGEST_BODY, allow_blank=True, required=False, default="", trim_whitespace=False
    )
    attachments = serializers.ListField(child=StrictUUIDField(), max_length=10, required=False, default=list)
    reply_to = StrictIntegerField(
        min_value=1, max_value=LARGEST_NUMBER, allow_null=True, required=False, default=None
    )


class SentSerializer(serializers.Serializer[Any]):
    """What was said: its id, its number, its time; `dup` when it had been said before."""

    id = serializers.UUIDField(source="mid")
    conversation = serializers.UUIDField()
    client_id = serializers.UUIDField()
    seq = serializers.IntegerField()
    sent_at = serializers.DateTimeField(source="ts")
    dup = serializers.BooleanField()


class NewWordsSerializer(StrictSerializer):
    """The message's new words; `rev` the version that it becomes, where the client counts."""

    body = StrictCharField(max_length=LONGEST_BODY, trim_whitespace=False)
    rev = StrictIntegerField(min_value=2, max_value=2**31 - 1, required=False)


class ReadSerializer(StrictSerializer):
    """Up to which number the caller has read."""

    seq = StrictIntegerField(min_value=0, max_value=LARGEST_NUMBER)


class ArchiveSerializer(StrictSerializer):
    """Away with it, or back."""

    archived = StrictBooleanField(default=True)


class MuteSerializer(StrictSerializer):
    """Silent, or not any more."""

    muted = StrictBooleanField(default=True)


class NewReportSerializer(StrictSerializer):
    """What is wrong, and with which message."""

    reason = StrictChoiceField(choices=ReportReason.choices)
    comment = StrictCharField(max_length=1000, allow_blank=True, required=False)
    message = StrictUUIDField(required=False)


class ReportSerializer(StrictModelSerializer):
    """The complaint, as its maker sees it."""

    conversation = serializers.UUIDField(source="conversation_id", read_only=True)
    message = serializers.UUIDField(source="message_id", read_only=True, allow_null=True)

    class Meta:
        model = Report
        fields: ClassVar[list[str]] = [
            "id",
            "conversation",
            "message",
            "reason",
            "comment",
            "state",
            "created_at",
        ]
        read_only_fields = fields


class CountField(serializers.IntegerField):
    """A number in the query: digits only."""

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        if not isinstance(data, str) or not data.isascii() or not data.isdigit():
            self.fail("invalid")
        return super().to_internal_value(data)  # type: ignore[no-any-return]


class QuerySerializer(StrictSerializer):
    """Parameters of an address; unknown ones are refused."""

    def _refused(self, data: Mapping[str, Any]) -> dict[str, list[ErrorDetail]]:
        return {
            name: [ErrorDetail(str(_("There is no such parameter.")), code="unknown_parameter")]
            for name in data
            if name not in self.fields
        }


class LogQuerySerializer(QuerySerializer):
    """Which part of the log."""

    after = CountField(min_value=0, max_value=LARGEST_NUMBER, required=False, default=0)
    before = CountField(min_value=1, max_value=LARGEST_NUMBER, required=False)
    limit = CountField(min_value=1, max_value=500, required=False, default=100)


class LogEntrySerializer(serializers.Serializer[Any]):
    """One entry of the log, as the socket's `ev` frame tells it. Which fields it has, its kind says."""

    seq = serializers.IntegerField()
    k = serializers.ChoiceField(choices=EventKind.choices)
    ts = serializers.DateTimeField()


class BatchSerializer(serializers.Serializer[Any]):
    """Entries that follow one another without a gap, rising; `head` is the log's last number."""

    results = LogEntrySerializer(many=True)
    head = serializers.IntegerField()


class InboxQuerySerializer(QuerySerializer):
    """Since when. Without a cursor everything that stands is told."""

    cursor = serializers.CharField(required=False, max_length=200)
    limit = CountField(min_value=1, max_value=500, required=False, default=100)


class ChangedSerializer(serializers.Serializer[Any]):
    """A conversation that changed; of one that the caller has left, only `cid` and `left`."""

    cid = serializers.UUIDField()
    head = serializers.IntegerField(required=False)
    read = serializers.IntegerField(required=False)
    side_read = serializers.IntegerField(required=False)
    peer_read = serializers.IntegerField(required=False)
    unread = serializers.IntegerField(required=False)
    state = serializers.ChoiceField(choices=State.choices, required=False)
    archived = serializers.BooleanField(required=False)
    muted = serializers.BooleanField(required=False)
    left = serializers.BooleanField(required=False)


class NoteSerializer(serializers.Serializer[Any]):
    """A piece of news, in the caller's language."""

    nid = serializers.UUIDField()
    kind = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField(allow_blank=True)
    data = serializers.DictField()  # type: ignore[assignment]  # the protocol's name
    read_at = serializers.DateTimeField(allow_null=True)


class InboxSerializer(serializers.Serializer[Any]):
    """What changed. `cursor` asks for the next page while there is `more`; after the last it is to keep."""

    cursor = serializers.CharField()
    epoch = serializers.CharField()
    changed = ChangedSerializer(many=True)
    notes = NoteSerializer(many=True)
    more = serializers.BooleanField()
