"""A real worker, whose broker nobody hears: due work is done all the same, in whichever pool."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import connections

from key2key import celery
from key2key.common import background
from key2key.common.models import Event, EventDelivery, Work

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 40
pytestmark = pytest.mark.django_db(transaction=True)


def url_of(alias: str) -> str:
    given = connections[alias].get_connection_params()
    place = urlencode({name: given[name] for name in ("host", "port") if given.get(name)})
    return f"postgresql://{given['user']}:{quote(given.get('password', ''))}@/{given['dbname']}?{place}"


def environment(data: Path) -> dict[str, str]:
    """The database of this test, and a broker that is not there."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "key2key.settings",
        "DATABASE_URL": url_of("default"),
        "DATABASE_OWNER_URL": "" if settings.STEPS_DOWN else url_of("owner"),
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "K2K_DATA": str(data),
    }


@pytest.fixture
def worker(request, tmp_path) -> Iterator[subprocess.Popen[str]]:
    words = ["worker", "--pool", request.param, "--concurrency", "1", "--loglevel", "warning"]
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "--quiet", "-A", "key2key", *words],
        cwd=ROOT,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    yield process
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def was_tried(delivery: EventDelivery) -> bool:
    """Whether somebody tried, and has written down how it went."""
    return delivery.attempts > 0 and delivery.work_state != Work.WorkState.RUNNING


@pytest.mark.parametrize("worker", ["threads", "prefork"], indirect=True)
def test_without_a_broker_due_work_is_still_found(worker):
    event = Event.objects.create(name="tests.Nobody", payload={})
    delivery = EventDelivery.objects.create(event=event, receiver="tests.nobody")
    deadline = time.monotonic() + SECONDS
    while not was_tried(delivery) and time.monotonic() < deadline and worker.poll() is None:
        time.sleep(0.3)
        delivery.refresh_from_db()
    assert delivery.attempts > 0, worker.poll() is not None and worker.communicate()[0]
    assert delivery.work_state == Work.WorkState.QUEUED, "nobody hears it, so it is tried again"


def test_a_sweep_that_breaks_is_followed_by_the_next(monkeypatch):
    broke, stopped, swept = threading.Event(), threading.Event(), []

    class Broken:
        @property
        def model(self):
            broke.set()
            raise LookupError("nobody foresaw this")

    def handler(duty):
        swept.append(duty.pk)
        stopped.set()

    monkeypatch.setitem(background._kinds, "common.EventDelivery", background.Kind(EventDelivery, handler))
    monkeypatch.setitem(background._kinds, "tests.Broken", Broken())
    sweeping = threading.Thread(target=celery.sweep_until, args=[stopped], kwargs={"seconds": 0.05})
    sweeping.start()
    assert broke.wait(10)
    event = Event.objects.create(name="tests.Happened", payload={})
    delivery = EventDelivery.objects.create(event=event, receiver="tests.nobody")
    sweeping.join(10)
    stopped.set()
    assert swept == [delivery.pk]
