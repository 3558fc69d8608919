"""Every rule that writes listings."""

from listings.services.drafting import create_listing, delete_listing, edit_listing
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
    follow_name,
    open_private_seller,
    set_seller_facts,
    set_suspended,
)

__all__ = [
    "Closing",
    "PhotoChange",
    "SellerFacts",
    "add_photo",
    "approve_listing",
    "change_photo",
    "close_listing",
    "create_listing",
    "delete_listing",
    "edit_listing",
    "enforce_licences",
    "expire_due",
    "expire_listing",
    "follow_name",
    "open_private_seller",
    "reject_listing",
    "remove_listing",
    "remove_photo",
    "renew_listing",
    "request_changes",
    "set_seller_facts",
    "set_suspended",
    "show_ready_photo",
    "step_listing",
    "submit_listing",
]
