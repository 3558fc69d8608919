"""Professionals, and the way from the first question to the keys."""

from brokers.models.deals import (
    Deal,
    DealDecision,
    DealEvidence,
    DealPaper,
    DealStep,
    HandoverCode,
    RequiredPaper,
)
from brokers.models.leads import Lead, LeadNote
from brokers.models.offers import Offer
from brokers.models.profiles import Broker, Licence
from brokers.models.reviews import Review, ReviewReport
from brokers.models.viewings import Viewing, ViewingSlot

__all__ = [
    "Broker",
    "Deal",
    "DealDecision",
    "DealEvidence",
    "DealPaper",
    "DealStep",
    "HandoverCode",
    "Lead",
    "LeadNote",
    "Licence",
    "Offer",
    "RequiredPaper",
    "Review",
    "ReviewReport",
    "Viewing",
    "ViewingSlot",
]
