"""The one background mechanism: claim rows that are due, hand them out, book their end.

The row is the truth. A wake-up only makes it quick, and the sweep finds what a lost wake-up left.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from celery import current_app
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from kombu.pools import producers

from key2key.common import metrics
from key2key.common.errors import Conflict
from key2key.common.models import Work

log = structlog.get_logger(__name__)

ATTEMPTS = 8
LEASE = timedelta(seconds=60)
HINT_SECONDS = 0.5
Duty = TypeVar("Duty", bound=Work)


@dataclass(frozen=True)
class Kind:
    """A kind of work: its rows, and the service that does one of them.

    The handler must be safe to run twice. It calls `finish` itself when its effect and the end of the
    duty belong into one transaction; otherwise the duty ends after it returned.
    """

    model: type[Work]
    handler: Callable[[Any], None]
    lease: timedelta = LEASE


_kinds: dict[str, Kind] = {}


class LeaseLost(Conflict):
    """Somebody else took the duty over; whatever this worker did must not count."""

    def __init__(self) -> None:
        super().__init__("lease_lost")


def register(model: type[Work], handler: Callable[[Any], None], *, lease: timedelta = LEASE) -> None:
    """Name the service that does the work of a model. Called in `apps.py`."""
    _kinds[model._meta.label] = Kind(model, handler, lease)


def kinds() -> Iterable[Kind]:
    """All kinds of work, for the admin's queue and the health check."""
    return _kinds.values()


def wake(task: str) -> None:
    """Hint after commit that work waits. A lost hint costs seconds: the sweep finds the row."""
    transaction.on_commit(lambda: _send(task), robust=True)


def _send(task: str) -> None:
    """Over a connection that gives up soon: the worker's own, which waits for messages, must not."""
    patience = {"socket_timeout": HINT_SECONDS, "socket_connect_timeout": HINT_SECONDS}
    broker = current_app.connection_for_write(transport_options=patience)
    with producers[broker].acquire(block=True, timeout=HINT_SECONDS) as producer:
        current_app.send_task(task, producer=producer, ignore_result=True, retry=False, expires=30)


def perform(model: type[Work], *, limit: int = 20) -> int:
    """Do what is due of one kind, up to `limit` rows. Returns how many were claimed.

    A row whose handler fails is tried again later, with growing pauses; after 8 attempts it is parked
    for a person, and so is one whose handler took its worker down 8 times. Rows are claimed one by one:
    a lease covers one duty, not those that wait behind it in the same hands.
    """
    kind = _kinds[model._meta.label]
    _park_worn_out(model)
    for done in range(limit):
        duties = claim(model, limit=1, lease=kind.lease)
        if not duties:
            return done
        _do(kind, duties[0])
    return limit


def sweep() -> int:
    """Do what is due of every kind. Returns how many rows were claimed."""
    return sum(perform(kind.model) for kind in _kinds.values())


def claim(model: type[Duty], *, limit: int, lease: timedelta = LEASE) -> list[Duty]:
    """Take rows that are due, so that nobody else has them while the lease runs.

    Never one that was tried 8 times: `perform` parks it.
    """
    due = _due(model).filter(attempts__lt=ATTEMPTS).order_by("due_at")
    with transaction.atomic():
        duties = list(due.select_for_update(skip_locked=True)[:limit])
        model._default_manager.filter(pk__in=[duty.pk for duty in duties]).update(
            work_state=Work.WorkState.RUNNING,
            due_at=timezone.now() + lease,
            attempts=F("attempts") + 1,
            lease=F("lease") + 1,
        )
    for duty in duties:
        duty.work_state, duty.attempts, duty.lease = Work.WorkState.RUNNING, duty.attempts + 1, duty.lease + 1
    return duties


def _due(model: type[Duty]) -> models.QuerySet[Duty]:
    return model._default_manager.filter(
        work_state__in=[Work.WorkState.QUEUED, Work.WorkState.RUNNING], due_at__lte=timezone.now()
    )


