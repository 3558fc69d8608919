"""What the clock does to viewings: each that is due in a transaction of its own."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from brokers import selectors
from brokers.enums import Side, ViewingState
from brokers.services.viewing_news import note_viewing, tell_of_viewing
from brokers.viewing_steps import UNANSWERED
from key2key.common import audit, batches, clock


def remind_of_viewings(*, limit: int = 500) -> int:
    """Remind both sides a day ahead, once. Returns of how many viewings; what failed waits."""
    return batches.each_alone(list(selectors.viewings_to_remind_of()[:limit]), deed=remind_of_viewing)


@transaction.atomic
def remind_of_viewing(viewing_id: UUID) -> bool:
    """Remind both sides of one. False when it is not due any more."""
    viewing = selectors.lock_viewing(viewing_id)
    if not selectors.viewings_to_remind_of().filter(pk=viewing_id).exists():
        return False
    viewing.reminded_at = clock.now()
    viewing.save(update_fields=["reminded_at", "updated_at"])
    for side in Side:
        tell_of_viewing(viewing, kind="viewing_tomorrow", to=side)
    return True


def end_past_viewings(*, limit: int = 500) -> int:
    """End what time has ended. Returns how many; what failed waits."""
    return batches.each_alone(list(selectors.viewings_that_are_over()[:limit]), deed=end_past_viewing)


@transaction.atomic
def end_past_viewing(viewing_id: UUID) -> bool:
    """A time that nobody agreed to in time is declined; an agreed one took place when nobody says otherwise.

    False when it was settled in this moment.
    """
    viewing = selectors.lock_viewing(viewing_id)
    if not selectors.viewings_that_are_over().filter(pk=viewing_id).exists():
        return False
    is_unanswered = viewing.state in UNANSWERED
    viewing.state = ViewingState.DECLINED if is_unanswered else ViewingState.DONE
    viewing.save(update_fields=["state", "updated_at"])
    audit.record(actor=None, action="viewing.lapsed" if is_unanswered else "viewing.done", subject=viewing)
    if is_unanswered:
        for side in Side:
            tell_of_viewing(viewing, kind="viewing_declined", to=side)
        note_viewing(viewing, code="viewing_lapsed")
    return True
