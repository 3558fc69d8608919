"""Leads: opened once per person and listing, worked on by the seller's side, moved along by what happens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from brokers import lead_stages, selectors
from brokers.enums import LeadSource, LeadStage
from brokers.events import LeadAnswered, LeadOpened
from brokers.models import Lead, LeadNote
from chat.selectors import first_answer_at
from key2key.common import audit, batches
from key2key.common.conditions import Precondition, always
from key2key.common.errors import Fault, InvalidInput
from key2key.common.events import publish
from listings.models import Listing

SIXTY = 60


def open_lead(*, listing: Listing, buyer_id: UUID, source: LeadSource, **columns: Any) -> tuple[Lead, bool]:
    """The person's lead on the listing, locked, and whether it is new. In the caller's transaction.

    However many ask for it at the same moment, one makes it; the others wait for that one.
    """
    lead, is_new = Lead.objects.get_or_create(
        listing=listing,
        buyer_id=buyer_id,
        defaults={
            "owner_id": listing.owner_id,
            "organisation_id": listing.organisation_id,
            "source": source,
            **columns,
        },
    )
    if not is_new:
        return selectors.lock_lead(lead.pk), False
    audit.record(actor=lead.buyer, action="lead.opened", subject=lead)
    publish(LeadOpened(lead_id=lead.pk, listing_id=listing.pk, owner_id=listing.owner_id, buyer_id=buyer_id))
    return lead, True


@transaction.atomic
def change_lead(*, lead_id: UUID, by: Any, changes: Mapping[str, Any], check: Precondition = always) -> Lead:
    """Change what is given: `stage` with `lost_reason`, `tags`, `next_action`, `next_action_at`, `assignee`.

    Raises NotFound, Stale, Conflict ("illegal_transition"), InvalidInput.
    """
    lead = selectors.lock_worked_lead(by, lead_id=lead_id)
    check(lead)
    before = lead.stage
    values = {**changes, **_stage(lead, changes)}
    if "assignee" in values:
        values["owner_id"] = _assignee(lead, to=values.pop("assignee"))
    for name, value in values.items():
        setattr(lead, name, value)
    if values:
        lead.save(update_fields=[*values, "updated_at"])
    if lead.stage != before:
        _record_move(lead, by=by, reason=lead.lost_reason)
    elif values:
        audit.record(actor=by, action="lead.changed", subject=lead)
    return selectors.seen_lead(by, lead_id=lead_id)


@transaction.atomic
def add_note(*, lead_id: UUID, by: Any, text: str) -> LeadNote:
    """Write something down about a lead, for colleagues. Raises NotFound."""
    lead = selectors.lock_worked_lead(by, lead_id=lead_id)
    note = LeadNote.objects.create(lead=lead, author=by, text=text)
    audit.record(actor=by, action="lead.noted", subject=lead)
    return note


@transaction.atomic
def follow_lead(*, listing_id: UUID, buyer_id: UUID, stage: LeadStage) -> Lead:
    """Carry the person's lead forward to the stage that something led to; make it when none is there.

    Never back, and never out of lost or spam. Safe to repeat and to hear in any order.
    """
    listing = Listing.objects.get(pk=listing_id)
    source = lead_stages.SOURCES[stage]
    lead, _is_new = open_lead(listing=listing, buyer_id=buyer_id, source=source, stage=stage)
    if lead_stages.leads_forward(lead.stage, to=stage):
        _move(lead, to=stage)
    return lead


@transaction.atomic
def note_conversation(*, conversation_id: UUID, listing_id: UUID | None, buyer_id: UUID) -> None:
    """Somebody turned to a listing's seller in the chat: that is a lead too. Others are not ours."""
    if listing_id is None:
        return
    asked_at = selectors.conversation_opened_at(conversation_id)
    lead, is_new = open_lead(
        listing=Listing.objects.get(pk=listing_id),
        buyer_id=buyer_id,
        source=LeadSource.CHAT,
        conversation_id=conversation_id,
        asked_at=asked_at,
    )
    if not is_new and lead.conversation_id != conversation_id:
        lead.conversation_id, lead.asked_at = conversation_id, lead.asked_at or asked_at
        lead.save(update_fields=["conversation_id", "asked_at", "updated_at"])


def read_lead(*, lead_id: UUID, by: Any) -> Lead:
    """One lead as it stands, its first answer noted when one was given a moment ago. Raises NotFound."""
    lead = selectors.seen_lead(by, lead_id=lead_id)
    is_noted = lead.first_answered_at is None and note_answer(lead_id)
    return selectors.seen_lead(by, lead_id=lead_id) if is_noted else lead


def note_answers(*, limit: int = 500) -> int:
    """Note the first answers that were given meanwhile. Returns how many; what failed waits."""
    ids = selectors.unmeasured_answers().values_list("pk", flat=True)[:limit]
    return batches.each_alone(list(ids), deed=note_answer)


@transaction.atomic
def note_answer(lead_id: UUID) -> bool:
    """Note when the seller's side first answered, once. False when it has not, or that is known."""
    lead = selectors.lock_lead(lead_id)
    if lead.first_answered_at is not None or lead.conversation_id is None or lead.asked_at is None:
        return False
    answered_at = first_answer_at(lead.conversation_id, after=lead.asked_at)
    if answered_at is None:
        return False
    lead.first_answered_at = answered_at
    lead.response_minutes = int((answered_at - lead.asked_at).total_seconds() // SIXTY)
    lead.save(update_fields=["first_answered_at", "response_minutes", "updated_at"])
    if lead_stages.leads_forward(lead.stage, to=LeadStage.CONTACTED):
        _move(lead, to=LeadStage.CONTACTED)
    publish(LeadAnswered(lead_id=lead.pk, listing_id=lead.listing_id, minutes=lead.response_minutes))
    return True


def _move(lead: Lead, *, to: LeadStage) -> None:
    lead.stage = to
    lead.save(update_fields=["stage", "updated_at"])
    _record_move(lead, by=None)


def _record_move(lead: Lead, *, by: Any, reason: str = "") -> None:
    audit.record(actor=by, action=f"lead.{lead.stage}", subject=lead, reason=reason)


def _stage(lead: Lead, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a move, judged: a lost lead says why, every other one says nothing there."""
    stage = changes.get("stage", lead.stage)
    if stage != lead.stage:
        lead_stages.require(lead.stage, to=stage)
    if stage != LeadStage.LOST:
        if changes.get("lost_reason"):
            raise InvalidInput(faults=[Fault("/lost_reason", "not_allowed_here", _("It is not lost."))])
        return {"stage": stage, "lost_reason": ""} if stage != lead.stage else {}
    if not changes.get("lost_reason", lead.lost_reason):
        raise InvalidInput(faults=[Fault("/lost_reason", "required", _("Say why it was lost."))])
    return {}


def _assignee(lead: Lead, *, to: UUID) -> UUID:
    if not selectors.may_be_assigned(lead, to=to):
        detail = _("No colleague of yours who works on leads.")
        raise InvalidInput(faults=[Fault("/assignee", "does_not_exist", detail)])
    return to
