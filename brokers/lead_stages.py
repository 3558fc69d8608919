"""How a lead moves: by hand as the table allows, by itself forward only."""

from __future__ import annotations

from collections.abc import Mapping

from brokers.enums import LeadSource, LeadStage
from key2key.common.errors import IllegalTransition

S = LeadStage
MOVES: Mapping[LeadStage, frozenset[LeadStage]] = {
    S.NEW: frozenset({S.CONTACTED, S.QUALIFIED, S.VIEWING, S.NEGOTIATING, S.LOST, S.SPAM}),
    S.CONTACTED: frozenset({S.QUALIFIED, S.VIEWING, S.NEGOTIATING, S.LOST, S.SPAM}),
    S.QUALIFIED: frozenset({S.CONTACTED, S.VIEWING, S.NEGOTIATING, S.LOST, S.SPAM}),
    S.VIEWING: frozenset({S.CONTACTED, S.QUALIFIED, S.NEGOTIATING, S.WON, S.LOST, S.SPAM}),
    S.NEGOTIATING: frozenset({S.QUALIFIED, S.VIEWING, S.WON, S.LOST}),
    S.WON: frozenset(),
    S.LOST: frozenset({S.CONTACTED, S.QUALIFIED}),
    S.SPAM: frozenset({S.CONTACTED}),
}
ENDED = frozenset({S.WON, S.LOST, S.SPAM})
_WAY = (S.NEW, S.CONTACTED, S.QUALIFIED, S.VIEWING, S.NEGOTIATING, S.WON)

# What made a lead when nobody had asked before.
SOURCES: Mapping[LeadStage, LeadSource] = {
    S.VIEWING: LeadSource.VIEWING_REQUEST,
    S.NEGOTIATING: LeadSource.OFFER,
    S.WON: LeadSource.OFFER,
}


def allowed_stages(stage: str) -> list[str]:
    """Where somebody may move a lead from there, in the order of the list."""
    moves = MOVES[LeadStage(stage)]
    return [str(each) for each in LeadStage if each in moves]


def require(stage: str, *, to: str) -> None:
    """That somebody may move it there. Raises Conflict ("illegal_transition" naming the legal ones)."""
    if to not in MOVES[LeadStage(stage)]:
        raise IllegalTransition(
            status_now=stage,
            allowed=allowed_stages(stage),
        )


def leads_forward(stage: str, *, to: str) -> bool:
    """Whether what happened carries a lead there. Nothing carries it out of lost or spam."""
    return stage in _WAY and _WAY.index(LeadStage(to)) > _WAY.index(LeadStage(stage))
