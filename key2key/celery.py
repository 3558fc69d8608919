"""Celery carries wake-ups; the schedule is static; the rows are the truth."""

from __future__ import annotations

import os
import threading
from typing import Any

from celery import Celery
from celery.signals import celeryd_after_setup, setup_logging, worker_init, worker_process_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "key2key.settings")

HOUR, DAY = 3600, 86_400
SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep": {"task": "key2key.common.tasks.sweep", "schedule": 5},
    "forget old rows": {"task": "key2key.common.tasks.forget_old_rows", "schedule": DAY},
    "forget secrets of sign-ins": {"task": "accounts.tasks.forget_secrets", "schedule": 60},
    "forget old sign-ins": {"task": "accounts.tasks.forget_old_sign_ins", "schedule": DAY},
    "forget secrets of news": {"task": "notifications.tasks.forget_secrets", "schedule": HOUR},
    "prune the outbox": {"task": "notifications.tasks.prune_outbox", "schedule": HOUR},
    "sweep orphaned uploads": {"task": "uploads.tasks.sweep_orphans", "schedule": HOUR},
    "expire listings": {"task": "listings.tasks.expire_listings", "schedule": 5 * 60},
    "enforce licences": {"task": "listings.tasks.enforce_licences", "schedule": 5 * 60},
    "fill places": {"task": "listings.tasks.fill_places", "schedule": 5 * 60},
    "tell saved searches": {"task": "listings.tasks.send_digests", "schedule": HOUR},
    "expire payments": {"task": "payments.tasks.expire_payments", "schedule": 60},
    "ask about silent payments": {"task": "payments.tasks.ask_about_silent", "schedule": 60},
    "match statements": {"task": "payments.tasks.match_statements", "schedule": 10 * 60},
    "prove days": {"task": "payments.tasks.prove_days", "schedule": HOUR},
    "remind finance": {"task": "payments.tasks.remind_finance", "schedule": DAY},
    "revive refunds": {"task": "payments.tasks.revive_refunds", "schedule": 5 * 60},
    "ask about payouts": {"task": "payments.tasks.ask_about_payouts", "schedule": 60},
    "end boosts and plans": {"task": "payments.tasks.end_entitlements", "schedule": 60},
    "warn of plans": {"task": "payments.tasks.warn_of_plans", "schedule": HOUR},
    "roll up figures": {"task": "analytics.tasks.roll_up", "schedule": 10 * 60},
    "watch licences": {"task": "brokers.tasks.watch_licences", "schedule": HOUR},
    "publish reviews": {"task": "brokers.tasks.publish_reviews", "schedule": 10 * 60},
    "expire cases": {"task": "verification.tasks.expire_cases", "schedule": HOUR},
    "forget documents": {"task": "verification.tasks.forget_documents", "schedule": DAY},
    "wipe deleted documents": {"task": "verification.tasks.wipe_deleted", "schedule": 5 * 60},
    "advance deals": {"task": "brokers.tasks.advance_deals", "schedule": 60},
    "note first answers": {"task": "brokers.tasks.note_answers", "schedule": 60},
    "tell response times": {"task": "brokers.tasks.tell_response_times", "schedule": DAY},
    "remind of viewings": {"task": "brokers.tasks.remind_of_viewings", "schedule": 5 * 60},
    "end past viewings": {"task": "brokers.tasks.end_past_viewings", "schedule": 5 * 60},
    "expire offers": {"task": "brokers.tasks.expire_offers", "schedule": 60},
    "refresh base prices": {"task": "listings.tasks.refresh_base_prices", "schedule": DAY},
}
for _entry in SCHEDULE.values():
    _entry["options"] = {"expires": _entry["schedule"]}

app = Celery("key2key")
# Lazily: whoever imports the package (a linter, the tests before their settings) must not load the settings.
app.add_defaults(lambda: {**settings.CELERY, "beat_schedule": SCHEDULE})
app.autodiscover_tasks(
    [
        "key2key.common", "notifications", "uploads", "accounts", "listings", "payments", "chat", "brokers",
        "verification", "analytics",
    ]
)  # fmt: skip

SWEEP_SECONDS = 5.0


@setup_logging.connect
def _keep_our_logging(**_: Any) -> None:
    """Celery leaves logging as Django configured it."""


@worker_init.connect
def _verify(**_: Any) -> None:
    from key2key.settings.databases import grant_worker_time  # noqa: PLC0415 - only a worker needs the servers
    from key2key.start import let_go_of_the_database, verify  # noqa: PLC0415

    grant_worker_time(settings.DATABASES["default"])
    verify()
    let_go_of_the_database()  # children must not inherit it


@celeryd_after_setup.connect
def _sweep_beside_threads(instance: Any, **_: Any) -> None:
    """Also without a broker, which the worker would wait for: due work is found within seconds."""
    from celery.concurrency.prefork import TaskPool  # noqa: PLC0415 - only a worker has a pool

    if not issubclass(instance.pool_cls, TaskPool):
        _start_sweeping()


@worker_process_init.connect
def _sweep_in_each_child(**_: Any) -> None:
    """Where tasks run in forked children the parent does no work: what it held, they would inherit."""
    _start_sweeping()


def _start_sweeping() -> None:
    threading.Thread(target=sweep_until, args=[threading.Event()], name="sweep", daemon=True).start()


def sweep_until(stopped: threading.Event, *, seconds: float = SWEEP_SECONDS) -> None:
    """Do what is due, every few seconds, whatever breaks; what holds is the rows' own leases."""
    from django.db import close_old_connections, connections  # noqa: PLC0415 - after django.setup

    from key2key.common import background  # noqa: PLC0415

    while not stopped.wait(seconds):
        close_old_connections()
        try:
            background.sweep()
        except Exception:  # noqa: BLE001 - a sweep that ended would be missed by nobody for a long time
            background.log.exception("sweep_failed")
            connections.close_all()
    connections.close_all()
