"""Full rows of brokers for tests. Deals come through the rules, so that their money and listing are right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import factory

from accounts.tests.factories import UserFactory
from brokers import services
from brokers.enums import (
    BrokerStatus,
    DealState,
    LicenceState,
    OfferState,
    Refundable,
    ReviewState,
    Side,
    Speciality,
)
from brokers.models import Broker, Deal, Lead, Licence, Offer, Review, Viewing, ViewingSlot
from brokers.selectors import target_of
from key2key.common import clock
from key2key.common.events import deliver_waiting
from listings.models import Area
from listings.services import open_private_seller
from listings.tests.factories import ListingFactory
from payments.models import Hold
from payments.selectors import hold_of
from payments.tests.paying import pay_in_full

S = DealState


class OfferFactory(factory.django.DjangoModelFactory):
    """An offer of a buyer that lies on the table."""

    class Meta:
        model = Offer

    listing = factory.SubFactory(ListingFactory)
    buyer = factory.SubFactory(UserFactory)
    author = factory.SelfAttribute("buyer")
    made_by = Side.BUYER
    amount = Decimal("12000000.00")
    currency = "ETB"
    deposit_amount = Decimal("90000.00")
    refundable = Refundable.FULL
    refundable_percent = factory.LazyAttribute(
        lambda made: {Refundable.FULL: 100, Refundable.NONE: 0}.get(made.refundable, 40)
    )
    message = "We can pay at once."
    state = OfferState.MADE
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(hours=72))


class LicenceFactory(factory.django.DjangoModelFactory):
    """A licence that staff have confirmed, valid for a year."""

    class Meta:
        model = Licence

    broker = factory.SubFactory("brokers.tests.factories.BrokerFactory", licence=False)
    number = factory.Sequence(lambda number: f"ET-{number:05d}")
    authority = "Addis Ababa Trade Bureau"
    category = "Broker"
    region = "Addis Ababa"
    expires_on = factory.LazyFunction(lambda: clock.today() + timedelta(days=365))
    state = LicenceState.CONFIRMED


class BrokerFactory(factory.django.DjangoModelFactory):
    """An active professional in Bole with a confirmed licence. The gate to publishing is not touched.

    `places=["gerji"]` puts them elsewhere, `licence=False` takes the licence away, `licence__state=...` sets
    a column of it.
    """

    class Meta:
        model = Broker
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    status = BrokerStatus.ACTIVE
    submitted_at = factory.LazyFunction(clock.now)
    bio = "Homes in Bole, by one who lives there."
    languages = factory.LazyFunction(lambda: ["am", "en"])
    specialities = factory.LazyFunction(lambda: [Speciality.RESIDENTIAL_SALE])
    years_experience = 7
    phone = "+251911000000"

    @factory.post_generation
    def places(self: Broker, create: bool, extracted: Any, **_: Any) -> None:  # type: ignore[misc]
        self.areas.set(Area.objects.filter(slug__in=["bole"] if extracted is None else extracted))

    @factory.post_generation
    def licence(self: Broker, create: bool, extracted: Any, **columns: Any) -> None:  # type: ignore[misc]
        if extracted is not False:
            LicenceFactory(broker=self, **columns)


class LeadFactory(factory.django.DjangoModelFactory):
    """Somebody's interest in a listing, fresh from the form."""

    class Meta:
        model = Lead

    listing = factory.SubFactory(ListingFactory)
    buyer = factory.SubFactory(UserFactory)
    owner = factory.SelfAttribute("listing.owner")
    organisation = factory.SelfAttribute("listing.organisation")
    phone = "+251911234567"
    asked_at = factory.LazyFunction(clock.now)


class SlotFactory(factory.django.DjangoModelFactory):
    """An hour in two days at which the seller's side would show the listing."""

    class Meta:
        model = ViewingSlot

    listing = factory.SubFactory(ListingFactory)
    starts_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=2))
    ends_at = factory.LazyAttribute(lambda made: made.starts_at + timedelta(hours=1))
    made_by = factory.SelfAttribute("listing.owner")


