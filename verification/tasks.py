"""What the clock does to verification."""

from __future__ import annotations

from celery import shared_task

from verification import services


@shared_task(name="verification.tasks.expire_cases")
def expire_cases() -> None:
    """End approved cases whose day is over."""
    services.expire_due()


@shared_task(name="verification.tasks.forget_documents")
def forget_documents() -> None:
    """Delete documents that were kept long enough, and wipe what was deleted."""
    services.forget_documents()


@shared_task(name="verification.tasks.wipe_deleted")
def wipe_deleted() -> None:
    """Remove the bytes of deleted documents."""
    services.wipe_deleted()
