"""Fixtures that take away what the product depends on. Imported before Django is set up, as `fixtures`."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@pytest.fixture
def redis_away(settings) -> Iterator[None]:
    """Redis answers nobody: the cache's, the limiter's, and that of the settings which staff change."""
    from constance import config
    from constance.backends.database import DatabaseBackend
    from django.core.cache import caches

    from key2key.common import rates

    nowhere = "unix:///nowhere/valkey.sock?db=0"
    settings.REDIS_URL = nowhere
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": nowhere}}
    rates._shared.cache_clear()
    before, config._backend = config._backend, DatabaseBackend()  # it keeps the cache that it began with
    yield
    config._backend = before
    rates._shared.cache_clear()
    caches.close_all()


@pytest.fixture
def broken_broker() -> Iterator[None]:
    """Celery's broker answers nobody."""
    with _broker("redis+socket:///nowhere/valkey.sock"):
        yield


class Broker:
    """A broker of the test's own, which can be stopped while it keeps its connections open."""

    def __init__(self, folder: Path) -> None:
        from key2key.embedded.wheels import valkey_server

        self.socket = folder / "v"
        words = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--dir", str(folder)]
        self._server = subprocess.Popen([str(valkey_server()), *words], stdout=subprocess.DEVNULL)
        while not self.socket.exists():
            time.sleep(0.02)

    @property
    def messages(self) -> int:
        import redis
        from celery import current_app

        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            return client.llen(current_app.conf.task_default_queue)

    def hang(self) -> None:
        self._server.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._server.send_signal(signal.SIGCONT)

    def end(self) -> None:
        self._server.kill()
        self._server.wait()


@pytest.fixture
def own_broker() -> Iterator[Broker]:
    """Celery's broker is one that the test may stop."""
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder))
        with _broker(f"redis+socket://{broker.socket}"):
            yield broker
        broker.end()


@contextmanager
def _broker(url: str) -> Iterator[None]:
    from celery import current_app

    before = current_app.conf.broker_url
    _connect_to(url)
    yield
    _connect_to(before)


def _connect_to(url: str) -> None:
    import kombu.pools
    from celery import current_app

    current_app.conf.broker_url = url
    kombu.pools.reset()
    current_app._pool = None
    current_app.amqp._producer_pool = None
