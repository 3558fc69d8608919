"""What people pay for in these tests: boosts of listings, deposits of deals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any
from uuid import UUID

from brokers.enums import DealState
from brokers.models import Deal
from brokers.tests.factories import deal_in
from key2key.tests.money.companies import Companies
from listings.models import Listing
from listings.tests.factories import ListingFactory
from payments import services
from payments.models import Payment
from payments.services import Asked
from payments.targets import Target

BACK = "https://app.example/back"
DAYS = 7
BOOSTS, LEGS = 5, 20
PAYMENTS = BOOSTS + LEGS


def boost_asked(listing_id: UUID, *, gateway: str, key: str = "") -> Asked:
    """A better place for a listing, for a week."""
    target = Target("listing", listing_id)
    return Asked(purpose="boost", target=target, gateway=gateway, return_url=BACK, days=DAYS, key=key)


def deposit_asked(deal: Deal, *, gateway: str, **other: Any) -> Asked:
    """The deposit of a deal."""
    target = Target("deal", deal.pk)
    return Asked(purpose="deposit", target=target, gateway=gateway, return_url=BACK, **other)


def boost(listing: Listing, *, gateway: str) -> Payment:
    """The payment of one, whose page is open."""
    return services.pay(by=listing.owner, asked=boost_asked(listing.pk, gateway=gateway))


def deposit(*, gateway: str, deal: Deal | None = None, **other: Any) -> Payment:
    """The payment of a deal's deposit, whose page is open."""
    deal = deal or deal_in(DealState.DEPOSIT_DUE)
    return services.pay(by=deal.buyer, asked=deposit_asked(deal, gateway=gateway, **other))


def baskets(companies: Companies, *, sellers: int) -> Iterator[Payment]:
    """PAYMENTS for each of so many sellers, over all companies in turn: boosts of one listing of theirs, and
    the legs of one deposit.
    """
    names = cycle([company.name for company in companies])
    for _seller in range(sellers):
        listing, deal = ListingFactory(), deal_in(DealState.DEPOSIT_DUE)
        yield from (boost(listing, gateway=name) for name in islice(names, BOOSTS))
        leg = deal.deposit_amount / LEGS
        yield from (deposit(gateway=name, deal=deal, amount=leg) for name in islice(names, LEGS))
