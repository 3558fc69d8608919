"""One sentence that says what happens next in a deal and who must act, in the caller's language.

Every sentence stands whole, for each side, so that it can be translated whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brokers import deal_steps
from brokers.enums import DealState, Outcome, Refundable, Side
from brokers.models import Deal
from brokers.terms import percent

KEEPERS = {
    "partner_bank": lambda: _("in a bank account in trust"),
    "gateway_split": lambda: _("at the payment company"),
    "platform_ledger": lambda: _("by Key2Key"),
    "manual": lambda: _("by the seller's broker"),
}


@dataclass(frozen=True)
class Seen:
    """A deal as one side sees it now; `paid` is what lies under the deposit already.

    `waits_for_keeper`: what was decided about the deposit is still to be carried out by whoever keeps it.
    """

    deal: Deal
    side: Side
    at: datetime
    paid: Decimal = Decimal(0)
    proof_waiting: bool = False
    waits_for_keeper: bool = False

    @property
    def is_buyer(self) -> bool:
        """Whether the buyer reads it."""
        return self.side == Side.BUYER

    @property
    def words(self) -> dict[str, Any]:
        """What every sentence may name."""
        deal = self.deal
        return {
            "deposit": money(deal.deposit_amount, deal.currency),
            "paid": money(self.paid, deal.currency),
            "left": money(deal.deposit_amount - self.paid, deal.currency),
            "keeper": keeper(deal.policy),
            "deadline": moment(deal.deadline_at),
        }


def next_step(seen: Seen) -> str:
    """The sentence."""
    return str(_SENTENCES[DealState(seen.deal.state)](seen))


def keeper(policy: str) -> str:
    """Who keeps the deposit, as the end of a sentence."""
    return KEEPERS[policy]()


def money(amount: Decimal, currency: str) -> str:
    """An amount as people write it; cents only where there are some."""
    whole = amount == amount.to_integral_value()
    return f"{currency} {amount:,.0f}" if whole else f"{currency} {amount:,.2f}"


def moment(value: datetime | None) -> str:
    """A time in the market's zone, as people write it."""
    if value is None:
        return ""
    return date_format(value.astimezone(ZoneInfo(settings.MARKET_TIME_ZONE)), "j F Y, H:i")


def _deposit_due(seen: Seen) -> str:
    deal = seen.deal
    if seen.proof_waiting:
        if seen.is_buyer:
            return _("Our staff are looking at your bank receipt; the deadline waits for their answer.")
        return _("Our staff are looking at the buyer's bank receipt; the deadline waits for their answer.")
    if deal.deadline_at is not None and deal.deadline_at <= seen.at:
        return _("The time to pay the deposit ended on %(deadline)s; the deal is being closed.") % seen.words
    if seen.is_buyer:
        sentence = (
            _("You have paid %(paid)s of the deposit of %(deposit)s; pay the other %(left)s by %(deadline)s.")
            if seen.paid
            else _(
                "Pay the deposit of %(deposit)s by %(deadline)s; "
                "it is kept %(keeper)s until the keys change hands."
            )
        )
    else:
        sentence = (
            _("The buyer has paid %(paid)s of the deposit of %(deposit)s and pays the rest by %(deadline)s.")
            if seen.paid
            else _("The buyer pays the deposit of %(deposit)s by %(deadline)s; you need not act.")
        )
    return sentence % seen.words


def _deposit_held(seen: Seen) -> str:
    mine, theirs = (_missing(seen.deal, side) for side in (seen.side, seen.side.other))
    words = {**seen.words, "papers": ", ".join(mine or theirs)}
    if seen.deal.overdue_at is not None:
        sentence = _("The papers are overdue: our staff are looking at the deal and will call you both.")
    elif mine:
        sentence = _(
            "The deposit is kept %(keeper)s: look at these papers and tick them by %(deadline)s, "
            "then the handover begins: %(papers)s."
        )
    elif seen.is_buyer:
        sentence = _(
            "You have ticked your papers; the seller still has to tick these by %(deadline)s: %(papers)s."
        )
    else:
        sentence = _(
            "You have ticked your papers; the buyer still has to tick these by %(deadline)s: %(papers)s."
        )
    return sentence % words


