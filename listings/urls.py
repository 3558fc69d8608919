from django.urls import path
from rest_framework.routers import SimpleRouter

from listings.views.listings import ListingViewSet, OwnListingViewSet, PropertyViewSet, VehicleViewSet
from listings.views.photos import PhotoViewSet
from listings.views.reference import (
    BrandModelViewSet,
    BrandViewSet,
    LocationViewSet,
    ReferenceViewSet,
)
from listings.views.searches import SavedSearchViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("listings", ListingViewSet, basename="listing")
router.register("properties", PropertyViewSet, basename="property")
router.register("vehicles", VehicleViewSet, basename="vehicle")
router.register("saved-searches", SavedSearchViewSet, basename="saved-search")

_photos = PhotoViewSet.as_view({"get": "list", "post": "create"})
_photo = PhotoViewSet.as_view({"patch": "partial_update", "delete": "destroy"})

urlpatterns = [
    path("users/me/listings", OwnListingViewSet.as_view({"get": "list"})),
    path("listings/<uuid:id>/photos", _photos),
    path("listings/<uuid:id>/photos/<uuid:photo>", _photo),
    path("locations", LocationViewSet.as_view({"get": "list"})),
    path("vehicle-brands", BrandViewSet.as_view({"get": "list"})),
    path("vehicle-brands/<slug:slug>/models", BrandModelViewSet.as_view({"get": "list"})),
    path("reference", ReferenceViewSet.as_view({"get": "retrieve"})),
    *router.urls,
]
