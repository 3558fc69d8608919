"""Every rule that writes conversations."""

from chat.log import Sent
from chat.services.log_entries import say, set_state
from chat.services.marking import archive, mark_read, mute
from chat.services.moderation import (
    begin_reading,
    forget_person,
    remove_message,
    report,
    settle_report,
)
from chat.services.nudging import nudge
from chat.services.opening import follow_membership, open_conversation, open_listing_conversation
from chat.services.sockets import close_sockets
from chat.services.writing import Changed, ClientIdReused, delete, edit, send

__all__ = [
    "Changed",
    "ClientIdReused",
    "Sent",
    "archive",
    "begin_reading",
    "close_sockets",
    "delete",
    "edit",
    "follow_membership",
    "forget_person",
    "mark_read",
    "mute",
    "nudge",
    "open_conversation",
    "open_listing_conversation",
    "remove_message",
    "report",
    "say",
    "send",
    "set_state",
    "settle_report",
]
