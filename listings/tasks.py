"""What the clock does to listings, and what is done behind the scenes."""

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


@shared_task(name="listings.tasks.fill_places")
def fill_places() -> None:
    """Show what was hidden over the quota where places became free."""
    services.fill_places()


@shared_task(name="listings.tasks.refresh_base_prices")
def refresh_base_prices() -> None:
    """Value prices in other currencies anew when their rate has moved."""
    services.refresh_base_prices()


@shared_task(name="listings.tasks.rewrite_search_rows")
def rewrite_search_rows() -> None:
    """Bring cards and words of search in step with changed names."""
    services.rewrite_search_rows()


@shared_task(name="listings.tasks.match_saved_searches")
def match_saved_searches() -> None:
    """Tell people of new listings that fit what they look for."""
    services.match_waiting()


@shared_task(name="listings.tasks.send_digests")
def send_digests() -> None:
    """Tell daily and weekly what saved searches have found."""
    services.send_digests_due()
