"""Celery carries wake-ups; the schedule is static; the rows are the truth."""

from __future__ import annotations

import os
import threading
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init, worker_ready
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "key2key.settings")

HOUR, DAY = 3600, 86_400
SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep": {"task": "key2key.common.tasks.sweep", "schedule": 5},
    "forget old rows": {"task": "key2key.common.tasks.forget_old_rows", "schedule": DAY},
    "forget secrets of sign-ins": {"task": "accounts.tasks.forget_secrets", "schedule": 60},
    "forget secrets of news": {"task": "notifications.tasks.forget_secrets", "schedule": HOUR},
    "sweep orphaned uploads": {"task": "uploads.tasks.sweep_orphans", "schedule": HOUR},
    "expire listings": {"task": "listings.tasks.expire_listings", "schedule": 5 * 60},
    "enforce licences": {"task": "listings.tasks.enforce_licences", "schedule": 5 * 60},
}
for _entry in SCHEDULE.values():
    _entry["options"] = {"expires": _entry["schedule"]}

app = Celery("key2key")
# Lazily: whoever imports the package (a linter, the tests before their settings) must not load the settings.
app.add_defaults(lambda: {**settings.CELERY, "beat_schedule": SCHEDULE})
app.autodiscover_tasks(["key2key.common", "notifications", "uploads", "accounts", "listings"])

SWEEP_SECONDS = 5


@setup_logging.connect
def _keep_our_logging(**_: Any) -> None:
    """Celery leaves logging as Django configured it."""


@worker_init.connect
def _verify(**_: Any) -> None:
    from key2key.start import verify  # noqa: PLC0415 - only a worker needs the servers

    verify()


@worker_ready.connect
def _sweep_without_broker(**_: Any) -> None:
    """A worker whose broker is silent still finds due work within seconds."""
    threading.Thread(target=_sweep_for_ever, name="sweep", daemon=True).start()


def _sweep_for_ever() -> None:
    from django.db import close_old_connections, connections  # noqa: PLC0415 - after django.setup
    from django.db.utils import Error  # noqa: PLC0415

    from key2key.common import background  # noqa: PLC0415

    pause = threading.Event()
    while not pause.wait(SWEEP_SECONDS):
        close_old_connections()
        try:
            background.sweep()
        except Error:
            background.log.exception("sweep_failed", database=settings.DATABASES["default"]["NAME"])
            connections.close_all()
