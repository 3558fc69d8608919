"""Who may turn to the seller's side of a listing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.selectors import is_blocked, present
from key2key.common.errors import NotAllowed, NotFound
from listings.models import Listing
from listings.selectors import listing_for_contact


def listing_to_contact(by: Any, *, listing_id: UUID) -> Listing:
    """A listing about whose sale this person may ask.

    Raises NotFound (not visible, one's own side's, somebody blocked the other), NotAllowed ("not_verified").
    """
    listing = listing_for_contact(by, listing_id=listing_id)
    if is_blocked(by.pk, listing.owner_id):
        raise NotFound
    if not present(by).has_verified_contact:
        raise NotAllowed("not_verified", _("Verify your e-mail address or phone before you ask."))
    return listing
