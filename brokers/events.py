"""What others like to know about leads, viewings, offers, deals, reviews and professionals."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class LeadOpened:
    """Somebody asked about a listing for the first time."""

    lead_id: UUID
    listing_id: UUID
    owner_id: UUID
    buyer_id: UUID


@dataclass(frozen=True)
class LeadAnswered:
    """The seller's side gave its first answer, so many minutes after the question."""

    lead_id: UUID
    listing_id: UUID
    minutes: int


@dataclass(frozen=True)
class ViewingConfirmed:
    """Both sides agreed on a time."""

    viewing_id: UUID
    listing_id: UUID
    buyer_id: UUID


@dataclass(frozen=True)
class ViewingCancelled:
    """A viewing will not take place."""

    viewing_id: UUID
    listing_id: UUID
    buyer_id: UUID


@dataclass(frozen=True)
class OfferMade:
    """An offer is on the table, of either side."""

    offer_id: UUID
    listing_id: UUID
    buyer_id: UUID


@dataclass(frozen=True)
class OfferAccepted:
    """An offer was accepted; its deal was opened."""

    offer_id: UUID
    listing_id: UUID
    buyer_id: UUID


@dataclass(frozen=True)
class DealOpened:
    """A deal began; its deposit is due."""

    deal_id: UUID
    listing_id: UUID
    buyer_id: UUID
    owner_id: UUID


@dataclass(frozen=True)
class DealDepositHeld:
    """The whole deposit is held."""

    deal_id: UUID
    listing_id: UUID
    buyer_id: UUID
    owner_id: UUID


@dataclass(frozen=True)
class DealCompleted:
    """The keys changed hands."""

    deal_id: UUID
    listing_id: UUID
    buyer_id: UUID
    owner_id: UUID
    amount: str
    currency: str


@dataclass(frozen=True)
class DealCancelled:
    """A deal ended without the keys; `outcome` says how."""

    deal_id: UUID
    listing_id: UUID
    buyer_id: UUID
    owner_id: UUID
    outcome: str


@dataclass(frozen=True)
class DealDisputed:
    """The money of a deal is frozen until staff decide."""

    deal_id: UUID
    listing_id: UUID
    buyer_id: UUID
    owner_id: UUID


@dataclass(frozen=True)
class ReviewsPublished:
    """What the sides of a deal said of each other can be read."""

    deal_id: UUID


@dataclass(frozen=True)
class BrokerStatusChanged:
    """Staff moved a professional, or the professional sent the profile in."""

    broker_id: UUID
    user_id: UUID
    status: str
