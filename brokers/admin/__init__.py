"""Brokers for staff."""

from brokers.admin.deals import DealPage, OfferPage, RequiredPaperPage
from brokers.admin.leads import LeadPage, ViewingPage
from brokers.admin.profiles import BrokerPage, ReviewPage

__all__ = [
    "BrokerPage",
    "DealPage",
    "LeadPage",
    "OfferPage",
    "RequiredPaperPage",
    "ReviewPage",
    "ViewingPage",
]
