"""The product as processes of its own, which tests may kill at any moment or at a named step.

`python -m key2key.tests.money.hatchery` starts as a server does and then obeys lines of JSON: each one forks
a process that is ready to work at once, and is answered by a line that says which.

    {"do": "serve", "die_at": ""}     a web server; the answer has its port as well
    {"do": "work", "die_at": ""}      a worker

It lives as long as its input is open. What its processes print goes to its standard error.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

import uvicorn
from django.conf import settings
from django.test import Client

from key2key.asgi import application
from key2key.celery import sweep_until
from key2key.common import background
from key2key.settings.databases import grant_worker_time
from key2key.start import let_go_of_the_database
from key2key.tests.money.steps import Steps

BACKLOG = 128
WAITING = 0.05  # between two looks for work


def serve(door: socket.socket, *, die_at: str) -> None:
    """Answer HTTP at this door."""
    app = Steps(die_at).around(application)
    config = uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    uvicorn.Server(config).run(sockets=[door])


def work(*, die_at: str) -> None:
    """Do what is due, as the product's worker does."""
    grant_worker_time(settings.DATABASES["default"])
    Steps(die_at).begin()
    sweep_until(threading.Event(), seconds=WAITING)


def fork(life: Callable[[], None]) -> int:
    """The number of a process that lives this life."""
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(2, 1)  # what is printed is not an answer
    try:
        life()
    finally:
        os._exit(0)


def obey(order: dict[str, Any]) -> dict[str, int]:
    """Do what a line says."""
    die_at = order["die_at"]
    if order["do"] == "work":
        return {"pid": fork(lambda: work(die_at=die_at))}
    with socket.create_server(("127.0.0.1", 0), backlog=BACKLOG) as door:
        port = door.getsockname()[1]
        return {"pid": fork(lambda: serve(door, die_at=die_at)), "port": port}


def warm_up() -> None:
    """What is loaded at the first request and the first look for work is loaded before the first fork."""
    Client().get("/api/v1/payments/gateways", headers={"host": "127.0.0.1"})
    background.sweep()


def main() -> None:
    # One address stands for three companies and all payers here.
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, "1000000/minute")
    warm_up()
    let_go_of_the_database()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    born: list[int] = []
    print("{}", flush=True)
    for line in sys.stdin:
        answer = obey(json.loads(line))
        born.append(answer["pid"])
        print(json.dumps(answer), flush=True)
    for pid in born:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    main()
