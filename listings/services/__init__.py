"""Every rule that writes listings."""

from listings.services.deals import accept_offer, close_by_deal, fall_through, reserve
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
from listings.services.paid import boost_listing, lose_fee, take_fee
from listings.services.photos import PhotoChange, add_photo, change_photo, remove_photo, show_ready_photo
from listings.services.review import approve_listing, reject_listing, remove_listing, request_changes
from listings.services.searches import (
    change_search,
    forget_search,
    forget_searches_of,
    match_listing,
    match_waiting,
    note_change,
    save_search,
    send_digests_due,
)
from listings.services.sellers import (
    SellerFacts,
    enforce_licences,
    fill_places,
    follow_organisation,
    follow_person,
    open_organisation_seller,
    open_private_seller,
    set_seller_facts,
)
from listings.services.upkeep import announce_reference_change, refresh_base_prices, rewrite_search_rows

__all__ = [
    "Closing",
    "PhotoChange",
    "SellerFacts",
    "accept_offer",
    "add_photo",
    "announce_reference_change",
    "approve_listing",
    "boost_listing",
    "change_photo",
    "change_search",
    "close_by_deal",
    "close_listing",
    "create_listing",
    "delete_listing",
    "edit_listing",
    "enforce_licences",
    "expire_due",
    "expire_listing",
    "fall_through",
    "fill_places",
    "follow_organisation",
    "follow_person",
    "forget_person",
    "forget_search",
    "forget_searches_of",
    "lose_fee",
    "match_listing",
    "match_waiting",
    "note_change",
    "open_organisation_seller",
    "open_private_seller",
    "refresh_base_prices",
    "reject_listing",
    "remove_listing",
    "remove_photo",
    "renew_listing",
    "request_changes",
    "reserve",
    "rewrite_search_rows",
    "save_search",
    "send_digests_due",
    "set_seller_facts",
    "show_ready_photo",
    "step_listing",
    "submit_listing",
    "take_fee",
]
