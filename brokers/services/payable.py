"""What payments ask about the deposit of a deal (payments/targets.py)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from brokers import deal_steps, selectors
from brokers.enums import Side
from key2key.common import clock
from key2key.common.errors import Conflict, NotAllowed
from key2key.common.money import Money
from payments.enums import Purpose
from payments.selectors import hold_of
from payments.targets import PayableTarget, Quote, Wish


def _quote(user: Any, deal_id: UUID, _wish: Wish) -> Quote:
    """The deposit of a deal, for its buyer while it is due.

    Raises NotFound, NotAllowed ("not_the_buyer"), Conflict ("illegal_transition", "deposit_time_over").
    """
    deal = selectors.seen_deal(user, deal_id=deal_id)
    side, now = selectors.side_of(deal, user), clock.now()
    if side != Side.BUYER:
        raise NotAllowed("not_the_buyer", _("The buyer pays the deposit."))
    deal_steps.require("pay", of=deal, side=side, at=now)
    if deal.deadline_at is not None and deal.deadline_at <= now:
        raise Conflict("deposit_time_over", _("The time to pay the deposit is over."))
    hold = hold_of(selectors.target_of(deal_id))
    return Quote(
        amount=Money(deal.deposit_amount, deal.currency),
        payee_id=deal.payee_id,
        hold_id=hold.pk if hold else None,
        description=deal.listing.title,
    )


def _lock(deal_id: UUID) -> None:
    """Lock the deal, so that it does not end while a payment is made. Raises NotFound."""
    selectors.lock_deal(deal_id)


DEAL_DEPOSIT = PayableTarget(purpose=Purpose.DEPOSIT, type=selectors.TARGET, quote=_quote, lock=_lock)
