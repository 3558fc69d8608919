"""Both sides tick the papers that they have seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from constance import config
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from brokers import deal_steps, selectors
from brokers.enums import DealState
from brokers.models import Deal, DealPaper
from brokers.services import moves
from brokers.services.moves import Deed
from brokers.services.telling import note_in_conversation, tell_of_deal
from key2key.common import clock
from key2key.common.conditions import Precondition, always
from key2key.common.errors import Fault, InvalidInput


@transaction.atomic
def tick_paper(*, deal_id: UUID, by: Any, slug: str, check: Precondition = always) -> Deal:
    """Say that one has seen a paper. When both sides have ticked all required ones, the handover begins.

    A second tick changes nothing. Raises NotFound, Stale, Conflict ("illegal_transition"), InvalidInput
    ("unknown_paper").
    """
    deal = selectors.lock_seen_deal(by, deal_id=deal_id)
    check(deal)
    side = selectors.side_of(deal, by)
    deal_steps.require("tick_paper", of=deal, side=side, at=clock.now())
    paper = _paper(deal, slug)
    if getattr(paper, f"{side}_ticked_at") is None:
        setattr(paper, f"{side}_ticked_at", clock.now())
        setattr(paper, f"{side}_ticked_by", by)
        paper.save(update_fields=[f"{side}_ticked_at", f"{side}_ticked_by", "updated_at"])
        moves.move(deal, deed=Deed("tick_paper", by=by, side=side, reason=slug))
        go_on_to_handover(deal)
    return selectors.seen_deal(by, deal_id=deal_id)


def go_on_to_handover(deal: Deal) -> None:
    """Begin the handover of a locked deal when no required paper is missing."""
    if deal.state != DealState.DEPOSIT_HELD:
        return
    if any(paper.required and not paper.is_done for paper in deal.papers.all()):
        return
    now = clock.now()
    deadline = now + timedelta(days=int(config.HANDOVER_DAYS))
    moves.move(deal, deed=Deed("papers_done"), handover_at=now, deadline_at=deadline, overdue_at=None)
    tell_of_deal(deal, kind="deal_handover", deadline=deadline.isoformat())
    note_in_conversation(deal, code="deal_handover")


def _paper(deal: Deal, slug: str) -> DealPaper:
    for paper in deal.papers.all():
        if paper.slug == slug:
            return paper
    fault = Fault("/paper", "unknown_paper", _("This deal knows no such paper."))
    raise InvalidInput(faults=[fault])
