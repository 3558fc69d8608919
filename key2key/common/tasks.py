"""Wake-ups of the floor's own work."""

from __future__ import annotations

from celery import shared_task

from key2key.common import background, events, housekeeping


@shared_task(name="key2key.common.tasks.deliver_events")
def deliver_events() -> None:
    """Hand out events that wait."""
    events.deliver_waiting()


@shared_task(name="key2key.common.tasks.sweep")
def sweep() -> None:
    """Find what lost wake-ups left behind, of every kind."""
    background.sweep()


@shared_task(name="key2key.common.tasks.forget_old_rows")
def forget_old_rows() -> None:
    """Remove idempotency keys and finished deliveries that have served their time."""
    housekeeping.forget_old_rows()
