"""What others like to know about conversations."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ConversationOpened:
    """A buyer turned to a selling side, for the first time about this listing."""

    conversation_id: UUID
    listing_id: UUID | None
    buyer_id: UUID


@dataclass(frozen=True)
class ConversationReported:
    """Somebody complained; staff should look."""

    report_id: UUID
    conversation_id: UUID
