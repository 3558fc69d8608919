"""What the clock does to figures."""

from __future__ import annotations

from celery import shared_task

from analytics import services


@shared_task(name="analytics.tasks.roll_up")
def roll_up() -> None:
    """Make the figures of the days of which something new is known."""
    services.roll_up_what_is_new()
