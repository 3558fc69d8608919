"""The payment companies we work with: who is enabled, and the one line over which all are called."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from key2key.common.errors import InvalidInput, NotFound, Unavailable
from payments.gateways.contract import Gateway, HomeAccount

log = structlog.get_logger(__name__)

SECONDS = 8.0  # one deed at a gateway, all its calls together: a silent company is found out within ten
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


def by_hand() -> list[str]:
    """The names of the gateways whose money moves by hand: nobody is asked about it."""
    known = settings.GATEWAY_CLASSES.items()
    return [name for name, path in known if import_string(path).by_hand]


def home_accounts_of(name: str) -> tuple[HomeAccount, ...]:
    """Where payers bring the money of that gateway; nowhere when it is not enabled, or needs no bringing."""
    is_asked = name in settings.PAYMENT_GATEWAYS and name in by_hand()
    return gateway(name).home_accounts if is_asked else ()


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


@dataclass(frozen=True)
class Trust:
    """Whose certificates prove a company's server: the usual authorities', or those in a file of ours."""

    ca_bundle: str = ""
    verify: bool = True  # False only where no money is real (payments.checks)

    def means(self) -> ssl.SSLContext | bool:
        """The same for httpx. An authority in our file need not be a root: some servers send half a chain."""
        if not (self.verify and self.ca_bundle):
            return self.verify
        context = ssl.create_default_context(cafile=self.ca_bundle)
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        return context


USUAL = Trust()


@contextmanager
def in_time() -> Iterator[None]:
    """All calls inside share one time limit: a deed of three calls takes no longer than one of one."""
    token = _ends_at.set(time.monotonic() + SECONDS)
    try:
        yield
    finally:
        _ends_at.reset(token)


def ask(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes = b"",
    trust: Trust = USUAL,
    heed: frozenset[int] = frozenset(),
) -> Answer:
    """One HTTP call. Raises Unavailable when nothing of use comes back.

    It takes eight seconds at most, from the first knock to the last byte. Answers of 4xx that are about the
    order come back to the caller, as do others that it heeds; redirects are not followed.
    """
    ends_at = _ends_at.get() or time.monotonic() + SECONDS
    limits = {"timeout": _TimeLeft(ends_at)}
    try:
        line = _client(trust).stream(method, url, headers=dict(headers), content=body, extensions=limits)
        with line as response:
            answer = Answer(response.status_code, _read(response, ends_at=ends_at))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        log.warning("gateway_silent", url=url, error=type(error).__name__)
        raise Unavailable("gateway_unavailable") from error
    if answer.status >= BROKEN or answer.status in NOT_THE_ORDER - heed:
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
    """Close the clients, so that the next call gets another."""
    _client.cache_clear()
    while _opened:
        _opened.pop().close()


class _TimeLeft(Mapping[str, float]):
    """The time limits of a call, as httpcore looks them up before each step: what is left until the end."""

    def __init__(self, ends_at: float) -> None:
        self._ends_at = ends_at

    def __getitem__(self, step: str) -> float:
        left = max(self._ends_at - time.monotonic(), 0.001)
        return min(left, CONNECT_SECONDS) if step == "connect" else left

    def __iter__(self) -> Iterator[str]:
        return iter(("connect", "read", "write", "pool"))

    def __len__(self) -> int:
        return len(tuple(self))


_ends_at: ContextVar[float | None] = ContextVar("_ends_at", default=None)
_transport: httpx.BaseTransport | None = None
_opened: list[httpx.Client] = []


@cache
def _client(trust: Trust) -> httpx.Client:
    """One per process and trust, which keeps its connections; proxies of the environment are not ours."""
    client = httpx.Client(transport=_transport, verify=trust.means(), trust_env=False)
    _opened.append(client)
    return client


def _read(response: httpx.Response, *, ends_at: float) -> bytes:
    """The body, unless it drips in or does not end: each read is bounded, not their sum."""
    read = bytearray()
    for piece in response.iter_bytes():
        read += piece
        if len(read) > LONGEST_ANSWER or time.monotonic() > ends_at:
            raise httpx.ReadTimeout("the answer is too long or too slow")
    return bytes(read)
