"""What people of the demo do in a deal: each deed is the service that people use, and is done once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from accounts.agency import Right
from brokers import selectors, services
from brokers.enums import DealState, OfferState, Side
from brokers.models import Deal, Lead, Offer
from brokers.services.inquiries import inquire
from chat.services import mark_read, send
from listings.models import Listing
from listings.selectors import seller_people
from payments.management.seeding import pay_deposit, send_refunds

BY_THE_PIECE = ((Decimal(10_000_000), Decimal(50_000)), (Decimal(100_000), Decimal(5_000)))
SMALLEST_PIECE = Decimal(500)
SAID = 2  # messages before an offer: the question and the answer


@dataclass(frozen=True)
class Words:
    """What is said, in the order in which it is said; what a story does not come to is empty."""

    question: str
    answer: str
    offer: str
    counter: str = ""
    trouble: str = ""
    buyer_evidence: str = ""
    seller_evidence: str = ""
    buyer_review: str = ""
    seller_review: str = ""
    reply: str = ""


@dataclass(frozen=True)
class Scene:
    """A buyer, somebody of the seller's side, a listing, and what they say."""

    words: Words
    percent: int
    listing: Listing
    buyer: Any
    seller: Any

    @property
    def offer(self) -> Offer | None:
        """The buyer's offer, by whose words the seed finds its story again."""
        return Offer.objects.filter(buyer=self.buyer, message=self.words.offer).first()

    @property
    def deal(self) -> Deal | None:
        """The deal that came of it."""
        return Deal.objects.filter(buyer=self.buyer, listing=self.listing).first()

    def id_of(self, said: str) -> UUID:
        """The client's id of a message, the same at every sowing."""
        return uuid5(NAMESPACE_URL, f"key2key:demo:{self.listing.pk}:{self.buyer.pk}:{said}")

    def amount(self, percent: int) -> Decimal:
        """So much of the price, as people round it."""
        whole = (self.listing.price or Decimal(0)) * percent / 100
        piece = next((piece for least, piece in BY_THE_PIECE if whole >= least), SMALLEST_PIECE)
        return max(whole // piece * piece, Decimal(1)).quantize(Decimal("0.01"))


Deed = Callable[[Scene], None]


def ask(scene: Scene) -> None:
    """The buyer asks about the listing."""
    if scene.offer is None:
        inquire(
            listing_id=scene.listing.pk,
            by=scene.buyer,
            message=scene.words.question,
            client_id=scene.id_of("question"),
        )


def answer(scene: Scene) -> None:
    """The seller's side answers."""
    lead = Lead.objects.filter(listing=scene.listing, buyer=scene.buyer).first()
    if scene.offer is None and lead is not None and lead.conversation_id is not None:
        send(
            by=scene.seller,
            conversation_id=lead.conversation_id,
            client_id=scene.id_of("answer"),
            body=scene.words.answer,
        )
        services.note_answer(lead.pk)


def offer(scene: Scene) -> None:
    """Everybody has read what was said, and the buyer makes an offer."""
    if scene.offer is None:
        _read(scene)
        terms = _terms(scene, percent=scene.percent, message=scene.words.offer)
        services.make_offer(listing_id=scene.listing.pk, by=scene.buyer, terms=terms)


def counter(scene: Scene) -> None:
    """The seller's side asks for a little more."""
    made = _offer_on_the_table(scene)
    if made is not None:
        terms = _terms(scene, percent=(scene.percent + 100) // 2, message=scene.words.counter)
        services.counter_offer(offer_id=made.pk, by=scene.seller, terms=terms)


def accept(scene: Scene) -> None:
    """The seller's side accepts: the deal begins."""
    made = _offer_on_the_table(scene)
    if made is not None:
        services.accept_offer(offer_id=made.pk, by=scene.seller)


def pay(scene: Scene) -> None:
    """The buyer pays the deposit at the sandbox, whole."""
    deal = _deal_in(scene, DealState.DEPOSIT_DUE)
    if deal is not None:
        target = selectors.target_of(deal.pk)
        pay_deposit(target=target, by=scene.buyer)
        services.follow_hold(target_type=target.type, target_id=target.id)  # as the event that is under way


def tick_some_papers(scene: Scene) -> None:
    """Each side has seen some papers: the seller's all but the last, the buyer the first."""
    papers = _required_papers(scene)
    _tick(scene, by=scene.seller, slugs=papers[:-1])
    _tick(scene, by=scene.buyer, slugs=papers[:1])


def tick_all_papers(scene: Scene) -> None:
    """Both have seen all papers: the handover begins."""
    papers = _required_papers(scene)
    _tick(scene, by=scene.seller, slugs=papers)
    _tick(scene, by=scene.buyer, slugs=papers)


@transaction.atomic
def hand_over(scene: Scene) -> None:
    """The keys change hands: each gives the other a code."""
    deal = _deal_in(scene, DealState.HANDOVER)
    if deal is None:
        return
    for giver, taker in ((scene.buyer, scene.seller), (scene.seller, scene.buyer)):
        issued = services.issue_code(deal_id=deal.pk, by=giver)
        services.confirm_handover(deal_id=deal.pk, by=taker, code=issued.code)


def review(scene: Scene) -> None:
    """Both say what they think of each other, and the one who sold answers."""
    deal = _deal_in(scene, DealState.COMPLETED)
    if deal is None or deal.reviews.exists():
        return
    scores = {"communication": 5, "honesty": 5, "punctuality": 4}
    of_seller = services.write_review(
        deal_id=deal.pk, by=scene.buyer, verdict=services.Verdict(5, scores, scene.words.buyer_review)
    )
    services.write_review(
        deal_id=deal.pk, by=scene.seller, verdict=services.Verdict(5, {}, scene.words.seller_review)
    )
    services.reply(review_id=of_seller.pk, by=deal.owner, text=scene.words.reply)


def dispute(scene: Scene) -> None:
    """The buyer asks staff to decide."""
    deal = _deal_in(scene, DealState.DEPOSIT_HELD)
    if deal is not None:
        services.open_dispute(deal_id=deal.pk, by=scene.buyer, reason=scene.words.trouble)


def show_evidence(scene: Scene) -> None:
    """Both tell staff their side of it."""
    deal = _deal_in(scene, DealState.DISPUTED)
    if deal is not None and not deal.evidence.exists():
        services.add_evidence(deal_id=deal.pk, by=scene.buyer, text=scene.words.buyer_evidence)
        services.add_evidence(deal_id=deal.pk, by=scene.seller, text=scene.words.seller_evidence)


def ask_to_cancel(scene: Scene) -> None:
    """The buyer would like to step back."""
    deal = _deal_in(scene, DealState.DEPOSIT_HELD)
    if deal is not None:
        services.request_cancel(deal_id=deal.pk, by=scene.buyer, reason=scene.words.trouble)


def agree_to_cancel(scene: Scene) -> None:
    """The seller's side agrees: the deposit goes back, as its terms have it."""
    deal = _deal_in(scene, DealState.CANCEL_REQUESTED)
    if deal is not None:
        services.answer_cancel(deal_id=deal.pk, by=scene.seller, agree=True)
    ended = _deal_in(scene, DealState.CANCELLED)
    if ended is not None:
        send_refunds(target=selectors.target_of(ended.pk))


def _read(scene: Scene) -> None:
    conversation = selectors.conversation_of(listing_id=scene.listing.pk, buyer_id=scene.buyer.pk)
    if conversation is not None:
        for person in [scene.buyer, *seller_people(scene.listing, right=Right.WORK_LEADS)]:
            mark_read(by=person, conversation_id=conversation, seq=SAID)


def _terms(scene: Scene, *, percent: int, message: str) -> services.OfferTerms:
    return services.OfferTerms(amount=scene.amount(percent), currency=scene.listing.currency, message=message)


def _offer_on_the_table(scene: Scene) -> Offer | None:
    made = scene.offer
    return made if made is not None and made.state == OfferState.MADE else None


def _deal_in(scene: Scene, state: DealState) -> Deal | None:
    """The deal while it stands there: whatever a visitor of the demo did with it stays done."""
    deal = scene.deal
    return deal if deal is not None and deal.state == state else None


def _required_papers(scene: Scene) -> list[str]:
    deal = _deal_in(scene, DealState.DEPOSIT_HELD)
    return [paper.slug for paper in deal.papers.all() if paper.required] if deal is not None else []


def _tick(scene: Scene, *, by: Any, slugs: list[str]) -> None:
    side = Side.BUYER if by == scene.buyer else Side.SELLER
    for slug in slugs:
        deal = _deal_in(scene, DealState.DEPOSIT_HELD)
        if deal is not None and deal.papers.filter(slug=slug, **{f"{side}_ticked_at": None}).exists():
            services.tick_paper(deal_id=deal.pk, by=by, slug=slug)
