"""The deals that wait for staff, by why; how many, and since when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from brokers.deal_steps import MOST_TRIES
from brokers.enums import DealState
from brokers.models import Deal, DealDecision, HandoverCode
from key2key.common.plugins import HomeCounter, home_counters


def _locked_codes() -> Exists:
    return Exists(HandoverCode.objects.filter(deal=OuterRef("pk"), tries__gte=MOST_TRIES))


def _waiting_decisions() -> Exists:
    waiting = DealDecision.objects.filter(deal=OuterRef("pk"), taken_at__isnull=True, dropped_at__isnull=True)
    return Exists(waiting)


# name -> what it is called, which of the deals are in it
QUEUES: dict[str, tuple[Any, Callable[[QuerySet[Deal]], QuerySet[Deal]]]] = {
    "disputes": (
        _("Disputes to decide"),
        lambda rows: rows.filter(state=DealState.DISPUTED).exclude(disputed_by=""),
    ),
    "papers": (
        _("Papers overdue"),
        lambda rows: rows.filter(state=DealState.DEPOSIT_HELD, overdue_at__isnull=False),
    ),
    "handover": (
        _("Handovers overdue or locked"),
        lambda rows: (
            rows.filter(state=DealState.HANDOVER).filter(overdue_at__isnull=False)
            | rows.filter(_locked_codes(), state=DealState.HANDOVER)
        ),
    ),
    "second": (_("Decisions for a second pair of eyes"), lambda rows: rows.filter(_waiting_decisions())),
}


def in_queue(rows: QuerySet[Deal], *, name: str) -> QuerySet[Deal]:
    """Those of the deals that wait for this."""
    return QUEUES[name][1](rows)


def register_counters() -> None:
    """Put the queues on the first page of staff."""
    for name, (label, _narrow) in QUEUES.items():
        home_counters.register(f"deals {name}", _counter(name, label))


def _counter(name: str, label: Any) -> HomeCounter:
    def count() -> int:
        return in_queue(Deal.objects.all(), name=name).count()

    def oldest() -> datetime | None:
        rows = in_queue(Deal.objects.all(), name=name).order_by("updated_at")
        return rows.values_list("updated_at", flat=True).first()

    return HomeCounter(
        label=label,
        url="admin:brokers_deal_changelist",
        count=count,
        permission="brokers.change_deal",
        oldest=oldest,
        query=f"?queue={name}",
    )
