"""Many search rows at once: copies of one full listing, each with its own id, time and columns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from key2key.common import clock
from key2key.common.ids import uuid7
from listings.models import Listing, SearchRow


def copies(
    of: Listing, columns: Iterable[dict[str, Any]], *, newest: datetime | None = None
) -> list[SearchRow]:
    """A copy of the listing's search row for each dict of columns, a second apart, the last the newest."""
    wanted = list(columns)
    newest = newest or clock.now()
    row = SearchRow.objects.get(pk=of.pk)
    kept = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    plain = {field.attname: getattr(of, field.attname) for field in of._meta.concrete_fields}
    listings = [Listing(**(plain | {"id": uuid7(), "live_slot": uuid7().hex})) for _ in wanted]
    Listing.objects.bulk_create(listings)
    return SearchRow.objects.bulk_create(
        SearchRow(
            **kept
            | {"is_public": True, "published_at": newest - timedelta(seconds=len(wanted) - 1 - place)}
            | {"listing_id": listing.pk, "card_en": f'{{"id":"{listing.pk}"}}'}
            | one
        )
        for place, (listing, one) in enumerate(zip(listings, wanted, strict=True))
    )
