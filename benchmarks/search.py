"""The search page: our CPU and PostgreSQL's per request, beside the same statement sent bare."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib.auth import get_user_model
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from accounts.authentication import access_token
from accounts.services import open_session
from key2key.common import clock
from listings import search_sql
from listings.search import Question, read
from listings.search_page import SLOTS

TICKS = os.sysconf("SC_CLK_TCK")
LIMIT = 20
QUESTIONS = {
    "newest homes": ("properties", {}),
    "in Addis Ababa, up to 20 million": ("properties", {"location": "addis-ababa", "price_max": "20000000"}),
    "cheapest vehicles": ("vehicles", {"sort": "price"}),
    "Toyota from 2010": ("vehicles", {"brand": "toyota", "year_min": "2010"}),
    "words": ("listings", {"q": "ቦሌ apartment"}),
}
Deed = Callable[[], Any]
Figures = dict[str, dict[str, dict[str, float]]]


def measure(*, rounds: int, requests: int) -> Figures:
    """CPU milliseconds per request, the median of the rounds, which alternate between the contenders."""
    token = _token()
    handler = WSGIHandler()
    backend = _backend()
    figures: Figures = {}
    for name, (path, asked) in QUESTIONS.items():
        contenders: dict[str, Deed] = {
            "bare statement": _bare(path, asked),
            "anonymous": lambda path=path, asked=asked: _request(handler, path, asked),
            "signed in": lambda path=path, asked=asked: _request(handler, path, asked, token=token),
        }
        taken: dict[str, list[tuple[float, float, float]]] = {contender: [] for contender in contenders}
        for _ in range(rounds):
            for contender, deed in contenders.items():
                taken[contender].append(_cost(deed, times=requests, backend=backend))
        figures[name] = {contender: _summary(costs) for contender, costs in taken.items()}
    return figures


def show(figures: Figures) -> None:
    """A table: ours, PostgreSQL's, the sum, and the sum against the bare statement's."""
    print(f"\n{'CPU ms per request':38}{'ours':>8}{'PostgreSQL':>12}{'sum':>8}{'ratio':>8}")
    for name, contenders in figures.items():
        bare = contenders["bare statement"]["sum"]
        for contender, cost in contenders.items():
            print(
                f"{name if contender == 'bare statement' else '':22.22}{contender:16}"
                f"{cost['ours']:8.2f}{cost['postgresql']:12.2f}{cost['sum']:8.2f}{cost['sum'] / bare:8.1f}"
            )


def _bare(path: str, asked: dict[str, str]) -> Deed:
    statement, values = search_sql.page(
        _question(path, asked),
        after=None,
        limit=LIMIT + 1,
        language="en",
        promotion=search_sql.Promotion(SLOTS, clock.now()),
    )

    def send() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            cursor.fetchall()

    return send


def _question(path: str, asked: dict[str, str]) -> Question:
    kind = {"properties": "property", "vehicles": "vehicle"}.get(path)
    return read({name: [value] for name, value in asked.items()}, kind=kind)


def _request(handler: WSGIHandler, path: str, asked: dict[str, str], *, token: str = "") -> None:
    query = "&".join(f"{name}={quote(value)}" for name, value in asked.items())
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": f"/api/v1/{path}",
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": f"127.{os.getpid() % 200}.0.{time.time_ns() % 250}",
        "wsgi.input": BytesIO(),
        "wsgi.url_scheme": "http",
        "wsgi.errors": BytesIO(),
        **({"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}),
    }
    statuses: list[str] = []
    response = handler(environ, lambda status, _headers: statuses.append(status))
    body = b"".join(response)
    response.close()
    if not statuses[0].startswith("200") or b'"results":[{' not in body:
        raise SystemExit(f"{path}?{query}: {statuses[0]} {body[:200]!r}")


def _cost(deed: Deed, *, times: int, backend: int) -> tuple[float, float, float]:
    deed()
    wall, ours, theirs = time.perf_counter(), time.process_time(), _cpu_of(backend)
    for _ in range(times):
        deed()
    spent = (time.process_time() - ours, _cpu_of(backend) - theirs, time.perf_counter() - wall)
    return tuple(1000 * seconds / times for seconds in spent)  # type: ignore[return-value]


def _summary(costs: list[tuple[float, float, float]]) -> dict[str, float]:
    ours, theirs, wall = (statistics.median(column) for column in zip(*costs, strict=True))
    figures = {"ours": ours, "postgresql": theirs, "sum": ours + theirs, "wall": wall}
    return {name: round(value, 3) for name, value in figures.items()}


def _backend() -> int:
    """The process that serves our connection, which every request of this thread uses again."""
    connection.close()
    connection.settings_dict["CONN_MAX_AGE"] = None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _cpu_of(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICKS


def _token() -> str:
    user = get_user_model()._default_manager.order_by("created_at").first()
    return access_token(open_session(user=user, second_factor=False).session)
