"""The payment companies we work with: who is enabled, and the one line over which all are called."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from key2key.common.errors import InvalidInput, NotFound, Unavailable
from payments.gateways.contract import Gateway

log = structlog.get_logger(__name__)

SECONDS = 10.0
CONNECT_SECONDS = 3.0
LONGEST_ANSWER = 1024 * 1024
# Answers that say nothing of the order: our credentials, our pace, a page that a proxy moved.
NOT_THE_ORDER = frozenset({301, 302, 303, 307, 308, 401, 403, 407, 408, 425, 429})
REFUSED, BROKEN = 400, 500


def gateway(name: str) -> Gateway:
    """The enabled gateway of that name. Raises NotFound."""
    if name not in settings.PAYMENT_GATEWAYS or name not in settings.GATEWAY_CLASSES:
        raise NotFound
    made: Gateway = import_string(settings.GATEWAY_CLASSES[name])()
    return made


def enabled() -> list[Gateway]:
    """Those that a payer may choose from, in the order of PAYMENT_GATEWAYS."""
    return [gateway(name) for name in settings.PAYMENT_GATEWAYS]


@dataclass(frozen=True)
class Answer:
    """What came back: below 500, at most 1 MiB, within the time."""

    status: int
    body: bytes

    @property
    def is_refusal(self) -> bool:
        """Whether the other side says no to what was asked."""
        return self.status >= REFUSED

    def words(self) -> dict[str, Any]:
        """The JSON object in the body. Raises Unavailable: who cannot be read has not answered."""
        try:
            read = json.loads(self.body)
        except (ValueError, RecursionError):
            read = None
        if not isinstance(read, dict):
            raise Unavailable("gateway_unavailable")
        return read


def ask(method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"") -> Answer:
    """One HTTP call. Raises Unavailable when nothing of use comes back.

    The answer begins within ten seconds and does not drip in for longer than that. Answers of 4xx that are
    about the order come back to the caller; redirects are not followed.
    """
    ends_at = time.monotonic() + SECONDS
    try:
        with _client().stream(method, url, headers=dict(headers), content=body) as response:
            answer = Answer(response.status_code, _read(response, ends_at=ends_at))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        log.warning("gateway_silent", url=url, error=type(error).__name__)
        raise Unavailable("gateway_unavailable") from error
    if answer.status >= BROKEN or answer.status in NOT_THE_ORDER:
        log.warning("gateway_broken", url=url, status=answer.status)
        raise Unavailable("gateway_unavailable")
    return answer


def ask_json(
    method: str, url: str, *, headers: Mapping[str, str], words: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """`ask` in JSON. Raises InvalidInput ("gateway_refused"), NotFound at 404."""
    body = b"" if words is None else json.dumps(words).encode()
    answer = ask(method, url, headers={"Content-Type": "application/json", **headers}, body=body)
    if answer.status == 404:  # noqa: PLR2004 - as it is known
        raise NotFound
    said = answer.words()
    if answer.is_refusal:
        raise InvalidInput("gateway_refused", vendor_code=str(said.get("code", ""))[:60])
    return said


@contextmanager
def spoken_over(transport: httpx.BaseTransport) -> Iterator[None]:
    """Let every call inside go over `transport` instead of the network. For tests."""
    global _transport  # noqa: PLW0603 - the one seam at which the network is faked, in all threads
    before, _transport = _transport, transport
    _hang_up()
    try:
        yield
    finally:
        _transport = before
        _hang_up()


def _hang_up() -> None:
    """Close the client, if there is one, so that the next call gets another."""
    if _client.cache_info().currsize:
        _client().close()
    _client.cache_clear()


_transport: httpx.BaseTransport | None = None


@cache
def _client() -> httpx.Client:
    """One per process, which keeps its connections; proxies of the environment are not ours."""
    timeout = httpx.Timeout(SECONDS, connect=CONNECT_SECONDS)
    return httpx.Client(timeout=timeout, transport=_transport, trust_env=False)


def _read(response: httpx.Response, *, ends_at: float) -> bytes:
    """The body, unless it drips in or does not end: httpx bounds each read, not their sum."""
    read = bytearray()
    for piece in response.iter_bytes():
        read += piece
        if len(read) > LONGEST_ANSWER or time.monotonic() > ends_at:
            raise httpx.ReadTimeout("the answer is too long or too slow")
    return bytes(read)
