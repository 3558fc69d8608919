"""Wake-ups and the static schedule of notifications."""

from __future__ import annotations

from celery import shared_task

from notifications import services


@shared_task(name="notifications.tasks.send_notifications")
def send_notifications() -> None:
    """Send news that waits."""
    services.send_due()


@shared_task(name="notifications.tasks.forget_secrets")
def forget_secrets() -> None:
    """Wipe secrets that never left."""
    services.forget_secrets()


@shared_task(name="notifications.tasks.prune_outbox")
def prune_outbox() -> None:
    """Forget old copies of messages."""
    services.prune_outbox()
