"""Settings that staff change while the product runs: who set what, from which value to which."""

from __future__ import annotations

from typing import Any

from constance.models import Constance
from constance.signals import config_updated
from django.conf import settings
from django.contrib.auth import get_user_model

from key2key.common import audit
from key2key.common.request import facts


def listen() -> None:
    """Hear constance, the only way in which it tells of a change. Called once, in `apps.py`."""
    config_updated.connect(_note, dispatch_uid="key2key.common.settings_log")


def _note(*, key: str, old_value: Any, new_value: Any, **_: Any) -> None:
    default = settings.CONSTANCE_CONFIG[key][0]
    old_value = default if old_value is None else old_value  # the first reading stores the default
    if old_value == new_value:
        return
    actor_id = facts().user_id
    audit.record(
        actor=get_user_model()(pk=actor_id) if actor_id else None,
        action="setting.changed",
        subject=Constance.objects.get(key=key),
        reason=f"{key}: {old_value} → {new_value}",
    )
