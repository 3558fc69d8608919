"""Before and after: what the history rows (pghistory) of one deed say about its subject."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from pghistory.core import event_models

from key2key.common.models import AuditEntry


@dataclass(frozen=True)
class Change:
    """One value of one row: what it was and what it became. A row that was made has no before."""

    row: str
    field: str
    before: Any
    after: Any


def changes_of(entry: AuditEntry) -> list[Change]:
    """What changed on the entry's subject, and on rows that belong to it, in the entry's context."""
    subject = _model(entry.subject_type)
    if subject is None or entry.context is None:
        return []
    return [
        change
        for history in event_models(references_model=subject)
        for reference in _references(history, to=subject)
        for event in history._default_manager.filter(
            **{reference: entry.subject_id, "pgh_context_id": entry.context}
        ).order_by("pgh_id")
        for change in _compare(event)
    ]


def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _references(history: type[models.Model], *, to: type[models.Model]) -> list[str]:
    """`pgh_obj` where the subject itself is tracked, else the columns that name it (a membership's user)."""
    names = [
        field.attname
        for field in history._meta.fields
        if isinstance(field, models.ForeignKey) and field.related_model is to
    ]
    return ["pgh_obj_id"] if "pgh_obj_id" in names else names


def _compare(event: Any) -> Iterator[Change]:
    before = _previous(event)
    row = event._meta.model.pgh_tracked_model._meta.verbose_name
    for field in event._meta.fields:
        if field.name.startswith("pgh_") or field.name == "id":
            continue
        was, now = getattr(before, field.attname, None), getattr(event, field.attname)
        if event.pgh_label == "delete":
            was, now = now, None
        if was != now:
            yield Change(row=str(row), field=str(field.verbose_name), before=was, after=now)


def _previous(event: Any) -> Any:
    if not hasattr(event, "pgh_obj_id"):
        return None
    earlier = type(event)._default_manager.filter(pgh_obj_id=event.pgh_obj_id, pgh_id__lt=event.pgh_id)
    return earlier.order_by("-pgh_id").first()
