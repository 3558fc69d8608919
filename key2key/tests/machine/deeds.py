"""What people may do about offers and deals, sensible or not. Each deed is one random attempt.

A deed returns what became of it. While one person acts at a time it also judges the answer: what the
tables allow is done or refused for a documented reason, what they do not allow is an illegal transition
that names what is allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from brokers import deal_steps, offer_steps, services
from brokers.enums import DealState, OfferState, Side
from brokers.models import Deal, Offer
from brokers.services import OfferTerms, Verdict
from brokers.tests.factories import exchange_codes, tick_all
from key2key.common import clock
from key2key.common.errors import Conflict, DomainError
from key2key.tests.machine.market import DONE, Market, NothingToDo, Pick, one_of
from listings import services as listing_services
from listings.enums import Status
from listings.models import Listing
from payments import services as payment_services
from payments.services import Asked
from payments.targets import Target

# Some below and some above the limit of two pairs of eyes, and one whose parts do not divide evenly.
DEPOSITS = [None, Decimal("90000.00"), Decimal("333.33")]
REFUNDABLE: Sequence[tuple[str | None, int | None]] = [
    (None, None),
    ("full", None),
    ("partial", 40),
    ("none", None),
]
SHARES = [Decimal(1), Decimal(1), Decimal("0.5"), Decimal("0.37")]

# Why somebody is refused although the table allows the step: the money has moved on and the news of it is
# on its way, or what the step is about does not fit.
MONEY_MOVED_ON = frozenset({"hold_not_open", "chargeback_open"})
DEAL_REFUSALS: dict[str, frozenset[str]] = {
    "pay": frozenset({"nothing_to_pay", "hold_not_open", "deposit_time_over", "validation_error"}),
    "withdraw": MONEY_MOVED_ON,
    "tick_paper": frozenset(),
    "request_cancel": frozenset(),
    "take_back_cancel": frozenset(),
    "answer_cancel": MONEY_MOVED_ON,
    "handover_code": frozenset(),
    "confirm_handover": MONEY_MOVED_ON | {"wrong_code", "code_locked", "code_not_issued"},
    "dispute": frozenset({"hold_not_open"}),
    "evidence": frozenset(),
    "review": frozenset({"review_exists"}),  # a colleague was faster
}
# How much rather than to give up people want to get on (`get_on` helps them too).
EAGERNESS = {
    **dict.fromkeys(DEAL_REFUSALS, 2),
    "withdraw": 1,
    "request_cancel": 5,
    "pay": 6,
    "tick_paper": 8,
    "handover_code": 6,
    "confirm_handover": 10,
}
FREE = frozenset({Status.ACTIVE, Status.WITHDRAWN, Status.ON_HOLD})
STEPS = [name for name in DEAL_REFUSALS if name != "review"]  # whose refusals name what is allowed
OFFER_REFUSALS: dict[str, frozenset[str]] = {
    "accept": frozenset({"deal_open", "illegal_transition"}),  # the latter of the listing: it has ended
    "reject": frozenset(),
    "counter": frozenset({"listing_not_open"}),
    "withdraw": frozenset(),
}


def make_offer(market: Market, pick: Pick) -> str:
    """A buyer offers."""
    buyer, listing = one_of(market.buyers, pick=pick), _listing(market, pick)
    terms = _terms(listing, pick)
    answer = _answer(lambda: services.make_offer(listing_id=listing.pk, by=buyer, terms=terms))
    assert answer in {DONE, "not_found", "listing_not_open", "offer_open"}, answer
    return answer


def get_going(market: Market, pick: Pick) -> str:
    """A new deal begins where there is none, if need be with a new offer; what was taken away comes back."""
    free = list(Listing.objects.filter(pk__in=market.listings, deal_id__isnull=True, status__in=sorted(FREE)))
    listing = one_of(free, pick=pick)
    seller = one_of(market.sellers, pick=pick)
    if listing.status != Status.ACTIVE:
        deed = listing_services.step_listing
        return _answer(lambda: deed(listing_id=listing.pk, by=seller, action="reactivate"))
    offers = Offer.objects.filter(listing=listing, state=OfferState.MADE, expires_at__gt=clock.now())
    offer = offers.order_by("pk").first()
    if offer is None:
        buyer, terms = one_of(market.buyers, pick=pick), _terms(listing, pick)
        return _answer(lambda: services.make_offer(listing_id=listing.pk, by=buyer, terms=terms))
    by = offer.buyer if offer.made_by == Side.SELLER else seller
    return _answer(lambda: services.accept_offer(offer_id=offer.pk, by=by))


def answer_offer(market: Market, pick: Pick) -> str:
    """Somebody accepts, rejects, counters or withdraws an offer."""
    offer = market.offer(pick)
    side = one_of(list(Side), pick=pick)
    now, by = clock.now(), market.person(pick, row=offer, side=side)
    allowed = offer_steps.allowed_actions(offer, side=side, at=now)
    action = _action(pick, allowed=allowed, known=list(OFFER_REFUSALS))
    refusal = _refusal(lambda: _do_offer(offer, action, by=by, pick=pick))
    return _judged(market, refusal, action, allowed=allowed, refusals=OFFER_REFUSALS[action])


def step_deal(market: Market, pick: Pick) -> str:
    """Somebody takes a step of a deal, mostly one that is allowed, sometimes any."""
    deal, now = market.deal(pick), clock.now()
    allowed = {side: deal_steps.allowed_actions(deal, side=side, at=now) for side in Side}
    likely = [(side, name) for side in Side for name in allowed[side] for _each in range(EAGERNESS[name])]
    side, action = one_of(likely if pick(8) else [(side, name) for side in Side for name in STEPS], pick=pick)
    by = market.person(pick, row=deal, side=side)
    refusal = _refusal(lambda: DEAL_DEEDS[action](market, deal, side, by, pick))
    if action == "pay" and side == Side.SELLER:
        assert refusal is not None
        assert refusal.code == "not_the_buyer"
        return refusal.code
    return _judged(market, refusal, action, allowed=allowed[side], refusals=DEAL_REFUSALS[action])


def get_on(market: Market, pick: Pick) -> str:
    """Both sides do what a deal waits for."""
    deal = one_of([deal for deal in market.deals() if deal.is_open], pick=pick)
    if deal.state == DealState.DEPOSIT_DUE:
        return _answer(lambda: _pay(market, deal, Side.BUYER, deal.buyer, lambda _below: 0))
    if deal.state == DealState.DEPOSIT_HELD:
        return _answer(lambda: tick_all(deal))
    if deal.state == DealState.HANDOVER:
        return _answer(lambda: exchange_codes(deal, one_of(list(Side), pick=pick)))
    raise NothingToDo


def step_listing(market: Market, pick: Pick) -> str:
    """The seller moves the listing by hand: while a deal is open, only the deal may."""
    listing = _listing(market, pick)
    action = one_of(["withdraw", "hold", "reactivate"], pick=pick)
    by = one_of(market.sellers, pick=pick)
    answer = _answer(lambda: listing_services.step_listing(listing_id=listing.pk, by=by, action=action))
    if market.alone and listing.deal_id is not None:
        assert answer == "deal_open", answer
    assert answer in {DONE, "deal_open", "illegal_transition", "asset_already_live"}, answer
    return answer


def _pay(_market: Market, deal: Deal, _side: Side, by: Any, pick: Pick) -> None:
    share = one_of(SHARES, pick=pick)
    amount = None if share == 1 else (deal.deposit_amount * share).quantize(Decimal("0.01"))
    asked = Asked(
        purpose="deposit",
        target=Target("deal", deal.pk),
        gateway="sandbox",
        return_url="https://app.example/deals",
        amount=amount,
    )
    payment_services.pay(by=by, asked=asked)


def _withdraw(_market: Market, deal: Deal, _side: Side, by: Any, _pick: Pick) -> None:
    services.withdraw_deal(deal_id=deal.pk, by=by, reason="We changed our minds.")


def _tick_papers(_market: Market, deal: Deal, side: Side, by: Any, pick: Pick) -> None:
    """Mostly all that are missing: one by one the handover would rarely be reached."""
    papers = [paper for paper in deal.papers.all() if paper.required]
    missing = [paper for paper in papers if getattr(paper, f"{side}_ticked_at") is None]
    which = [one_of(papers, pick=pick)] if pick(4) == 0 or not missing else missing
    for paper in which:
        services.tick_paper(deal_id=deal.pk, by=by, slug=paper.slug)


def _ask_to_cancel(_market: Market, deal: Deal, _side: Side, by: Any, _pick: Pick) -> None:
    services.request_cancel(deal_id=deal.pk, by=by, reason="We found another home.")


def _take_back(_market: Market, deal: Deal, _side: Side, by: Any, _pick: Pick) -> None:
    services.take_back_cancel(deal_id=deal.pk, by=by)


def _answer_cancel(_market: Market, deal: Deal, _side: Side, by: Any, pick: Pick) -> None:
    services.answer_cancel(deal_id=deal.pk, by=by, agree=pick(2) == 0)


def _issue_code(market: Market, deal: Deal, side: Side, by: Any, _pick: Pick) -> None:
    market.codes[deal.pk, side] = services.issue_code(deal_id=deal.pk, by=by).code


def _enter_code(market: Market, deal: Deal, side: Side, by: Any, pick: Pick) -> None:
    code = market.codes.get((deal.pk, side.other), "000000")
    if pick(4) == 0:
        code = f"{(int(code) + 1) % 1_000_000:06d}"
    services.confirm_handover(deal_id=deal.pk, by=by, code=code)


def _dispute(_market: Market, deal: Deal, _side: Side, by: Any, _pick: Pick) -> None:
    services.open_dispute(deal_id=deal.pk, by=by, reason="The other side does not answer.")


def _add_evidence(_market: Market, deal: Deal, _side: Side, by: Any, _pick: Pick) -> None:
    services.add_evidence(deal_id=deal.pk, by=by, text="Here is what we wrote to each other.")


def _review(_market: Market, deal: Deal, _side: Side, by: Any, pick: Pick) -> None:
    services.write_review(deal_id=deal.pk, by=by, verdict=Verdict(rating=1 + pick(5), text="On time."))


DealDeed = Callable[[Market, Deal, Side, Any, Pick], None]
DEAL_DEEDS: dict[str, DealDeed] = {
    "pay": _pay,
    "withdraw": _withdraw,
    "tick_paper": _tick_papers,
    "request_cancel": _ask_to_cancel,
    "take_back_cancel": _take_back,
    "answer_cancel": _answer_cancel,
    "handover_code": _issue_code,
    "confirm_handover": _enter_code,
    "dispute": _dispute,
    "evidence": _add_evidence,
    "review": _review,
}


def _do_offer(offer: Offer, action: str, *, by: Any, pick: Pick) -> None:
    if action == "counter":
        services.counter_offer(offer_id=offer.pk, by=by, terms=_terms(offer.listing, pick))
        return
    deeds: dict[str, Callable[..., Any]] = {
        "accept": services.accept_offer,
        "reject": services.reject_offer,
        "withdraw": services.withdraw_offer,
    }
    deeds[action](offer_id=offer.pk, by=by)


def _listing(market: Market, pick: Pick) -> Listing:
    return Listing.objects.get(pk=one_of(market.listings, pick=pick))


def _terms(listing: Listing, pick: Pick) -> OfferTerms:
    assert listing.price is not None
    refundable, percent = one_of(REFUNDABLE, pick=pick)
    return OfferTerms(
        amount=listing.price,
        currency=listing.currency,
        deposit_amount=one_of(DEPOSITS, pick=pick),
        refundable=refundable,
        refundable_percent=percent,
    )


def _action(pick: Pick, *, allowed: Sequence[str], known: Sequence[str]) -> str:
    return one_of(allowed if allowed and pick(8) else known, pick=pick)


def _refusal(deed: Callable[[], Any]) -> DomainError | None:
    try:
        deed()
    except DomainError as refusal:
        return refusal
    return None


def _answer(deed: Callable[[], Any]) -> str:
    refusal = _refusal(deed)
    return DONE if refusal is None else refusal.code


def _judged(
    market: Market,
    refusal: DomainError | None,
    action: str,
    *,
    allowed: Sequence[str],
    refusals: frozenset[str],
) -> str:
    answer = DONE if refusal is None else refusal.code
    if not market.alone:
        assert answer in {DONE, "illegal_transition", "unknown_paper", *refusals}, f"{action}: {answer}"
    elif action in allowed:
        assert answer in {DONE, *refusals}, f"{action}: {answer}"
    else:
        assert isinstance(refusal, Conflict), f"{action} is not allowed and was {answer}"
        assert answer == "illegal_transition", f"{action}: {answer}"
        assert list(refusal.extra["allowed"]) == list(allowed)
    return answer
