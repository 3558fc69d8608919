"""A deal begins, its deposit comes or not, its listing goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from constance import config
from django.db import transaction

from brokers import deal_steps, selectors
from brokers.enums import DealState, Outcome, Side
from brokers.events import DealDepositHeld, DealOpened
from brokers.models import Deal, DealPaper, Offer
from brokers.services import moves
from brokers.services.moves import Deed, Ending
from brokers.services.papers import go_on_to_handover
from brokers.services.telling import note_in_conversation, tell_of_deal
from brokers.terms import shares_of
from key2key.common import audit, clock
from key2key.common.conditions import Precondition, always
from key2key.common.events import publish
from key2key.common.money import Money
from listings.enums import Status
from listings.models import Listing
from listings.services import reserve
from payments.enums import HoldState
from payments.selectors import hold_of, is_charged_back
from payments.services import open_hold

WITHDREW = {Side.BUYER: Outcome.BUYER_WITHDREW, Side.SELLER: Outcome.SELLER_WITHDREW}


def open_deal(offer: Offer, *, deal_id: UUID, listing: Listing, by: Any) -> Deal:
    """Begin the deal of an offer that was just accepted. The caller holds the offer and the listing."""
    shares = shares_of(offer.deposit_amount, has_agency=listing.organisation_id is not None)
    deal = Deal.objects.create(
        pk=deal_id,
        listing=listing,
        asset_id=listing.asset_id,
        offer=offer,
        buyer_id=offer.buyer_id,
        owner_id=listing.owner_id,
        organisation_id=listing.organisation_id,
        amount=offer.amount,
        currency=offer.currency,
        deposit_amount=offer.deposit_amount,
        refundable=offer.refundable,
        refundable_percent=offer.refundable_percent,
        commission_amount=shares.commission,
        commission_payee=listing.owner_id if listing.organisation_id else None,
        platform_fee_amount=shares.platform_fee,
        policy=str(config.HOLD_POLICY),
        deadline_at=clock.now() + timedelta(hours=int(config.DEPOSIT_HOURS)),
    )
    DealPaper.objects.bulk_create(
        DealPaper(
            deal=deal,
            slug=paper.slug,
            name_en=paper.name_en,
            name_am=paper.name_am,
            required=paper.required,
            position=paper.position,
        )
        for paper in selectors.papers_needed(listing)
    )
    open_hold(
        target=selectors.target_of(deal.pk),
        listing_id=deal.listing_id,
        asset_id=deal.asset_id,
        buyer_id=deal.buyer_id,
        payee_id=deal.payee_id,
        amount=Money(deal.deposit_amount, deal.currency),
        policy=deal.policy,
    )
    audit.record(actor=by, action="deal.opened", subject=deal)
    publish(
        DealOpened(
            deal_id=deal.pk, listing_id=deal.listing_id, buyer_id=deal.buyer_id, owner_id=deal.owner_id
        )
    )
    return deal


@transaction.atomic
def withdraw_deal(*, deal_id: UUID, by: Any, reason: str = "", check: Precondition = always) -> Deal:
    """Step back while the deposit is due: what was paid goes back in full, the listing on the market.

    Raises NotFound, Stale, Conflict ("illegal_transition"; "hold_not_open": the deposit is complete).
    """
    deal = selectors.lock_seen_deal(by, deal_id=deal_id)
    check(deal)
    side = selectors.side_of(deal, by)
    deal_steps.require("withdraw", of=deal, side=side, at=clock.now())
    deed = Deed("withdraw", by=by, side=side, reason=reason)
    moves.cancel(deal, deed=deed, ending=Ending(WITHDREW[side], money=moves.lapse))
    return selectors.seen_deal(by, deal_id=deal_id)


@transaction.atomic
def follow_hold(*, target_type: str, target_id: UUID) -> None:
    """Bring a deal in step with its deposit as that is now, so news of it may come late, twice or disordered.

    Deposits of other targets are not ours.

    Complete: papers are next. Lost to another deposit: cancelled. Disputed by the payer's bank: disputed,
    and back to the state before when that was won; lost: cancelled. An ended deal stays as it is.
    """
    if target_type != selectors.TARGET:
        return
    deal = selectors.lock_deal(target_id)
    hold = hold_of(selectors.target_of(target_id))
    if hold is None or not deal.is_open:
        return
    follow = {
        HoldState.HELD: _follow_held,
        HoldState.DISPUTED: _follow_disputed,
        HoldState.LAPSED: _follow_lapsed,
        HoldState.REFUNDED: _follow_refunded,
    }.get(HoldState(hold.state))
    if follow is not None:
        follow(deal)


@transaction.atomic
def cancel_for_removed_listing(deal_id: UUID | None) -> None:
    """Staff removed the listing: its deal, if it has one, is cancelled from whatever state.

    Everything goes back to the buyer; the seller is marked.

    While the payer's bank disputes the payment the money cannot move: then it waits for that to end.
    """
    if deal_id is None:
        return
    deal = selectors.lock_deal(deal_id)
    if deal.is_open and not is_charged_back(selectors.target_of(deal_id)):
        _cancel_removed(deal)


def _follow_held(deal: Deal) -> None:
    is_removed = deal.listing.status == Status.REMOVED
    if deal.state == DealState.DEPOSIT_DUE and is_removed:
        _cancel_removed(deal)
    elif deal.state == DealState.DEPOSIT_DUE:
        _deposit_is_held(deal)
    elif _is_charged_back(deal):
        moves.go_back(deal, deed=Deed("charge_back_won"))
        if is_removed:
            _cancel_removed(deal)
        else:
            note_in_conversation(deal, code="deal_chargeback_won")


def _follow_disputed(deal: Deal) -> None:
    """By the sides, by the bank or by both; a removed listing waited only for the bank."""
    is_removed = deal.listing.status == Status.REMOVED
    if is_removed and not is_charged_back(selectors.target_of(deal.pk)):
        _cancel_removed(deal)
        return
    if deal.state == DealState.DEPOSIT_DUE and not is_removed:
        _deposit_is_held(deal)  # it was whole before the bank disputed it, and we hear of both at once
    if deal.state in deal_steps.STEPS["charged_back"].sources:
        moves.freeze(deal, deed=Deed("charged_back"), opened_by="")


def _follow_lapsed(deal: Deal) -> None:
    if deal.state == DealState.DEPOSIT_DUE:
        moves.cancel(deal, deed=Deed("deposit_lapsed"), ending=Ending(Outcome.ASSET_TAKEN, money=moves.lapse))


def _follow_refunded(deal: Deal) -> None:
    moves.cancel(
        deal, deed=Deed("charge_back_lost"), ending=Ending(Outcome.CHARGED_BACK, money=moves.refund_all)
    )


def _is_charged_back(deal: Deal) -> bool:
    return deal.state == DealState.DISPUTED and not deal.disputed_by


def _cancel_removed(deal: Deal) -> None:
    ending = Ending(Outcome.LISTING_REMOVED, money=moves.refund_all, seller_marked=True)
    moves.cancel(deal, deed=Deed("listing_removed"), ending=ending)


def _deposit_is_held(deal: Deal) -> None:
    reserve(listing_id=deal.listing_id)
    now = clock.now()
    days = timedelta(days=int(config.PAPERS_DAYS))
    moves.move(
        deal,
        deed=Deed("deposit_held"),
        deposit_held_at=now,
        deadline_at=now + days,
        overdue_at=None,
        reminded=0,
    )
    publish(
        DealDepositHeld(
            deal_id=deal.pk, listing_id=deal.listing_id, buyer_id=deal.buyer_id, owner_id=deal.owner_id
        )
    )
    go_on_to_handover(deal)
    tell_of_deal(
        deal,
        kind="deal_deposit_held",
        amount=str(deal.deposit_amount),
        currency=deal.currency,
        policy=deal.policy,
    )
    note_in_conversation(deal, code="deal_deposit_held")
