"""Homes and vehicles on offer."""

from listings.models.alerts import ListingChange, SavedSearch, SavedSearchMatch
from listings.models.details import Property, Vehicle
from listings.models.listing import Asset, Listing, ListingText, Photo, PriceChange
from listings.models.reference import Area, VehicleBrand, VehicleModel
from listings.models.review import ReviewItem
from listings.models.search import SearchRow
from listings.models.seller import Seller, SellerCard

__all__ = [
    "Area",
    "Asset",
    "Listing",
    "ListingChange",
    "ListingText",
    "Photo",
    "PriceChange",
    "Property",
    "ReviewItem",
    "SavedSearch",
    "SavedSearchMatch",
    "SearchRow",
    "Seller",
    "SellerCard",
    "Vehicle",
    "VehicleBrand",
    "VehicleModel",
]
