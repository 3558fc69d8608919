"""What we sell ourselves: who may buy it now, and for how much (payments/targets.py).

Nothing is locked for a quote: what is bought begins only if it still can when the money is there.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.agency import Right
from accounts.selectors import has_right
from key2key.common.errors import Conflict, Fault, InvalidInput, NotFound
from key2key.common.money import Money
from listings.enums import HiddenReason, Status
from listings.fees import fee_of
from listings.models import Listing
from listings.selectors import acts_for_seller, seen_listing
from payments import entitlements
from payments.enums import Purpose
from payments.targets import PayableTarget, Quote, Wish


def _quote_boost(user: Any, listing_id: UUID, wish: Wish) -> Quote:
    """A better place for a listing of one's own, or of one's organisation, that everybody can see.

    Raises NotFound, Conflict ("listing_not_active"), InvalidInput.
    """
    listing = _own_listing(user, listing_id)
    if listing.status != Status.ACTIVE or not listing.is_visible:
        raise Conflict(
            "listing_not_active",
            _("Only a listing that buyers can see can be boosted."),
            status_now=listing.status,
        )
    prices = entitlements.boost_prices()
    if wish.days not in prices:
        choice = ", ".join(str(days) for days in prices)
        raise InvalidInput(faults=[Fault("/days", "invalid", _("One of these numbers of days: %s") % choice)])
    words = _("Boost for %(days)d days: %(title)s") % {"days": wish.days, "title": listing.title}
    return _service(prices[wish.days], words)


def _quote_fee(user: Any, listing_id: UUID, _wish: Wish) -> Quote:
    """The fee that a listing waits for. Raises NotFound, Conflict ("no_fee_due")."""
    listing, fee = _own_listing(user, listing_id), None
    if listing.status == Status.PENDING_PAYMENT or HiddenReason.FEE_UNPAID in listing.hidden_reasons:
        fee = fee_of(listing.kind)
    if fee is None:
        raise Conflict("no_fee_due", _("No fee is due for this listing."), status_now=listing.status)
    return _service(fee, _("Listing fee: %s") % listing.title)


def _quote_plan(user: Any, plan_id: UUID, wish: Wish) -> Quote:
    """A plan for oneself, or for an organisation that one manages. Raises NotFound, InvalidInput."""
    plan = entitlements.plan_on_sale(plan_id)
    organisation = wish.organisation
    if organisation and not has_right(user, organisation_id=organisation, right=Right.MANAGE_MEMBERS):
        raise NotFound
    price = entitlements.price_of(plan, currency=wish.currency)
    if price is None:
        raise InvalidInput(
            faults=[Fault("/currency", "other_currency", _("The plan has no price in this currency."))]
        )
    words = _("Plan %(plan)s for %(days)d days") % {"plan": plan.name, "days": plan.period_days}
    return _service(price, words)


def _own_listing(user: Any, listing_id: UUID) -> Listing:
    listing = seen_listing(user, listing_id=listing_id)
    if not acts_for_seller(user, listing, right=Right.EDIT_LISTINGS):
        raise NotFound
    return listing


def _service(price: Money, words: Any) -> Quote:
    return Quote(amount=price, payee_id=None, hold_id=None, description=str(words))


def _lock(_target_id: UUID) -> None:
    """There is nothing to lock."""


ON_SALE = (
    PayableTarget(purpose=Purpose.BOOST, type="listing", quote=_quote_boost, lock=_lock),
    PayableTarget(purpose=Purpose.LISTING_FEE, type="listing", quote=_quote_fee, lock=_lock),
    PayableTarget(purpose=Purpose.SUBSCRIPTION, type="plan", quote=_quote_plan, lock=_lock),
)
