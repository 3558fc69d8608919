"""The daily word to finance on what waits for them."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction

from accounts.roles import StaffGroup
from key2key.common import clock
from notifications.services import notify
from payments import reconciliation


@transaction.atomic
def remind_finance() -> int:
    """Tell finance how much waits and for how long; silence when nothing does. Returns how many were told."""
    items = reconciliation.in_suspense()
    counts = {
        "items": items.count(),
        "lines": reconciliation.waiting_lines().count(),
        "days": reconciliation.open_days().count(),
    }
    if not any(counts.values()):
        return 0
    oldest = items.order_by("created_at").values_list("created_at", flat=True).first()
    staff = get_user_model()._default_manager.filter(is_staff=True, groups__name=StaffGroup.FINANCE)
    people = [person for person in staff if person.is_active]
    for person in people:
        notify(kind="money_waits", user=person, data={**counts, "oldest_days": _days_since(oldest)})
    return len(people)


def _days_since(moment: datetime | None) -> int:
    return (clock.now() - moment).days if moment else 0
