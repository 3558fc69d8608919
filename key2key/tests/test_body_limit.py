"""What the ASGI server takes in, and where it stops to read."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.core.asgi import get_asgi_application

from key2key.common.body_limit import is_cut, limited

KIB = 1024


@pytest.fixture
def application(transactional_db) -> Any:
    """As it is served; `key2key.asgi` itself starts servers of its own when it is imported."""
    return limited(get_asgi_application())


def test_what_is_served_is_limited():
    source = (settings.BASE_DIR / "key2key" / "asgi.py").read_text(encoding="utf-8")
    assert '"http": limited(get_asgi_application())' in source


def scope(path: str, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [(b"host", b"testserver"), (b"content-type", b"application/json"), *headers],
        "client": ("127.0.0.1", 4711),
        "server": ("testserver", 80),
    }


async def parts(size: int, *, each: int = 64 * KIB) -> AsyncIterator[dict[str, Any]]:
    for begin in range(0, size, each):
        part = b" " * min(each, size - begin)
        yield {"type": "http.request", "body": part, "more_body": begin + each < size}


async def answer_to(application: Any, asked: dict[str, Any], *, size: int) -> tuple[int, dict[str, Any], Any]:
    caller = ApplicationCommunicator(application, asked)
    async for part in parts(size):
        await caller.send_input(part)
    start, body = await caller.receive_output(10), await caller.receive_output(10)
    await caller.send_input({"type": "http.disconnect"})
    await caller.wait(10)
    headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, json.loads(body["body"])


@pytest.mark.asyncio
async def test_a_body_without_an_end_is_refused_as_a_problem(application):
    status, headers, problem = await answer_to(application, scope("/api/v1/auth/login"), size=3 * KIB * KIB)
    assert (status, problem["code"], problem["status"]) == (413, "too_large", 413)
    assert headers["content-type"] == "application/problem+json"
    assert headers["x-request-id"] == problem["request_id"] != ""


@pytest.mark.asyncio
async def test_an_announced_body_is_refused_before_it_is_read(application):
    asked = scope("/api/v1/auth/login", (b"content-length", b"99999999999"))
    status, _, problem = await answer_to(application, asked, size=0)
    assert (status, problem["code"]) == (413, "too_large")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "path, size",
    [
        ("/api/v1/auth/login", KIB * KIB),
        ("/api/v1/uploads", settings.FILE_BODY_MAX_SIZE),
        ("/api/v1/verification/cases/7/documents", settings.DOCUMENT_MAX_SIZE),
        ("/api/v1/payments/7/proof", settings.DOCUMENT_MAX_SIZE),
    ],
)
async def test_what_fits_is_passed_on_whole(path, size):
    heard = []

    async def listen(scope: Any, receive: Any, send: Any) -> None:
        while (message := await receive())["type"] == "http.request":
            heard.append(len(message["body"]))
            if not message["more_body"]:
                break
        assert not is_cut(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    caller = ApplicationCommunicator(limited(listen), scope(path))
    async for part in parts(size):
        await caller.send_input(part)
    assert (await caller.receive_output(10))["status"] == 200
    assert sum(heard) == size


@pytest.mark.asyncio
async def test_the_application_is_given_no_more_than_the_limit():
    heard = []

    async def listen(scope: Any, receive: Any, send: Any) -> None:
        while (message := await receive())["type"] == "http.request":
            heard.append(len(message["body"]))
        assert is_cut(scope)

    caller = ApplicationCommunicator(limited(listen), scope("/api/v1/uploads"))
    async for part in parts(settings.FILE_BODY_MAX_SIZE + 256 * KIB):
        await caller.send_input(part)
    await caller.send_input({"type": "http.disconnect"})
    await caller.wait(10)
    assert sum(heard) <= settings.FILE_BODY_MAX_SIZE
