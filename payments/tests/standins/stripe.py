"""Stripe on this machine: real HTTP, its rules, its signatures, and its bad days (payments.md 3.12).

It imports nothing of our gateway and nothing of Stripe's client, so that a mistake there cannot cancel
itself out here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from payments.tests.standins.stripe_books import Books, Refusal, Words, listed

VERSION = "2026-10-28.endive"
LONGEST_KEY = 255
Sent = tuple[dict[str, str], bytes]


class StripeStandIn(Books):
    """One account at Stripe. Use it as a context manager; `url` is the base of the API.

    Switches: `currencies`, `settles_in`, `refunds_wait`, `livemode`. `misbehave` breaks the next answers.
    `calls` are the method and path of each request so far.
    """

    def __init__(self) -> None:
        super().__init__()
        self.key, self.secrets = "sk_test_standin", ["whsec_standin"]
        self.calls: list[tuple[str, str]] = []
        self._kept: dict[str, tuple[str, int, Words]] = {}
        self._running: set[str] = set()
        self._bad_days: list[str] = []
        self._outbox: list[Sent] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> StripeStandIn:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def misbehave(self, *kinds: str) -> None:
        """Break the next answers, one each: "500", "409", "429", "html", "garbage", "slow", "lost"."""
        self._bad_days += kinds

    def forget_keys(self) -> None:
        """A month passes: the answers kept under idempotency keys are gone."""
        self._kept.clear()

    # what Stripe tells

    def notify(
        self, reference: str, times: int = 1, *, event: int = -1, age_seconds: int = 0, **quirks: Any
    ) -> list[Sent]:
        """An event of an order, the last one unless said, as it is sent; `quirks` are words put over it."""
        body = json.dumps({**self.events[reference][event], **quirks}).encode()
        sent = self.signed(body, at=int(time.time()) - age_seconds), body
        self._outbox += [sent] * times
        return [sent] * times

    def signed(self, body: bytes, *, at: int) -> dict[str, str]:
        """The headers of a delivery, with one signature for each secret that holds."""
        proofs = ",".join(f"v1={proof(body, at=at, secret=secret)}" for secret in self.secrets)
        return {"Stripe-Signature": f"t={at},{proofs}", "Content-Type": "application/json; charset=utf-8"}

    def deliver_to(self, base_url: str) -> list[int]:
        """Send what waits to the merchant, as HTTP. Returns the statuses of the answers."""
        waiting, self._outbox = self._outbox, []
        url = f"{base_url}/api/v1/payments/webhooks/stripe"
        with httpx.Client(trust_env=False) as line:
            return [line.post(url, headers=headers, content=body).status_code for headers, body in waiting]

    # what the merchant asks, as HTTP

    def answer(self, method: str, path: str, *, headers: Any, body: str) -> tuple[int, Words]:
        """The status and the words of the answer to one request."""
        self.calls.append((method, urlsplit(path).path))
        try:
            self._judge(method, headers=headers)
            if method == "GET":
                return 200, self._do(method, path, words=tree(urlsplit(path).query))
            return self._once(method, path, key=headers["Idempotency-Key"], body=body)
        except Refusal as refusal:
            return refusal.status, refusal.words

    def bad_day(self) -> str:
        return self._bad_days.pop(0) if self._bad_days else ""

    def _judge(self, method: str, *, headers: Any) -> None:
        if headers["Authorization"] != f"Bearer {self.key}":
            raise Refusal(401, "api_key_invalid")
        if headers["Stripe-Version"] != VERSION:
            raise Refusal(400, "version_invalid")
        if method != "POST":
            return
        if headers["Content-Type"] != "application/x-www-form-urlencoded":
            raise Refusal(400, "content_type_invalid")
        if not 0 < len(headers.get("Idempotency-Key", "")) <= LONGEST_KEY:
            raise Refusal(400, "idempotency_key_invalid")

    def _once(self, method: str, path: str, *, key: str, body: str) -> tuple[int, Words]:
        """The same key gets the same answer; with other words it is refused; while it runs it must wait."""
        asked = f"{path} {body}"
        with self._lock:
            if key in self._running:
                raise Refusal(409, "idempotency_key_in_use", kind="idempotency_error")
            if key in self._kept:
                before, status, words = self._kept[key]
                if before != asked:
                    raise Refusal(400, "idempotency_key_reused", kind="idempotency_error")
                return status, words
            self._running.add(key)
        try:
            words = self._do(method, path, words=tree(body))
            self._kept[key] = asked, 200, words
            return 200, words
        finally:
            self._running.discard(key)

    def _do(self, method: str, path: str, *, words: Words) -> Words:
        parts = urlsplit(path).path.removeprefix("/v1/").split("/")
        expand = words.pop("expand", [])
        with self._lock:
            match method, *parts:
                case "POST", "checkout", "sessions":
                    thing = self.create_session(words)
                case "POST", "checkout", "sessions", number, "expire":
                    thing = self.expire_session(self.find(number, kind="checkout.session"))
                case "GET", "checkout", "sessions":
                    return self._page(self.list_sessions(words), words)
                case "GET", "checkout", "sessions", number:
                    thing = self.find(number, kind="checkout.session")
                case "POST", "refunds":
                    thing = self.create_refund(words)
                case "GET", "disputes":
                    return self._page(self.list_disputes(words), words)
                case _:
                    raise Refusal(404, "url_unknown")
            return self.shown(thing, expand=expand)

    def _page(self, rows: list[Words], words: Words) -> Words:
        limit = int(words.get("limit", 10))
        return listed([self.shown(row, expand=[]) for row in rows], limit=limit)


def proof(body: bytes, *, at: int, secret: str) -> str:
    """What a secret makes of a body sent at that second (payments.md 3.6)."""
    return hmac.new(secret.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()


def tree(form: str) -> Words:
    """`a[b][0][c]=1` as nested words; numbers in brackets make lists."""
    words: Words = {}
    for name, value in parse_qsl(form, keep_blank_values=True, strict_parsing=True) if form else []:
        at = words
        *path, last = name.replace("]", "").split("[")
        for step in path:
            at = at.setdefault(step, {})
        if last in at:
            raise Refusal(400, "parameter_repeated", param=name)
        at[last] = value
    return {name: _with_lists(value) for name, value in words.items()}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(name.isdigit() for name in value):
        return [_with_lists(value[str(number)]) for number in range(len(value))]
    return {name: _with_lists(below) for name, below in value.items()}


def _handler(stand_in: StripeStandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            day = stand_in.bad_day()
            if day in BROKEN:
                BROKEN[day](self)
                return
            status, words = stand_in.answer(self.command, self.path, headers=self.headers, body=body)
            if day == "lost":  # the work is done; the answer never arrives
                self.close_connection = True
                self.connection.close()
                return
            self.say(status, json.dumps(words).encode())

        def say(self, status: int, body: bytes, *, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Request-Id", f"req_{secrets.token_hex(7)}")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Says nothing."""

    return Handler


def _error(kind: str) -> bytes:
    return json.dumps({"error": {"type": kind, "message": kind}}).encode()


def _slow(handler: Any) -> None:
    time.sleep(0.5)
    handler.close_connection = True


BROKEN: dict[str, Callable[[Any], None]] = {
    "500": lambda handler: handler.say(500, _error("api_error")),
    "409": lambda handler: handler.say(409, _error("idempotency_error")),
    "429": lambda handler: handler.say(429, _error("rate_limit_error")),
    "html": lambda handler: handler.say(200, b"<html>soon back</html>", kind="text/html"),
    "garbage": lambda handler: handler.say(200, b'{"id": "cs_test_1", "object": "checkout.session"}'),
    "slow": _slow,
}
