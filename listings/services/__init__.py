"""Every rule that writes listings."""

from listings.services.drafting import create_listing, delete_listing, edit_listing
from listings.services.erasure import forget_person
from listings.services.life import (
    Closing,
    close_listing,
    expire_due,
    expire_listing,
    renew_listing,
    step_listing,
    submit_listing,
)
from listings.services.photos import PhotoChange, add_photo, change_photo, remove_photo, show_ready_photo
from listings.services.review import approve_listing, reject_listing, remove_listing, request_changes
from listings.services.sellers import (
    SellerFacts,
    enforce_licences,
    follow_person,
    open_private_seller,
    set_seller_facts,
)
from listings.services.upkeep import announce_reference_change, refresh_base_prices, rewrite_search_rows

__all__ = [
    "Closing",
    "PhotoChange",
    "SellerFacts",
    "add_photo",
    "announce_reference_change",
    "approve_listing",
    "change_photo",
    "close_listing",
    "create_listing",
    "delete_listing",
    "edit_listing",
    "enforce_licences",
    "expire_due",
    "expire_listing",
    "follow_person",
    "forget_person",
    "open_private_seller",
    "refresh_base_prices",
    "reject_listing",
    "remove_listing",
    "remove_photo",
    "renew_listing",
    "request_changes",
    "rewrite_search_rows",
    "set_seller_facts",
    "show_ready_photo",
    "step_listing",
    "submit_listing",
]
