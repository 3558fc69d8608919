"""The one queue of work that a person should look at: parked rows and late ones, of every kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from key2key.common import audit, background, clock
from key2key.common.models import Work
from key2key.common.plugins import HomeCounter

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
        Waiting(key=_key(row), kind=str(kind.model._meta.verbose_name), row=row)
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
    keys, done = list(keys), 0
    for kind in background.kinds():
        rows = list(_parked(kind.model).filter(pk__in=list(_named(kind.model, keys=keys))))
        done += background.requeue(kind.model, [row.pk for row in rows])
        for row in rows:
            audit.record(actor=by, action="work.tried_again", subject=row, reason=row.last_error[:200])
    return done


def _key(row: Work) -> str:
    return f"{row._meta.label_lower}:{row.pk}"


def _named(model: type[Work], *, keys: Iterable[str]) -> Iterator[Any]:
    """The primary keys among `keys` that are this model's; what is no key at all is left out."""
    for key in keys:
        label, _, pk = key.partition(":")
        if label == model._meta.label_lower:
            with suppress(ValidationError):
                yield model._meta.pk.to_python(pk)


def _parked(model: type[Work]) -> QuerySet[Any]:
    return model._default_manager.filter(work_state=Work.WorkState.PARKED)


def _stuck(model: type[Work]) -> QuerySet[Any]:
    late = Q(work_state__in=[Work.WorkState.QUEUED, Work.WorkState.RUNNING], due_at__lt=clock.now() - LATE)
    return model._default_manager.filter(Q(work_state=Work.WorkState.PARKED) | late)


COUNTER = HomeCounter(
    label=_("Stuck work"),
    url="admin:common_eventdelivery_changelist",
    count=parked_count,
    permission="common.view_eventdelivery",
    oldest=oldest_parked,
)
