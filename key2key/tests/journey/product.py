"""A running product for tests: HTTP and sockets on a real port, and the worker beside them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import uvicorn
from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application
from django.db import connections
from django.utils.module_loading import import_string
from django_otp.oath import totp

from accounts.tests.factories import PASSWORD, StaffFactory
from chat.routing import websockets
from key2key.celery import SCHEDULE, SWEEP_SECONDS, sweep_until
from key2key.common import background, clock
from key2key.common.body_limit import limited
from key2key.management.journey.desk import Desk, StaffLogin

GROUPS = ("moderator", "kyc", "support", "finance")


class Product:
    """`base` is where it answers."""

    def __init__(self) -> None:
        application = ProtocolTypeRouter({"http": limited(get_asgi_application()), "websocket": websockets})
        config = uvicorn.Config(
            application, host="127.0.0.1", port=0, ws="websockets-sansio", lifespan="off", log_config=None,
            ws_max_size=65536, ws_per_message_deflate=False, ws_ping_interval=0, timeout_graceful_shutdown=3,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self._server.run, name="web"),
            threading.Thread(
                target=sweep_until, args=[self._stopped], kwargs={"seconds": 0.05}, name="worker"
            ),
        ]
        for thread in self._threads:
            thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self.base = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        """End it, and wait until it has ended."""
        self._stopped.set()
        self._server.should_exit = True
        for thread in self._threads:
            thread.join(timeout=20)
            assert not thread.is_alive(), thread.name

    def desks(self) -> Mapping[str, Desk]:
        """A signed-in member of staff of each group."""
        return {group: self._desk(group) for group in GROUPS}

    def settle(self) -> None:
        """Until no work is due any more."""
        deadline = time.monotonic() + 30
        while any(_due(kind.model) for kind in background.kinds()):
            assert time.monotonic() < deadline, "the work does not end"
            time.sleep(0.05)

    def pass_time(self, **span: float) -> None:
        """Let time pass for the whole product, and the clock do what is due by then."""
        clock.move(timedelta(**span))
        time.sleep(clock.SECONDS_REMEMBERED + 0.1)  # until every thread has seen it
        for entry in SCHEDULE.values():
            if entry["schedule"] > SWEEP_SECONDS:
                import_string(entry["task"])()
        self.settle()

    def _desk(self, group: str) -> Desk:
        person: Any = StaffFactory(groups=[group])
        key = person.totpdevice_set.get().bin_key
        return Desk(self.base, login=StaffLogin(person.email, PASSWORD, lambda: f"{totp(key):06d}"))


def _due(model: Any) -> bool:
    states = (model.WorkState.QUEUED, model.WorkState.RUNNING)
    found: bool = model._default_manager.filter(work_state__in=states).exists()
    return found


@contextmanager
def running(settings: Any) -> Iterator[Product]:
    """The product, on a port of its own; its links lead there."""
    product = Product()
    settings.BASE_URL = settings.SANDBOX_URL = product.base
    settings.CLOCK_MAY_MOVE = True
    try:
        yield product
    finally:
        product.stop()
        connections.close_all()
