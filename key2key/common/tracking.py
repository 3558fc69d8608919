"""Which rows keep their history: every version in a row of its own, written by triggers (decision 19)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
from django.db import models

Tracked = TypeVar("Tracked", bound=type[models.Model])


def tracked(*events: Any, way_back: str | None = "history", **options: Any) -> Callable[[Tracked], Tracked]:
    """Let a model keep its history; without `events` it is every insertion, change and deletion.

    `options` are those of `pghistory.track`: `exclude` takes columns out, personal data above all. The
    history is `row.history`, has no name with `way_back="+"`, and does not refer to its row with None. Its
    key is wide: a row per change outgrows 32 bits (decision 10).
    """
    everything = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
    row = pghistory.ObjForeignKey(related_name=way_back, related_query_name="+") if way_back else None
    return pghistory.track(  # type: ignore[no-any-return]  # the package has no types
        *(events or everything),
        obj_field=row,
        context_field=pghistory.ContextJSONField(),
        context_id_field=pghistory.ContextUUIDField(),
        attrs={"pgh_id": models.BigAutoField(primary_key=True)},
        **options,
    )
