"""What a person has read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from key2key.common import clock
from key2key.common.realtime import hint
from notifications import selectors
from notifications.models import Notification

READ = Notification.Status.READ


@transaction.atomic
def mark_read(*, by: Any, note_id: UUID) -> Notification:
    """Mark a row of the own feed as read. A second time changes nothing. Raises NotFound."""
    row = selectors.lock_own_note(by, note_id)
    if row.read_at is None:
        row.read_at, row.status = clock.now(), READ
        row.save(update_fields=["read_at", "status", "updated_at"])
        hint([by.pk])
    return row


@transaction.atomic
def mark_all_read(*, by: Any) -> int:
    """Mark everything in the own feed as read. Returns how much there was."""
    waiting = selectors.unread(by).order_by("pk").select_for_update()
    pks = list(waiting.values_list("pk", flat=True))
    if pks:
        now = clock.now()
        Notification.objects.filter(pk__in=pks).update(read_at=now, status=READ, updated_at=now)
        hint([by.pk])
    return len(pks)
