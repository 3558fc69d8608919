"""What chat holds on a person, how it is handed out and how it is forgotten."""

from __future__ import annotations

from typing import Any

from chat.models import Conversation, Member, Message, Report
from key2key.common.plugins import PrivacyPart, privacy

_MESSAGE = {
    "body": "what the person said to the other side",
    "attachments": "files the person sent to the other side",
}
_MEMBER = {
    "side": "for whom the person speaks",
    "read_seq": "what is unread, and that the other side sees what was read",
    "delivered_seq": "whether news must be sent another way",
}
_CONVERSATION = {"buyer": "who talks", "seller": "who talks", "listing": "about what"}
_REPORT = {"comment": "what the person complained of", "snapshot": "the evidence for staff"}


def register_parts() -> None:
    """Name the models with personal data."""
    privacy.register("chat.message", PrivacyPart(Message, _MESSAGE, _export_messages, _erase_later))
    privacy.register("chat.member", PrivacyPart(Member, _MEMBER, _export_members, _erase_later))
    privacy.register(
        "chat.conversation",
        PrivacyPart(Conversation, _CONVERSATION, _export_conversations, _erase_later),
    )
    privacy.register("chat.report", PrivacyPart(Report, _REPORT, _export_reports, _erase_later))


def _export_messages(user: Any) -> list[dict[str, Any]]:
    said = Message.objects.filter(sender=user).order_by("created_at")
    told = said.values("id", "conversation_id", "seq", "body", "attachments", "created_at", "edited_at")
    return [dict(row) for row in told]


def _export_members(user: Any) -> list[dict[str, Any]]:
    parts = Member.objects.filter(user=user).order_by("joined_at")
    told = parts.values("conversation_id", "side", "joined_at", "left_at", "read_seq", "archived", "muted")
    return [dict(row) for row in told]


def _export_conversations(user: Any) -> list[dict[str, Any]]:
    held = Conversation.objects.filter(members__user=user).order_by("created_at")
    told = held.values("id", "listing_id", "buyer_id", "seller_id", "organisation_id", "created_at")
    return [dict(row) for row in told]


def _export_reports(user: Any) -> list[dict[str, Any]]:
    made = Report.objects.filter(reporter=user).order_by("created_at")
    told = made.values("id", "conversation_id", "reason", "comment", "state", "created_at")
    return [dict(row) for row in told]


def _erase_later(_user: Any) -> None:
    """Nothing yet: the caller holds the user, and conversations are locked before users, never after.

    `services.forget_person` does it when the event of the erasure is delivered. Evidence that others gave
    stays with their reports.
    """
