"""A side asks staff to decide, and both show what they have."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from brokers import deal_steps, selectors
from brokers.models import Deal, DealEvidence
from brokers.services import moves
from brokers.services.moves import Deed
from brokers.services.telling import note_in_conversation
from key2key.common import clock
from key2key.common.conditions import Precondition, always


@transaction.atomic
def open_dispute(*, deal_id: UUID, by: Any, reason: str, check: Precondition = always) -> Deal:
    """Freeze the deposit and ask staff to decide.

    Raises NotFound, Stale, Conflict ("illegal_transition"; "hold_not_open": the deposit has moved on).
    """
    deal = selectors.lock_seen_deal(by, deal_id=deal_id)
    check(deal)
    side = selectors.side_of(deal, by)
    deal_steps.require("dispute", of=deal, side=side, at=clock.now())
    moves.freeze(deal, deed=Deed("dispute", by=by, side=side, reason=reason), opened_by=side)
    return selectors.seen_deal(by, deal_id=deal_id)


@transaction.atomic
def add_evidence(*, deal_id: UUID, by: Any, text: str) -> DealEvidence:
    """Say something to staff about a dispute; both sides read it.

    Raises NotFound, Conflict ("illegal_transition").
    """
    deal = selectors.lock_seen_deal(by, deal_id=deal_id)
    side = selectors.side_of(deal, by)
    deal_steps.require("evidence", of=deal, side=side, at=clock.now())
    evidence = DealEvidence.objects.create(deal=deal, side=side, author=by, text=text)
    moves.move(deal, deed=Deed("evidence", by=by, side=side))
    note_in_conversation(deal, code="deal_evidence", side=side)
    return evidence
