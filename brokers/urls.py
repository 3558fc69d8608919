"""Addresses of brokers."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from brokers.views.deals import DealViewSet
from brokers.views.leads import InquiryViewSet, LeadNoteViewSet, LeadViewSet
from brokers.views.offers import OfferViewSet
from brokers.views.profiles import BrokerViewSet, OwnBrokerViewSet
from brokers.views.reviews import PublicReviews, Reviews
from brokers.views.viewings import SlotViewSet, ViewingViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("inquiries", InquiryViewSet, basename="inquiry")
router.register("leads", LeadViewSet, basename="lead")
router.register("viewings", ViewingViewSet, basename="viewing")
router.register("offers", OfferViewSet, basename="offer")
router.register("deals", DealViewSet, basename="deal")

_ME = OwnBrokerViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"})
urlpatterns: list[URLPattern | URLResolver] = [
    path("leads/<uuid:id>/notes", LeadNoteViewSet.as_view({"get": "list", "post": "create"})),
    path("listings/<uuid:id>/viewing-slots", SlotViewSet.as_view({"get": "list", "post": "create"})),
    path("listings/<uuid:id>/viewing-slots/<uuid:slot>", SlotViewSet.as_view({"delete": "destroy"})),
    *router.urls,
    path("brokers", BrokerViewSet.as_view({"get": "list", "post": "create"})),
    path("brokers/me", _ME),
    path("brokers/me/submit", OwnBrokerViewSet.as_view({"post": "submit"})),
    path("brokers/me/licence", OwnBrokerViewSet.as_view({"put": "licence"})),
    path("brokers/<uuid:id>", BrokerViewSet.as_view({"get": "retrieve"})),
    path("brokers/<uuid:id>/reviews", PublicReviews.as_view({"get": "of_broker"})),
    path("users/<uuid:id>/reviews", PublicReviews.as_view({"get": "of_user"})),
    path("deals/<uuid:id>/reviews", Reviews.as_view({"post": "create"})),
    path("reviews/<uuid:id>/reply", Reviews.as_view({"post": "reply"})),
    path("reviews/<uuid:id>/report", Reviews.as_view({"post": "report"})),
]
