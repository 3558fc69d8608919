"""News of messages that no device has acknowledged within ten seconds."""

from __future__ import annotations

from django.db import transaction

from chat import selectors
from chat.enums import State
from chat.models import Nudge
from key2key.common import background
from notifications.services import notify


@transaction.atomic
def nudge(duty: Nudge) -> None:
    """Tell one member of what waits for them, once until they read: the handler of this kind of work.

    Nothing is told when a device has acknowledged everything meanwhile, nor to whoever has muted it or left.
    """
    background.finish(duty)
    member = selectors.nudged_member(duty)
    waiting = selectors.unacknowledged(member)
    if member.left_at or member.muted or member.conversation.state == State.FROZEN or not waiting:
        return
    newest = waiting[-1]
    notify(
        kind="new_message",
        user=member.user,
        data={
            "person": newest.sender.full_name,
            "count": selectors.unread_count(member),
            "link": f"/conversations/{member.conversation_id}",
        },
    )
    duty.told_seq = newest.seq
    duty.save(update_fields=["told_seq"])