def _handover(seen: Seen) -> str:
    deal, side = seen.deal, seen.side
    if any(deal_steps.is_locked(deal, each) for each in Side):
        return _("Wrong codes were entered too often: our staff will call you both.")
    if deal.overdue_at is not None:
        return _("The handover is overdue: our staff are looking at the deal and will call you both.")
    entered = (deal_steps.has_entered(deal, side), deal_steps.has_entered(deal, side.other))
    buyer, seller = _HANDOVER[entered]()
    return (buyer if seen.is_buyer else seller) % seen.words


# (this side has entered the other's code, the other side has entered this side's) -> buyer, seller
_HANDOVER = {
    (False, False): lambda: (
        _(
            "Meet for the handover by %(deadline)s: when you hold the keys, give the seller your code "
            "and enter the seller's code."
        ),
        _(
            "Meet for the handover by %(deadline)s: when the buyer holds the keys, give the buyer your code "
            "and enter the buyer's code."
        ),
    ),
    (True, False): lambda: (
        _("You have entered the seller's code; give the seller your code, to be entered by %(deadline)s."),
        _("You have entered the buyer's code; give the buyer your code, to be entered by %(deadline)s."),
    ),
    (False, True): lambda: (
        _("The seller has entered your code; enter the seller's code by %(deadline)s to complete the deal."),
        _("The buyer has entered your code; enter the buyer's code by %(deadline)s to complete the deal."),
    ),
}


def _completed(seen: Seen) -> str:
    if deal_steps.STEPS["review"].is_open_to(seen.deal, side=seen.side, at=seen.at):
        words = {**seen.words, "until": moment(deal_steps.reviews_end_at(seen.deal))}
        if seen.is_buyer:
            return _("The keys have changed hands; write a review of the seller until %(until)s.") % words
        if seen.waits_for_keeper:
            return (
                _(
                    "The keys have changed hands; the deposit is kept %(keeper)s until our staff have its "
                    "release confirmed. Write a review of the buyer until %(until)s."
                )
                % words
            )
        return (
            _(
                "The keys have changed hands and the deposit is released to you; "
                "write a review of the buyer until %(until)s."
            )
            % words
        )
    if seen.is_buyer:
        return _("The keys have changed hands; there is nothing left to do.")
    if seen.waits_for_keeper:
        return (
            _(
                "The keys have changed hands; the deposit is kept %(keeper)s until our staff have its "
                "release confirmed."
            )
            % seen.words
        )
    return _("The keys have changed hands and the deposit is released to you; there is nothing left to do.")


def _cancel_requested(seen: Seen) -> str:
    words = {**seen.words, "then": _consequence(seen)}
    if seen.deal.cancel_asked_by == seen.side:
        if seen.is_buyer:
            return (
                _(
                    "You asked to cancel; the seller answers by %(deadline)s. "
                    "If the seller agrees or is silent, %(then)s."
                )
                % words
            )
        return (
            _(
                "You asked to cancel; the buyer answers by %(deadline)s. "
                "If the buyer agrees or is silent, %(then)s."
            )
            % words
        )
    if seen.is_buyer:
        return (
            _(
                "The seller asks to cancel: agree or refuse by %(deadline)s. "
                "If you agree or say nothing, %(then)s; if you refuse, our staff decide."
            )
            % words
        )
    return (
        _(
            "The buyer asks to cancel: agree or refuse by %(deadline)s. "
            "If you agree or say nothing, %(then)s; if you refuse, our staff decide."
        )
        % words
    )


