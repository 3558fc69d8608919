"""What each role in an organisation may do."""

from __future__ import annotations

from enum import StrEnum

from accounts.models import Membership

Role = Membership.Role


class Right(StrEnum):
    """One thing that a colleague may do in the name of the organisation."""

    SEE_LISTINGS = "see_listings"
    EDIT_LISTINGS = "edit_listings"
    SEE_LEADS = "see_leads"
    WORK_LEADS = "work_leads"
    DEAL = "deal"  # make, answer and take back offers; everything about deals
    SEE_MONEY = "see_money"
    MOVE_MONEY = "move_money"  # name the bank account, ask for what is owed
    MANAGE_MEMBERS = "manage_members"


_EVERY = frozenset(Right)
_LEADS = frozenset({Right.SEE_LEADS, Right.WORK_LEADS})
ROLE_RIGHTS: dict[Membership.Role, frozenset[Right]] = {
    Role.OWNER: _EVERY,
    Role.MANAGER: _EVERY,
    Role.AGENT: _LEADS | {Right.SEE_LISTINGS, Right.EDIT_LISTINGS, Right.DEAL},
    Role.ASSISTANT: _LEADS | {Right.SEE_LISTINGS},
    Role.ACCOUNTANT: frozenset({Right.SEE_LISTINGS, Right.SEE_MONEY}),
    Role.VIEWER: frozenset({Right.SEE_LISTINGS}),
}


def roles_with(right: Right) -> list[Membership.Role]:
    """The roles that have the right."""
    return [role for role, rights in ROLE_RIGHTS.items() if right in rights]
