"""Addresses of analytics."""

from __future__ import annotations

from django.urls import path

from analytics.views import BrokerFigures, ClientEvents, ListingFigures

urlpatterns = [
    path("analytics/events", ClientEvents.as_view({"post": "create"})),
    path("analytics/listings/<uuid:id>", ListingFigures.as_view({"get": "retrieve"})),
    path("analytics/brokers/me", BrokerFigures.as_view({"get": "retrieve"})),
]
