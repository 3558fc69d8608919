"""What the clock does to listings."""

from __future__ import annotations

from celery import shared_task

from listings import services


@shared_task(name="listings.tasks.expire_listings")
def expire_listings() -> None:
    """End listings whose period is over."""
    services.expire_due()


@shared_task(name="listings.tasks.enforce_licences")
def enforce_licences() -> None:
    """Hide listings of sellers whose licence has run out."""
    services.enforce_licences()