class ViewingFactory(factory.django.DjangoModelFactory):
    """A buyer's wish to look at a listing in two days, not answered yet."""

    class Meta:
        model = Viewing

    listing = factory.SubFactory(ListingFactory)
    buyer = factory.SubFactory(UserFactory)
    starts_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=2))
    ends_at = factory.LazyAttribute(lambda made: made.starts_at + timedelta(minutes=30))
    note = "I come with my sister."


class ReviewFactory(factory.django.DjangoModelFactory):
    """What the buyer of a completed deal said of its seller, for everybody to read."""

    class Meta:
        model = Review

    subject = factory.SubFactory(UserFactory)
    deal = factory.LazyAttribute(lambda made: deal_in(S.COMPLETED, listing=_listing_of(made.subject)))
    author = factory.SelfAttribute("deal.buyer")
    side = Side.BUYER
    rating = 5
    text = "All went well."
    state = ReviewState.PUBLISHED
    published_at = factory.LazyFunction(clock.now)


def deal_in(state: DealState, **offer: Any) -> Deal:
    """A deal that came to this state by the rules. `offer` sets columns of its offer.

    A cancelled one is one from which the buyer withdrew; a cancellation was asked for by the buyer; a
    dispute was opened by the seller.
    """
    made = OfferFactory(**offer)
    services.accept_offer(offer_id=made.pk, by=made.listing.owner)
    deal = Deal.objects.get(offer=made)
    for step in _WAYS[state]:
        step(deal)
        deal = Deal.objects.get(pk=deal.pk)
    return deal


def hold_under(deal: Deal) -> Hold:
    """The deposit of a deal."""
    hold = hold_of(target_of(deal.pk))
    assert hold is not None
    return hold


def hear_all() -> None:
    """Deliver events until none is left."""
    while deliver_waiting():
        pass


def pay_deposit(deal: Deal) -> None:
    """The whole deposit is paid, and the deal has heard of it."""
    pay_in_full(hold_under(deal))
    hear_all()


def tick_all(deal: Deal, *sides: Side) -> None:
    """These sides tick every required paper; both when none is named."""
    for paper in deal.papers.filter(required=True):
        for side in sides or tuple(Side):
            services.tick_paper(deal_id=deal.pk, by=person_of(deal, side), slug=paper.slug)


def exchange_codes(deal: Deal, *enterers: Side) -> None:
    """These sides enter the code of the other; both when none is named."""
    for side in enterers or tuple(Side):
        issued = services.issue_code(deal_id=deal.pk, by=person_of(deal, side.other))
        services.confirm_handover(deal_id=deal.pk, by=person_of(deal, side), code=issued.code)


def person_of(deal: Deal, side: Side) -> Any:
    """Who acts for a side."""
    return deal.buyer if side == Side.BUYER else deal.owner


def _listing_of(person: Any) -> Any:
    return ListingFactory(seller=open_private_seller(person.pk))


def _withdraw(deal: Deal) -> None:
    services.withdraw_deal(deal_id=deal.pk, by=deal.buyer)


def _ask_to_cancel(deal: Deal) -> None:
    services.request_cancel(deal_id=deal.pk, by=deal.buyer, reason="We found another home.")


def _dispute(deal: Deal) -> None:
    services.open_dispute(deal_id=deal.pk, by=deal.owner, reason="The buyer does not answer.")


_WAYS: dict[DealState, list[Callable[[Deal], None]]] = {
    S.DEPOSIT_DUE: [],
    S.DEPOSIT_HELD: [pay_deposit],
    S.HANDOVER: [pay_deposit, tick_all],
    S.COMPLETED: [pay_deposit, tick_all, exchange_codes],
    S.CANCEL_REQUESTED: [pay_deposit, _ask_to_cancel],
    S.DISPUTED: [pay_deposit, _dispute],
    S.CANCELLED: [_withdraw],
}
