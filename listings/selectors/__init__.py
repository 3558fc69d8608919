"""Who may see what of listings, and the locks."""

from listings.selectors.listings import (
    lapsed_sellers,
    listings_seen_by,
    listings_to_review,
    lock_listing,
    lock_listings_of,
    lock_own_listing,
    lock_seller,
    own_listings,
    owner_of,
    seen_listing,
    seen_photos,
    visible_listings,
    with_details,
)
from listings.selectors.reference import locations, vehicle_brands, vehicle_models, vocabulary

__all__ = [
    "lapsed_sellers",
    "listings_seen_by",
    "listings_to_review",
    "locations",
    "lock_listing",
    "lock_listings_of",
    "lock_own_listing",
    "lock_seller",
    "own_listings",
    "owner_of",
    "seen_listing",
    "seen_photos",
    "vehicle_brands",
    "vehicle_models",
    "visible_listings",
    "vocabulary",
    "with_details",
]
