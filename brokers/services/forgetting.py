"""What goes when a person is erased: their words, their phone, and what was noted about them."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from brokers import selectors
from brokers.enums import LIVE_VIEWINGS, Side, ViewingState
from brokers.events import ViewingCancelled
from brokers.models import LeadNote, Viewing
from brokers.services.viewing_news import note_viewing, tell_of_viewing
from key2key.common import audit
from key2key.common.events import publish


@transaction.atomic
def forget_interest(user_id: UUID) -> None:
    """Take the person's words out of viewings and leads; the rows stay for the other side. Safe to repeat.

    Viewings that they had before them are called off.
    """
    viewings = list(selectors.lock_viewings_of(user_id))
    ahead = [viewing for viewing in viewings if viewing.state in LIVE_VIEWINGS]
    for viewing in viewings:
        viewing.note = ""
        viewing.state = ViewingState.CANCELLED_BY_BUYER if viewing in ahead else viewing.state
        viewing.save(update_fields=["note", "state", "updated_at"])
    leads = list(selectors.lock_leads_of(user_id))
    for lead in leads:
        lead.phone, lead.lost_reason, lead.next_action, lead.tags = "", "", "", []
        lead.save(update_fields=["phone", "lost_reason", "next_action", "tags", "updated_at"])
    LeadNote.objects.filter(lead__in=leads).delete()
    for viewing in ahead:
        _call_off(viewing)


def _call_off(viewing: Viewing) -> None:
    audit.record(actor=None, action="viewing.cancel", subject=viewing)
    publish(ViewingCancelled(viewing_id=viewing.pk, listing_id=viewing.listing_id, buyer_id=viewing.buyer_id))
    tell_of_viewing(viewing, kind="viewing_cancelled", to=Side.SELLER)
    note_viewing(viewing, code="viewing_cancelled", side=Side.BUYER)
