"""What the floor throws away when its time has come."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from key2key.common.models import EventDelivery, IdempotencyKey, Work

KEYS_KEPT = timedelta(days=30)
DELIVERIES_KEPT = timedelta(days=30)


def forget_old_rows() -> None:
    """Remove idempotency keys older than 30 days and deliveries done 30 days ago."""
    IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEYS_KEPT).delete()
    EventDelivery.objects.filter(
        work_state=Work.WorkState.DONE, due_at__lt=timezone.now() - DELIVERIES_KEPT
    ).delete()
