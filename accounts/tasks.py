"""Static schedule of accounts."""

from __future__ import annotations

from celery import shared_task

from accounts import services


@shared_task(name="accounts.tasks.forget_secrets")
def forget_secrets() -> None:
    """Remove what may not be used any more: encrypted successors, old codes."""
    services.forget_secrets()