def _consequence(seen: Seen) -> str:
    deal = seen.deal
    by_seller = deal.cancel_asked_by == Side.SELLER
    refundable = Refundable.FULL if by_seller else Refundable(deal.refundable)
    words = {
        **seen.words,
        "back": money(percent(deal.deposit_amount, deal.refundable_percent), deal.currency),
    }
    buyer, seller = {
        Refundable.FULL: lambda: (
            _("the whole deposit of %(deposit)s goes back to you"),
            _("the whole deposit of %(deposit)s goes back to the buyer"),
        ),
        Refundable.PARTIAL: lambda: (
            _("%(back)s of the deposit of %(deposit)s go back to you and the rest to the seller"),
            _("%(back)s of the deposit of %(deposit)s go back to the buyer and the rest to you"),
        ),
        Refundable.NONE: lambda: (
            _("the deposit of %(deposit)s goes to the seller"),
            _("the deposit of %(deposit)s goes to you"),
        ),
    }[refundable]()
    return (buyer if seen.is_buyer else seller) % words


def _disputed(seen: Seen) -> str:
    deal = seen.deal
    if not deal.disputed_by:
        return _("The payer's bank disputes the payment: the deposit is frozen until the bank has decided.")
    if deal.overdue_at is not None:
        return _("Our staff decide this dispute next; the deposit is frozen, and you may still add evidence.")
    if deal.disputed_by == seen.side:
        return (
            _("You asked our staff to decide; they answer by %(deadline)s. Add your evidence until then.")
            % seen.words
        )
    if seen.is_buyer:
        sentence = _(
            "The seller asked our staff to decide; they answer by %(deadline)s. Add your evidence until then."
        )
    else:
        sentence = _(
            "The buyer asked our staff to decide; they answer by %(deadline)s. Add your evidence until then."
        )
    return sentence % seen.words


def _cancelled(seen: Seen) -> str:
    if not seen.is_buyer:
        return _cancelled_for_seller(seen)
    deal = seen.deal
    refund = deal.refund_amount or Decimal(0)
    words = {**seen.words, "back": money(refund, deal.currency)}
    if refund and seen.waits_for_keeper:
        return (
            _(
                "The deal is cancelled; %(back)s of your money go back to you. They are kept %(keeper)s "
                "until our staff have that confirmed."
            )
            % words
        )
    if refund:
        return _("The deal is cancelled; %(back)s of your money go back the way you paid.") % words
    if deal.outcome == Outcome.ASSET_TAKEN:
        return _("Another deposit was complete first, so the deal is cancelled; what you paid goes back.")
    if deal.deposit_held_at is None:
        return _("The deal is cancelled; nothing was paid, so there is nothing left to do.")
    if deal.outcome == Outcome.CHARGED_BACK:
        return _("The deal is cancelled, because your bank took the payment back.")
    return _("The deal is cancelled; by its terms the deposit went to the seller.")


def _cancelled_for_seller(seen: Seen) -> str:
    deal = seen.deal
    if deal.outcome == Outcome.LISTING_REMOVED:
        return _("The deal is cancelled, because our staff removed the listing; the money goes back.")
    if deal.outcome == Outcome.CHARGED_BACK:
        return _("The deal is cancelled, because the payer's bank took the payment back.")
    if deal.outcome == Outcome.ASSET_TAKEN:
        return _("Another deposit was complete first, so this deal is cancelled.")
    kept = deal.deposit_amount - (deal.refund_amount or Decimal(0))
    if deal.deposit_held_at is not None and kept > 0:
        words = {**seen.words, "kept": money(kept, deal.currency)}
        if seen.waits_for_keeper:
            return (
                _(
                    "The deal is cancelled; %(kept)s of the deposit go to you. They are kept %(keeper)s "
                    "until our staff have that confirmed."
                )
                % words
            )
        return _("The deal is cancelled; %(kept)s of the deposit are released to you.") % words
    return _("The deal is cancelled; your listing can be sold to somebody else again.")


_SENTENCES = {
    DealState.DEPOSIT_DUE: _deposit_due,
    DealState.DEPOSIT_HELD: _deposit_held,
    DealState.HANDOVER: _handover,
    DealState.COMPLETED: _completed,
    DealState.CANCEL_REQUESTED: _cancel_requested,
    DealState.DISPUTED: _disputed,
    DealState.CANCELLED: _cancelled,
}


def _missing(deal: Deal, side: Side) -> list[str]:
    return [
        paper.name
        for paper in deal.papers.all()
        if paper.required and getattr(paper, f"{side}_ticked_at") is None
    ]
