"""What the floor throws away when its time has come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from key2key.common.models import EventDelivery, IdempotencyKey, Work

KEYS_KEPT = timedelta(days=30)
DELIVERIES_KEPT = timedelta(days=30)
BATCH = 1000


def forget_old_rows() -> None:
    """Remove idempotency keys older than 30 days and deliveries done 30 days ago."""
    now = timezone.now()
    delete_in_batches(IdempotencyKey.objects.filter(created_at__lt=now - KEYS_KEPT))
    done = EventDelivery.objects.filter(work_state=Work.WorkState.DONE)
    delete_in_batches(done.filter(due_at__lt=now - DELIVERIES_KEPT))


def delete_in_batches(rows: QuerySet[Any], *, size: int = BATCH) -> int:
    """Delete the rows, `size` in a statement and transaction of its own. Returns how many there were.

    So none comes near the time limit of a statement, and one that is broken off has still done something.
    """
    gone = 0
    while batch := list(rows.order_by().values_list("pk", flat=True)[:size]):
        rows.model._default_manager.filter(pk__in=batch).delete()
        gone += len(batch)
    return gone
