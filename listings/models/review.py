"""The moderators' view of listings that wait."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from listings.models.listing import Listing


class ReviewItem(Listing):
    """A listing that waits for review; a proxy, so that the queue has a page and rights of its own."""

    class Meta:
        proxy = True
        verbose_name = _("listing to review")
        verbose_name_plural = _("listings to review")
