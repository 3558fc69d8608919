"""What a listing's price has been, noted from its first day on the market."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from key2key.common import clock
from key2key.common.money import Money, in_base_currency
from listings.models import Listing, PriceChange

HIGHER_PRICE_STOOD = timedelta(days=7)  # raised yesterday and cut today is no reduction
REDUCED_SHOWN = timedelta(days=30)


def base_price(listing: Listing) -> Decimal | None:
    """The price in the base currency by today's rate."""
    return _valued(listing.price, listing.currency)


def note(listing: Listing) -> None:
    """Write the present price down, unless it is the last one noted."""
    last = _last(listing)
    if last is None or (last.price, last.currency) != (listing.price, listing.currency):
        PriceChange.objects.create(
            listing=listing,
            price=listing.price,
            currency=listing.currency,
            price_base=listing.price_base,
            changed_at=clock.now(),
        )


def settle(listing: Listing) -> Decimal | None:
    """Value a price that was just set; the base price before when the change is a reduction, else None.

    Sets `price_base` and, for a reduction of a price that stood long enough, `reduced_until`; a further
    reduction leaves a mark that is there. Both prices are valued by today's rate, so that a rate that moved
    makes no reduction. Once the listing has been on the market the change is noted. Nothing changes when
    the price did not.
    """
    last = _last(listing)
    if last is not None and (last.price, last.currency) == (listing.price, listing.currency):
        return None
    listing.price_base = base_price(listing)
    if listing.published_at is None:
        return None
    note(listing)
    before = _valued(last.price, last.currency) if last is not None else None
    if last is None or before is None or listing.price_base is None or listing.price_base >= before:
        listing.reduced_until = None
        return None
    if clock.now() - last.changed_at >= HIGHER_PRICE_STOOD:
        listing.reduced_until = clock.now() + REDUCED_SHOWN
    return before


def _valued(price: Decimal | None, currency: str) -> Decimal | None:
    return in_base_currency(Money(price, currency)) if price is not None else None


def _last(listing: Listing) -> PriceChange | None:
    """From the table: what the listing was read with may be older than a note made since."""
    return PriceChange.objects.filter(listing=listing).first()
