"""Wake-ups of uploads."""

from __future__ import annotations

from celery import shared_task

from uploads import services


@shared_task(name="uploads.tasks.process_photos")
def process_photos() -> None:
    """Make photos ready."""
    services.process_photos()


@shared_task(name="uploads.tasks.sweep_orphans")
def sweep_orphans() -> None:
    """Remove what nothing claimed."""
    services.sweep_orphans()
