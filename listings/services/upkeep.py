"""What keeps derived columns in step: base prices with the rates, search rows with the names they show."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from key2key.common import background, batches
from key2key.common.errors import InvalidInput
from key2key.common.money import Currency, rate_to_base, round_money
from listings import areas, makes, reference_data, search_rows
from listings.models import Listing, SearchRow

MOVED = Decimal("0.02")  # below this the order by price is right enough, and rewriting costs (decision 11)


def refresh_base_prices() -> int:
    """Value the prices in other currencies anew whose rate has moved by more than 2 % since.

    Some hundred at a time, each page in a transaction of its own. What somebody is changing right now
    waits for the next time. Returns how many were rewritten.
    """
    foreign = [currency for currency in Currency.values if currency != settings.BASE_CURRENCY]
    return sum(_refresh_currency(currency) for currency in foreign)


def rewrite_search_rows() -> int:
    """Bring every search row in step with its listing and with the names of places, makes and choices.

    For after a change of these names or of the catalogue of messages. Rows that say the same already are
    left alone, and so are listings that somebody is changing: their rows are written anew anyway. Returns
    how many were written.
    """
    areas.forget()
    makes.forget()
    return sum(_rewrite(ids) for ids in batches.pages(Listing.objects.filter(published_at__isnull=False)))


def announce_reference_change() -> None:
    """Places or makes were changed: after the commit every process reads them anew, and cards follow."""
    transaction.on_commit(reference_data.announce)
    background.wake("listings.tasks.rewrite_search_rows")


def _refresh_currency(currency: str) -> int:
    try:
        rate = rate_to_base(currency)
    except InvalidInput:  # no rate yet, so no price either
        return 0
    stale = Listing.objects.filter(currency=currency, price__isnull=False).exclude(
        price_base__gte=F("price") * (rate / (1 + MOVED)), price_base__lte=F("price") * (rate / (1 - MOVED))
    )
    return sum(_value(ids, rate=rate) for ids in batches.pages(stale))


@transaction.atomic
def _value(ids: list[UUID], *, rate: Decimal) -> int:
    listings = list(_lock(ids))
    for listing in listings:
        listing.price_base = listing.price and round_money(listing.price * rate)
    Listing.objects.bulk_update(listings, ["price_base"])
    base = Listing.objects.filter(pk=OuterRef("pk")).values("price_base")
    SearchRow.objects.filter(pk__in=[listing.pk for listing in listings]).update(price_base=Subquery(base))
    return len(listings)


@transaction.atomic
def _rewrite(ids: list[UUID]) -> int:
    return search_rows.write_stale(list(_lock(ids)))


def _lock(ids: list[UUID]) -> QuerySet[Listing]:
    rows = Listing.objects.filter(pk__in=ids).order_by("pk")
    return rows.select_for_update(of=("self",), skip_locked=True)
