"""Many who review at the same moment: once each, published once, and every one counts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from accounts.tests.parallel import at_once
from brokers import services
from brokers.enums import DealState, ReviewState, Side
from brokers.models import Deal, Review
from brokers.services import Verdict
from brokers.tests.factories import BrokerFactory, deal_in, person_of
from key2key.common.errors import DomainError
from listings.models import Seller
from listings.tests.factories import ListingFactory, SellerFactory
from notifications.models import Notification

pytestmark = pytest.mark.django_db(transaction=True)
S, R = DealState, ReviewState


def write(deal: Deal, side: Side, rating: int = 5) -> Review:
    by = person_of(deal, side)
    return services.write_review(deal_id=deal.pk, by=by, verdict=Verdict(rating=rating))


def tried(deed: Callable[[], Any]) -> str:
    """What became of it: done, or the code of the refusal."""
    try:
        deed()
    except DomainError as refusal:
        return refusal.code
    return "done"


def test_of_many_reviews_of_one_side_one_is_kept() -> None:
    deal = deal_in(S.COMPLETED)
    answers = at_once(10, lambda _number: tried(lambda: write(deal, Side.BUYER)))
    assert sorted(answers) == ["done", *["review_exists"] * 9]
    assert Review.objects.get().state == R.PENDING


def test_both_sides_at_once_publish_once() -> None:
    deal = deal_in(S.COMPLETED)
    sides = [Side.BUYER, Side.SELLER]
    assert at_once(2, lambda number: tried(lambda: write(deal, sides[number]))) == ["done", "done"]
    assert set(Review.objects.values_list("state", flat=True)) == {R.PUBLISHED}
    assert Notification.objects.filter(kind="reviews_published", channel="email").count() == 2


def test_deals_of_one_seller_reviewed_at_once_all_count() -> None:
    seller = SellerFactory()
    broker = BrokerFactory(user=seller.user)
    deals = [deal_in(S.COMPLETED, listing=ListingFactory(seller=seller)) for _deal in range(4)]
    for deal in deals:
        write(deal, Side.SELLER)
    at_once(4, lambda number: write(deals[number], Side.BUYER, rating=number + 2))
    broker.refresh_from_db()
    assert (broker.rating, broker.reviews_count) == (Decimal("3.50"), 4)
    assert Seller.objects.get(pk=seller.pk).rating == Decimal("3.50")
