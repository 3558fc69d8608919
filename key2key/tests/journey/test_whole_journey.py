"""From looking to holding the keys, once for a home and once for a car, over HTTP and websocket."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from key2key.management.journey.story import Story
from key2key.tests.journey.product import Product
from listings.models import Listing
from payments.enums import HoldState
from payments.models import Hold
from payments.services import ledger_faults

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


@pytest.mark.parametrize("kind", ["properties", "vehicles"])
def test_a_person_gets_from_looking_to_holding_the_keys(
    kind: str, begin: Callable[[str], Story], product: Product
) -> None:
    story = begin(kind)
    story.until_deal()
    story.to_the_end()
    product.settle()

    listing = Listing.objects.get(pk=story.listing)
    assert (listing.status, listing.close_kind, listing.close_price) == (
        "closed",
        "sold",
        Decimal(story.price),
    )
    assert Hold.objects.get().state == HoldState.RELEASED
    assert not ledger_faults()
