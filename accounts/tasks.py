"""Static schedule of accounts."""

from __future__ import annotations

from celery import shared_task

from accounts import services


@shared_task(name="accounts.tasks.forget_secrets")
def forget_secrets() -> None:
    """Remove what may not be used any more: encrypted successors, old codes."""
    services.forget_secrets()


@shared_task(name="accounts.tasks.forget_old_sign_ins")
def forget_old_sign_ins() -> None:
    """Remove sign-ins that are long over."""
    services.forget_old_sign_ins()
