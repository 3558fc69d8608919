"""What chat does when something happened below it."""

from __future__ import annotations

from accounts.events import MembershipChanged, SessionsEnded, UserErased
from chat import services
from key2key.common.events import on


@on(MembershipChanged)
def colleagues_take_part(event: MembershipChanged) -> None:
    """Who works on an organisation's leads is in its conversations; who no longer does is not."""
    services.follow_membership(user_id=event.user_id, organisation_id=event.organisation_id)


@on(UserErased)
def erased_person_is_forgotten(event: UserErased) -> None:
    """What an erased person said goes."""
    services.forget_person(event.user_id)


@on(SessionsEnded)
def sockets_of_ended_sessions_close(event: SessionsEnded) -> None:
    """Whose sign-in is over is no longer connected."""
    services.close_sockets(event.session_ids)
