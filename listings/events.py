"""What others like to know about listings."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ListingSubmitted:
    """A listing waits for review."""

    listing_id: UUID
    owner_id: UUID


@dataclass(frozen=True)
class ListingPublished:
    """A listing came on the market, for the first time or again."""

    listing_id: UUID
    owner_id: UUID


@dataclass(frozen=True)
class ListingRefused:
    """Staff sent a listing back or refused it; `status` says which."""

    listing_id: UUID
    owner_id: UUID
    status: str


@dataclass(frozen=True)
class ListingChanged:
    """A listing that was public before is another one now: its words, price, facts or status."""

    listing_id: UUID


@dataclass(frozen=True)
class PriceReduced:
    """The price of a listing on the market fell."""

    listing_id: UUID
    price_base_before: str
    price_base_now: str


@dataclass(frozen=True)
class ListingRemoved:
    """Staff took a listing down for good; a deal that was open on it cannot go on."""

    listing_id: UUID
    owner_id: UUID
    deal_id: UUID | None


@dataclass(frozen=True)
class ListingClosed:
    """A listing ended well: sold or rented, by a deal here or elsewhere."""

    listing_id: UUID
    owner_id: UUID
    close_kind: str