def _park_worn_out(model: type[Work]) -> None:
    """Nobody booked the end of the eighth attempt before its lease ran out: it kills who touches it."""
    worn_out = _due(model).filter(attempts__gte=ATTEMPTS).select_for_update(skip_locked=True)
    with transaction.atomic():
        parked = [duty.pk for duty in worn_out]
        model._default_manager.filter(pk__in=parked).update(
            work_state=Work.WorkState.PARKED, last_error="the lease of the last attempt ran out"
        )
    if parked:
        log.error("work_killed_its_workers", kind=model._meta.label, work=[str(pk) for pk in parked])


def finish(duty: Work) -> None:
    """Book the end of a duty. Raises LeaseLost when another worker has it by now (fencing)."""
    _book(duty, work_state=Work.WorkState.DONE, last_error="")


def retry_later(duty: Work, *, error: str) -> None:
    """Book a failed attempt: again after a pause that doubles, with jitter; parked after the eighth."""
    if duty.attempts >= ATTEMPTS:
        _book(duty, work_state=Work.WorkState.PARKED, last_error=error)
        return
    pause = timedelta(seconds=2**duty.attempts * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
    _book(duty, work_state=Work.WorkState.QUEUED, due_at=timezone.now() + pause, last_error=error)


def park(duty: Work, *, error: str) -> None:
    """Book that a duty waits for a person, without further tries. Raises LeaseLost as `finish` does."""
    _book(duty, work_state=Work.WorkState.PARKED, last_error=error)


def again(model: type[Work], pks: Iterable[Any]) -> int:
    """Let duties that have ended be done once more, now. Returns how many there were."""
    ended = model._default_manager.filter(
        pk__in=pks, work_state__in=[Work.WorkState.DONE, Work.WorkState.PARKED]
    )
    return ended.update(work_state=Work.WorkState.QUEUED, attempts=0, due_at=timezone.now(), last_error="")


def requeue(model: type[Work], pks: Iterable[Any]) -> int:
    """Give parked duties their eight attempts again. Returns how many there were."""
    parked = model._default_manager.filter(pk__in=pks, work_state=Work.WorkState.PARKED)
    return parked.update(work_state=Work.WorkState.QUEUED, attempts=0, due_at=timezone.now())


def _do(kind: Kind, duty: Work) -> None:
    try:
        kind.handler(duty)
        if duty.work_state == Work.WorkState.RUNNING:
            finish(duty)
    except LeaseLost:
        log.warning("work_lease_lost", kind=kind.model._meta.label, work=str(duty.pk))
    except Exception as error:  # whatever a handler raises is booked on the row and tried again
        log.exception("work_failed", kind=kind.model._meta.label, work=str(duty.pk), attempts=duty.attempts)
        _book_failure(duty, error)


def _book_failure(duty: Work, error: Exception) -> None:
    duty.work_state = Work.WorkState.RUNNING  # a rolled-back `finish` left its mark on the instance
    try:
        retry_later(duty, error=f"{type(error).__name__}: {error}"[:2000])
    except LeaseLost:
        log.warning("work_lease_lost", work=str(duty.pk))


def _book(duty: Work, **values: Any) -> None:
    held = type(duty)._default_manager.filter(pk=duty.pk, lease=duty.lease, work_state=Work.WorkState.RUNNING)
    if not held.update(**values):
        raise LeaseLost
    for name, value in values.items():
        setattr(duty, name, value)


def lag_seconds() -> float:
    """How long the oldest duty that is due has waited."""
    oldest = 0.0
    for kind in _kinds.values():
        due = kind.model._default_manager.filter(work_state=Work.WorkState.QUEUED).aggregate(
            first=models.Min("due_at")
        )["first"]
        if due is not None:
            oldest = max(oldest, (timezone.now() - due).total_seconds())
    return oldest


def measure() -> None:
    """Bring the gauges of /metrics up to date."""
    metrics.work_lag.set(lag_seconds())
    for kind in _kinds.values():
        parked = kind.model._default_manager.filter(work_state=Work.WorkState.PARKED).count()
        metrics.work_parked.labels(kind.model._meta.label).set(parked)
