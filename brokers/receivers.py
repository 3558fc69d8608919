"""What brokers do when something happened below them."""

from __future__ import annotations

from accounts.events import MembershipChanged, UserErased
from brokers import services
from brokers.enums import LeadStage
from brokers.events import DealCompleted, OfferMade
from chat.events import ConversationOpened
from key2key.common.events import on
from listings.events import ListingClosed, ListingRemoved
from payments.events import ChargebackLost, ChargebackOpened, ChargebackWon, HoldCompleted, HoldLost


@on(HoldCompleted)
def deposit_is_held(event: HoldCompleted) -> None:
    """A deal whose deposit is held moves on to its papers."""
    services.follow_hold(target_type=event.target_type, target_id=event.target_id)


@on(HoldLost)
def deposit_is_lost(event: HoldLost) -> None:
    """A deal whose asset went to another deposit is cancelled."""
    services.follow_hold(target_type=event.target_type, target_id=event.target_id)


@on(ChargebackOpened)
def payment_is_disputed(event: ChargebackOpened) -> None:
    """A deal whose deposit the payer's bank disputes is disputed."""
    services.follow_hold(target_type=event.target_type, target_id=event.target_id)


@on(ChargebackWon)
def payment_stays(event: ChargebackWon) -> None:
    """A deal whose deposit came back goes on."""
    services.follow_hold(target_type=event.target_type, target_id=event.target_id)


@on(ChargebackLost)
def payment_is_gone(event: ChargebackLost) -> None:
    """A deal whose deposit is gone is cancelled."""
    services.follow_hold(target_type=event.target_type, target_id=event.target_id)


@on(ListingRemoved)
def removed_listing_ends_its_deal(event: ListingRemoved) -> None:
    """A deal on a listing that staff removed is cancelled."""
    services.cancel_for_removed_listing(event.deal_id)


@on(ListingRemoved)
def removed_listing_takes_no_offers(event: ListingRemoved) -> None:
    """Offers on a listing that staff removed end."""
    services.end_offers_on(event.listing_id)


@on(ListingClosed)
def closed_listing_takes_no_offers(event: ListingClosed) -> None:
    """Offers on a listing that is sold or rented end."""
    services.end_offers_on(event.listing_id)


@on(DealCompleted)
def completed_deal_counts(event: DealCompleted) -> None:
    """A professional's page tells how many deals they completed."""
    services.count_deals_of(event.owner_id)


@on(MembershipChanged)
def agency_gate_follows_its_people(event: MembershipChanged) -> None:
    """An agency may publish as the licences of those who answer for it have it."""
    services.follow_agency_gate(event.organisation_id)


@on(UserErased)
def erased_professional_is_forgotten(event: UserErased) -> None:
    """What an erased person told of themselves as a professional goes."""
    services.forget_professional(event.user_id)


@on(UserErased)
def erased_reviewer_is_forgotten(event: UserErased) -> None:
    """What an erased person wrote in reviews goes."""
    services.forget_words_of(event.user_id)


@on(ConversationOpened)
def who_turns_to_a_seller_is_a_lead(event: ConversationOpened) -> None:
    """Whoever opens a conversation about a listing is interested in it."""
    services.note_conversation(
        conversation_id=event.conversation_id, listing_id=event.listing_id, buyer_id=event.buyer_id
    )


@on(OfferMade)
def offer_carries_its_lead_forward(event: OfferMade) -> None:
    """With an offer on the table the two negotiate."""
    services.follow_lead(listing_id=event.listing_id, buyer_id=event.buyer_id, stage=LeadStage.NEGOTIATING)


@on(DealCompleted)
def completed_deal_wins_its_lead(event: DealCompleted) -> None:
    """A lead whose deal is completed is won."""
    services.follow_lead(listing_id=event.listing_id, buyer_id=event.buyer_id, stage=LeadStage.WON)


@on(UserErased)
def erased_person_leaves_no_words_in_leads(event: UserErased) -> None:
    """What an erased person wrote to sellers, and what was noted about them, goes."""
    services.forget_interest(event.user_id)
