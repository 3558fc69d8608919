"""The one queue of work that a person should look at: parked rows and late ones, of every kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Q, QuerySet

from key2key.common import audit, background, clock
from key2key.common.models import Work

LATE = timedelta(minutes=2)
SHOWN_PER_KIND = 100


@dataclass(frozen=True)
class Waiting:
    """A row of work that does not go on by itself, or not soon enough."""

    key: str  # "app.model:pk", as `try_again` takes it
    kind: str
    row: Work

    @property
    def is_parked(self) -> bool:
        """Whether a person has to decide."""
        return self.row.work_state == Work.WorkState.PARKED


def waiting() -> list[Waiting]:
    """Parked rows first, then late ones, the longest waiting first; at most 100 of a kind."""
    found = [
        Waiting(key=f"{kind.model._meta.label_lower}:{row.pk}", kind=str(kind.model._meta.verbose_name), row=row)
        for kind in background.kinds()
        for row in _stuck(kind.model).order_by("due_at")[:SHOWN_PER_KIND]
    ]
    return sorted(found, key=lambda one: (not one.is_parked, one.row.due_at))


def parked_count() -> int:
    """How many rows are parked."""
    return sum(_parked(kind.model).count() for kind in background.kinds())


def oldest_parked() -> datetime | None:
    """Since when the first of them waits."""
    rows = [_parked(kind.model).order_by("due_at").first() for kind in background.kinds()]
    return min((row.due_at for row in rows if row), default=None)


@transaction.atomic
def try_again(keys: Iterable[str], *, by: Any) -> int:
    """Give parked rows their eight attempts again, audited. Returns how many were still parked."""
    known = {kind.model._meta.label_lower for kind in background.kinds()}
    pairs = sorted(tuple(key.split(":", 1)) for key in keys if key.partition(":")[0] in known)
    done = 0
    for label, group in groupby(pairs, key=lambda pair: pair[0]):
        model: Any = apps.get_model(label)
        rows = list(_parked(model).filter(pk__in=[pk for _, pk in group]))
        done += background.requeue(model, [row.pk for row in rows])
        for row in rows:
            audit.record(actor=by, action="work.tried_again", subject=row, reason=row.last_error[:200])
    return done


def _parked(model: type[Work]) -> QuerySet[Any]:
    return model._default_manager.filter(work_state=Work.WorkState.PARKED)


def _stuck(model: type[Work]) -> QuerySet[Any]:
    late = Q(
        work_state__in=[Work.WorkState.QUEUED, Work.WorkState.RUNNING], due_at__lt=clock.now() - LATE
    )
    return model._default_manager.filter(Q(work_state=Work.WorkState.PARKED) | late)
