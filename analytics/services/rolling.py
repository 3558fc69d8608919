"""The figures of a day, made from its events: at any time anew, always the same."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection, transaction

from analytics import selectors
from analytics.days import bounds
from analytics.enums import UNIQUE_VIEWERS, EventKind
from analytics.models import RollUp
from key2key.common import clock

# A transaction that noted an event may commit after a later one: what it noted is looked for again.
LATECOMERS = timedelta(minutes=10)

_OWNERS = (
    ("listing", "listing"), ("seller", "owner"), ("organisation", "organisation"), ("platform", "NULL::uuid"),
)  # fmt: skip


def _part(entity_type: str, entity: str) -> str:
    known = "" if entity.startswith("NULL") else f"WHERE {entity} IS NOT NULL"
    viewed = f"{known} {'AND' if known else 'WHERE'} kind = '{EventKind.VIEW}'"
    return (
        f"SELECT '{entity_type}', {entity}, kind, count(*) FROM noted {known} GROUP BY 2, 3"  # noqa: S608 - our own words
        f" UNION ALL SELECT '{entity_type}', {entity}, '{UNIQUE_VIEWERS}', count(DISTINCT viewer)"
        f" FROM noted {viewed} GROUP BY 2"
    )


_INSERT = f"""
WITH noted AS (
    SELECT kind, listing, owner, organisation, viewer FROM analytics_journeyevent
    WHERE happened_at >= %(begin)s AND happened_at < %(end)s
)
INSERT INTO analytics_dailyfigure (entity_type, entity, metric, value, day)
SELECT part.*, %(day)s FROM ({" UNION ALL ".join(_part(*each) for each in _OWNERS)}) AS part
"""  # noqa: S608 - our own words


@transaction.atomic
def roll_up(day: date) -> int:
    """Make all figures of a day of the market's zone anew. Returns how many there are. Safe beside itself."""
    begin, end = bounds(day)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('analytics.roll_up', 0))")
        cursor.execute("DELETE FROM analytics_dailyfigure WHERE day = %s", [day])
        cursor.execute(_INSERT, {"begin": begin, "end": end, "day": day})
        return int(cursor.rowcount)


def roll_up_what_is_new() -> list[date]:
    """Make the figures anew of every day of which something was noted since the last time. Returns them."""
    until = clock.now() - clock.ahead() - LATECOMERS  # rows are noted by the database's own clock
    last = RollUp.objects.first()
    days = selectors.days_noted_since(last.noted_until if last else None)
    for day in days:
        roll_up(day)
    RollUp.objects.update_or_create(id=1, defaults={"noted_until": until})
    return days
