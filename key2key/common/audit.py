"""The audit log: who did what to what, when and why (decision 19)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

import pghistory
from django.db import models

from key2key.common.models import AuditEntry
from key2key.common.request import facts


def record(*, actor: Any, action: str, subject: models.Model, reason: str = "") -> AuditEntry:
    """Write the entry, in the transaction of the deed. `actor` is None when the clock acted."""
    request = facts()
    with pghistory.context(reason=reason) if reason else _present() as context:
        return AuditEntry.objects.create(
            actor_id=getattr(actor, "pk", None),
            impersonator=request.impersonator_id,
            action=action,
            subject_type=subject._meta.label_lower,
            subject_id=str(subject.pk),
            reason=reason,
            request_id=request.request_id,
            context=cast("UUID | None", getattr(context, "id", None)),
        )


@contextmanager
def because(reason: str, *, actor: Any = None) -> Iterator[None]:
    """Give the history rows written inside the block their actor and reason."""
    request = facts()
    actor_id = str(getattr(actor, "pk", actor) or "") or None
    with pghistory.context(reason=reason, actor=actor_id, request=request.request_id):
        yield


@contextmanager
def _present() -> Iterator[Any]:
    """The history context that surrounds us, or none: writing an entry alone opens no new one."""
    yield getattr(pghistory.runtime._tracker, "value", None)
