"""Somebody asks about a listing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.agency import Right
from brokers.enums import LeadSource
from brokers.models import Lead
from brokers.services.contacting import listing_to_contact
from brokers.services.leads import open_lead
from chat.services import open_listing_conversation, send
from key2key.common import clock
from listings.selectors import seller_people
from notifications.services import notify


@dataclass(frozen=True)
class Inquiry:
    """What came of a question. `is_first` when this person had not asked about this listing before."""

    lead: Lead
    conversation_id: UUID
    is_first: bool


@transaction.atomic
def inquire(*, listing_id: UUID, by: Any, message: str, client_id: UUID, phone: str = "") -> Inquiry:
    """Ask about a listing: a lead for its side, a conversation, the first message in it.

    Who asks again gets the same lead and conversation; the message is said all the same, once for each
    `client_id`. Locks the lead, then the conversation. The seller's side is told of the first question;
    of later ones chat tells.

    Raises NotFound (not visible, one's own, blocked), NotAllowed ("not_verified"; "not_allowed": the
    conversation is closed), Throttled, ClientIdReused ("cmid_mismatch"), InvalidInput.
    """
    listing = listing_to_contact(by, listing_id=listing_id)
    lead, _is_new = open_lead(listing=listing, buyer_id=by.pk, source=LeadSource.WEB_FORM)
    conversation, _is_opened = open_listing_conversation(buyer_id=by.pk, listing_id=listing_id)
    is_first = lead.asked_at is None
    lead.asked_at = lead.asked_at or clock.now()
    lead.conversation_id, lead.phone = conversation.pk, phone or lead.phone
    lead.save(update_fields=["asked_at", "conversation_id", "phone", "updated_at"])
    if is_first:
        for person in seller_people(listing, right=Right.WORK_LEADS):
            words = {"listing": listing.title, "person": by.full_name, "link": f"/leads/{lead.pk}"}
            notify(kind="lead_new", user=person, data=words)
    send(by=by, conversation_id=conversation.pk, client_id=client_id, body=message)
    return Inquiry(lead=lead, conversation_id=conversation.pk, is_first=is_first)
