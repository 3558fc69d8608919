"""What listings can say, in the admin, about people."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from key2key.common.plugins import EvidencePanel, Panel
from key2key.common.staff_pages import link, page_of
from listings.models import Listing
from listings.review_sheet import price_of

SHOWN = 20


def _listings_of(row: Any) -> Panel | None:
    """The latest listings of a person."""
    if not isinstance(row, get_user_model()):
        return None
    return Panel(
        title=_("Listings"),
        headers=[_("Title"), _("Purpose"), _("Status"), _("Price"), _("Created")],
        rows=[
            [
                link(listing.title, url=page_of(Listing, pk=listing.pk)),
                listing.get_purpose_display(),
                listing.get_status_display(),
                price_of(listing),
                f"{listing.created_at:%F}",
            ]
            for listing in Listing.objects.filter(owner=row)[:SHOWN]
        ],
    )


LISTINGS_OF_PERSON = EvidencePanel(permission="listings.view_listing", read=_listings_of)
