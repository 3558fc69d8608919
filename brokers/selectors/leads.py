"""Who may see which lead, and the locks. A lead is locked after offers and viewings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Exists, F, FloatField, OuterRef, Q, QuerySet

from accounts.agency import Right
from accounts.selectors import members_with, organisations_where
from brokers.enums import LeadStage
from brokers.lead_stages import ENDED
from brokers.models import Lead, LeadNote
from chat.models import Conversation, Message
from key2key.common import clock
from key2key.common.errors import NotFound

MEASURED = timedelta(days=90)


class Median(Aggregate):
    """The value in the middle."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def leads_seen_by(user: Any, *, right: Right = Right.SEE_LEADS) -> QuerySet[Lead]:
    """Who is interested in what this person, or an organisation of theirs, offers."""
    organisations = organisations_where(user, right=right)
    mine = Q(owner=user, organisation__isnull=True) | Q(organisation_id__in=organisations)
    return Lead.objects.filter(mine).select_related("listing", "buyer", "owner")


def overdue(rows: QuerySet[Lead], *, at: datetime) -> QuerySet[Lead]:
    """Those whose next action was due before that moment."""
    return rows.filter(next_action_at__lt=at).exclude(stage__in=sorted(ENDED))


def seen_lead(user: Any, *, lead_id: UUID) -> Lead:
    """One lead of the person's side. Raises NotFound."""
    return _one(leads_seen_by(user).filter(pk=lead_id))


def lock_worked_lead(user: Any, *, lead_id: UUID) -> Lead:
    """One lead that the person may work on, locked. Raises NotFound."""
    rows = leads_seen_by(user, right=Right.WORK_LEADS)
    return _one(rows.filter(pk=lead_id).select_for_update(of=("self",), no_key=True))


def lock_lead(lead_id: UUID) -> Lead:
    """Any lead, locked: for the product itself. Raises NotFound."""
    return _one(Lead.objects.filter(pk=lead_id).select_for_update(no_key=True))


def lock_leads_of(buyer_id: UUID) -> QuerySet[Lead]:
    """Everything that a person was interested in, locked in id order."""
    return Lead.objects.filter(buyer_id=buyer_id).order_by("pk").select_for_update(no_key=True)


def notes_of(user: Any, *, lead_id: UUID) -> QuerySet[LeadNote]:
    """What colleagues wrote down about one lead of the person's side. Raises NotFound."""
    return seen_lead(user, lead_id=lead_id).notes.select_related("author")


def may_be_assigned(lead: Lead, *, to: UUID) -> bool:
    """Whether that person can look after the lead: its owner, or a colleague who works on leads."""
    if lead.organisation_id is None:
        return lead.owner_id == to
    return members_with(lead.organisation_id, right=Right.WORK_LEADS).filter(pk=to).exists()


def unmeasured_answers() -> QuerySet[Lead]:
    """Leads that were answered, as their conversation shows, though nobody has noted it yet."""
    answers = Message.objects.filter(
        conversation_id=OuterRef("conversation_id"), created_at__gt=OuterRef("asked_at")
    ).exclude(sender_id=OuterRef("buyer_id"))
    waiting = Lead.objects.filter(first_answered_at__isnull=True, conversation_id__isnull=False)
    return waiting.filter(Exists(answers)).order_by("asked_at")


def conversation_opened_at(conversation_id: UUID) -> datetime:
    """When a conversation began."""
    began: datetime = Conversation.objects.values_list("created_at", flat=True).get(pk=conversation_id)
    return began


def usual_minutes(*, of: str) -> dict[UUID, int]:
    """The median time to a first answer over the last 90 days by `of`: "owner" or "organisation".

    For owners their leads of whatever seller count: it is the person who answered.
    """
    since = clock.now() - MEASURED
    rows = Lead.objects.filter(
        response_minutes__isnull=False, asked_at__gte=since, **{f"{of}__isnull": False}
    )
    rows = rows.exclude(stage=LeadStage.SPAM).order_by()
    medians = rows.values(who=F(of)).annotate(median=Median("response_minutes"))
    return {row["who"]: round(row["median"]) for row in medians}


def _one(rows: QuerySet[Lead]) -> Lead:
    found = rows.first()
    if found is None:
        raise NotFound
    return found
