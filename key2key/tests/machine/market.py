"""The market: two buyers, an agency of two, two of staff, one home that is for sale and for rent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db import OperationalError

from accounts.models import Membership
from accounts.tests.factories import MembershipFactory, OrganisationFactory, StaffFactory, UserFactory
from brokers.enums import OfferState, Side
from brokers.models import Deal, Lead, Offer
from brokers.tests.factories import OfferFactory
from chat.services import open_listing_conversation
from key2key.common.errors import DomainError
from listings.enums import Purpose
from listings.tests.factories import AgencySellerFactory, AssetFactory, ListingFactory
from payments.services.sandbox import Refusal

DEPOSIT = Decimal("90000.00")
Option = TypeVar("Option")
Pick = Callable[[int], int]  # a whole number below the one that is given

DONE, BUSY, NOTHING = "done", "busy", "nothing to do"


class NothingToDo(Exception):
    """There is nothing on which the deed could be done."""


@dataclass
class Market:
    """Who and what there is. `alone`: nobody else acts meanwhile, so what happens can be foretold."""

    buyers: Sequence[Any]
    sellers: Sequence[Any]
    staff: Sequence[Any]
    listings: Sequence[UUID]
    alone: bool = True
    ahead: timedelta = timedelta()
    codes: dict[tuple[UUID, Side], str] = field(default_factory=dict)  # the latest, by deal and giver

    def deals(self) -> list[Deal]:
        """The latest deals, the last one first."""
        return list(Deal.objects.filter(listing_id__in=self.listings).order_by("-created_at", "-pk")[:4])

    def deal(self, pick: Pick) -> Deal:
        """One of the latest deals, rather an open one."""
        deals = self.deals()
        open_ones = [deal for deal in deals if deal.is_open]
        return one_of(open_ones if open_ones and pick(8) else deals, pick=pick)

    def offer(self, pick: Pick) -> Offer:
        """One of the latest offers, rather one that lies on the table."""
        rows = Offer.objects.filter(listing_id__in=self.listings).order_by("-created_at", "-pk")
        latest = list(rows[:8])
        return one_of(
            [one for one in latest if one.state == OfferState.MADE and pick(8)] or latest, pick=pick
        )

    def person(self, pick: Pick, *, row: Deal | Offer, side: Side) -> Any:
        """Somebody who stands on this side of a deal or an offer."""
        return row.buyer if side == Side.BUYER else one_of(self.sellers, pick=pick)


def open_market(**values: Any) -> Market:
    """People who can all be reached, and two listings of one asset; one buyer talks with the agency."""
    organisation = OrganisationFactory()
    sellers = [
        MembershipFactory(organisation=organisation, role=role).user
        for role in (Membership.Role.OWNER, Membership.Role.AGENT)
    ]
    place: dict[str, Any] = {
        "asset": AssetFactory(),
        "seller": AgencySellerFactory(organisation=organisation),
        "owner": sellers[1],
    }
    listings = [
        ListingFactory(**place),
        ListingFactory(**place, purpose=Purpose.LONG_RENT, price=Decimal("90000.00")),
    ]
    buyers = [UserFactory(), UserFactory()]
    _talk(buyers[0], about=listings[0])
    for buyer in buyers:
        for listing in listings:
            OfferFactory(listing=listing, buyer=buyer, amount=listing.price, deposit_amount=DEPOSIT)
    return Market(
        buyers=buyers,
        sellers=sellers,
        staff=[StaffFactory(groups=[group]) for group in ("support", "finance", "treasury")],
        listings=[listing.pk for listing in listings],
        **values,
    )


def one_of(options: Sequence[Option], *, pick: Pick) -> Option:
    """One of the options. Raises NothingToDo when there is none."""
    if not options:
        raise NothingToDo
    return options[pick(len(options))]


def outcome_of(deed: Callable[[], Any]) -> str:
    """What became of it: done, busy (a lock was waited for too long), or the code of the refusal.

    A deed that has judged that itself says it.
    """
    try:
        answer = deed()
    except NothingToDo:
        return NOTHING
    except (DomainError, Refusal) as refusal:
        return refusal.code
    except OperationalError as error:
        if "lock timeout" not in str(error):
            raise
        return BUSY
    return answer if isinstance(answer, str) else DONE


def _talk(buyer: Any, *, about: Any) -> None:
    conversation, _is_new = open_listing_conversation(buyer_id=buyer.pk, listing_id=about.pk)
    Lead.objects.create(
        listing=about,
        buyer=buyer,
        owner=about.owner,
        organisation=about.organisation,
        conversation_id=conversation.pk,
    )
