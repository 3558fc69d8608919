"""Who may see which deal, and the locks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.agency import Right
from accounts.selectors import organisations_where
from brokers.enums import ENDED, DealState
from brokers.models import Deal, DealDecision, Lead, RequiredPaper
from key2key.common import clock
from key2key.common.errors import NotFound
from listings.models import Listing
from payments.selectors import HoldProgress, progress_of
from payments.targets import Target

TARGET = "deal"  # how payments call it
REMINDERS = (7, 2)  # days before the papers are due


def target_of(deal_id: UUID) -> Target:
    """The deal as payments know it."""
    return Target(TARGET, deal_id)


def with_details(rows: QuerySet[Deal]) -> QuerySet[Deal]:
    """The rows with everything that the full answer shows."""
    return rows.select_related(
        "listing", "listing__seller", "offer", "buyer", "owner", "organisation"
    ).prefetch_related("papers", "codes", "evidence", "reviews", "steps")


def deals_seen_by(user: Any) -> QuerySet[Deal]:
    """The deals of which this person, or an organisation of theirs, is a side, whole."""
    organisations = organisations_where(user, right=Right.DEAL)
    mine = Q(owner=user, organisation__isnull=True) | Q(organisation_id__in=organisations)
    return with_details(Deal.objects.filter(Q(buyer=user) | mine))


def seen_deal(user: Any, *, deal_id: UUID) -> Deal:
    """One deal of which this person is a side. Raises NotFound."""
    return _one(deals_seen_by(user), deal_id=deal_id)


def lock_seen_deal(user: Any, *, deal_id: UUID) -> Deal:
    """One deal of which this person is a side, locked. Raises NotFound."""
    return _one(_locked(deals_seen_by(user)), deal_id=deal_id)


def lock_deal(deal_id: UUID) -> Deal:
    """Any deal, locked: for staff and the product itself. Raises NotFound."""
    return _one(_locked(with_details(Deal.objects.all())), deal_id=deal_id)


def due_deals() -> QuerySet[Deal]:
    """Open deals for which the clock has something to do, the first first."""
    now = clock.now()
    first, last = (now + timedelta(days=days) for days in REMINDERS)
    papers = Q(state=DealState.DEPOSIT_HELD)
    over = Q(deadline_at__lte=now)
    remind = papers & (Q(reminded=0, deadline_at__lte=first) | Q(reminded=1, deadline_at__lte=last))
    waiting = Deal.objects.exclude(state__in=sorted(ENDED)).filter(overdue_at__isnull=True)
    return waiting.filter(over | remind).order_by("deadline_at")


def papers_needed(listing: Listing) -> QuerySet[RequiredPaper]:
    """The papers that a deal on this listing needs or may need, by the rules of today."""
    today = clock.today()
    rules = RequiredPaper.objects.filter(
        market=listing.market, kind=listing.kind, purposes__contains=[listing.purpose], valid_from__lte=today
    )
    return rules.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today)).order_by("position", "slug")


def waiting_decision(deal: Deal) -> DealDecision | None:
    """The decision that waits for a second member of staff."""
    return deal.decisions.filter(taken_at__isnull=True, dropped_at__isnull=True).first()


def deposits_of(deals: Iterable[Deal]) -> dict[UUID, HoldProgress]:
    """How far the deposits of several deals are paid, by deal."""
    return progress_of(TARGET, [deal.pk for deal in deals])


def conversation_of(*, listing_id: UUID, buyer_id: UUID) -> UUID | None:
    """The conversation between the buyer and the seller's side, if they have one."""
    lead = Lead.objects.filter(listing_id=listing_id, buyer_id=buyer_id)
    return lead.values_list("conversation_id", flat=True).first()


def _locked(rows: QuerySet[Deal]) -> QuerySet[Deal]:
    return rows.select_for_update(of=("self",), no_key=True)


def _one(rows: QuerySet[Deal], *, deal_id: UUID) -> Deal:
    found = rows.filter(pk=deal_id).first()
    if found is None:
        raise NotFound
    return found
