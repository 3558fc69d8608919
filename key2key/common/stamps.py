"""Stamps: when a row that clients resume from was last written, so that nothing is missed (decision 24).

A stamp is the id of the writing transaction. A trigger sets it, so no writer can forget it; whoever reads
rows with a stamp at or above `pg_snapshot_xmin` of an earlier read sees every change since.
"""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class StampField(models.Field):  # type: ignore[type-arg]  # has no parameters at run time
    """An `xid8` that the trigger of `stamped` fills; rows from before it are 0."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"editable": False, "db_default": "0", **options})

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """PostgreSQL's 64-bit transaction id."""
        return "xid8"

    def get_internal_type(self) -> str:
        """A name that no backend knows, so none adds checks of its own."""
        return "StampField"

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> int | None:
        """The number; the driver hands it over as text."""
        return None if value is None else int(value)


def stamped(condition: pgtrigger.Condition | None = None) -> pgtrigger.Trigger:
    """The trigger that sets the column `stamp` at every insert and update, for `Meta.triggers`."""
    return pgtrigger.Trigger(
        name="stamp",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=condition,
        func="NEW.stamp = pg_current_xact_id(); RETURN NEW;",
    )
