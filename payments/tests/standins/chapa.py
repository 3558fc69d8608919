"""Chapa on this machine: real HTTP, its rules, its signatures, and its bad days (payments.md 2.13).

It imports nothing of our gateway, so that a mistake there cannot cancel itself out here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
import time
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import httpx

from payments.tests.standins.chapa_books import WHEN, Books

CENT = Decimal("0.01")
Sent = tuple[dict[str, str], bytes]


class ChapaStandIn(Books):
    """One merchant's Chapa. Use it as a context manager; `url` is the base of the API.

    Switches: `refunds_wait`, `finds_refunds_by` ("both" or "number"), `refunds_under` ("number" or "tx_ref"),
    `hides_cancelled`, `is_closed` for transfers, `balance`. `misbehave` breaks the next answers.
    """

    def __init__(self, *, version: str = "v1", mode: str = "test") -> None:
        super().__init__(version=version, mode=mode)
        self.secret, self.approval_secret = "test-secret", "approval-secret"
        self._bad_days: list[str] = []
        self._outbox: list[Sent] = []
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.root = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> ChapaStandIn:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"{self.root}/{self.version}"

    # what happens at Chapa

    def pay(self, reference: str) -> None:
        """The payer pays; possible on pages that failed or were closed, a moment too late."""
        with self._lock:
            order = self.orders[reference]
            order.status, order.number = "success", order.number or f"AP{secrets.token_hex(5)}"
            order.charge = (order.amount * Decimal("0.025")).quantize(CENT)
            self.balance += order.amount - order.charge
            order.events.append(("charge.success", "success"))

    def fail(self, reference: str) -> None:
        self._end(reference, status="failed", event="charge.failed/cancelled")

    def expire(self, reference: str) -> None:
        """The page is closed by Chapa: nobody is told."""
        self.orders[reference].status = "cancelled"

    def reverse(self, reference: str) -> None:
        """The payer's bank takes the money back."""
        self._end(reference, status="reversed", event="charge.reversed")

    def finish_refunds(self, *, status: str = "refunded") -> None:
        for refund in self.refunds:
            refund.status = status
            refund.order.events.append(("charge.refunded", status))

    def misbehave(self, *kinds: str) -> None:
        """Break the next answers, one each: "500", "html", "garbage", "slow", "lost", "empty"."""
        self._bad_days += kinds

    def _end(self, reference: str, *, status: str, event: str) -> None:
        with self._lock:
            order = self.orders[reference]
            order.status, order.number = status, order.number or f"AP{secrets.token_hex(5)}"
            order.events.append((event, status))

    # what Chapa tells

    def notify(self, reference: str, /, times: int = 1, *, signed: str = "body", **quirks: Any) -> list[Sent]:
        """The last event of an order, as it is sent; `quirks` are fields that say something else.

        `signed` by "body" as it should be, "constant" only, by a "stranger", or "nobody".
        """
        order = self.orders[reference]
        event, status = order.events[-1]
        sent = self._sent({**self.told(order, event=event, status=status), **quirks}, signed=signed)
        self._outbox += [sent] * times
        return [sent] * times

    def notify_payout(self, reference: str, *, event: str, status: str) -> Sent:
        """The end of a transfer."""
        transfer = self.transfers[reference]
        told = {
            "event": event,
            "type": "Payout",
            "status": status,
            "reference": reference,
            "chapa_reference": transfer.number,
            "amount": str(transfer.words["amount"]),
            "currency": "ETB",
            "account_number": transfer.words["account_number"],
            "created_at": WHEN,
        }
        return self._sent(told, signed="body")

    def deliver_to(self, base_url: str) -> list[int]:
        """Send what waits to the merchant, as HTTP. Returns the statuses of the answers."""
        waiting, self._outbox = self._outbox, []
        url = f"{base_url}/api/v1/payments/webhooks/chapa"
        with httpx.Client(trust_env=False) as line:
            return [line.post(url, headers=headers, content=body).status_code for headers, body in waiting]

    def callback(self, reference: str, *, status: str = "success") -> str:
        """Where Chapa goes with GET when somebody has paid: the merchant's address, its own words."""
        order = self.orders[reference]
        return f"{order.words['callback_url']}?trx_ref={reference}&ref_id={order.number}&status={status}"

    def approval_asked(self, reference: str, /, *, signed: str = "body", **quirks: Any) -> Sent:
        """What Chapa asks before a transfer leaves."""
        words = self.transfers[reference].words
        body = json.dumps(
            {
                "amount": f"{Decimal(str(words['amount'])):.2f}",
                "reference": reference,
                "bank": str(words["bank_code"]),
                "account_name": words["account_name"],
                "account_number": words["account_number"],
                **quirks,
            }
        ).encode()
        message = {"body": body, "constant": self.approval_secret.encode(), "stranger": b"guess"}[signed]
        return {"Chapa-Signature": _mac(self.approval_secret, message)}, body

    def approved(self, reference: str, *, status: int) -> None:
        """What the merchant answered."""
        self.transfers[reference].status = "pending" if status == 200 else "reverted"

    def _sent(self, told: dict[str, Any], *, signed: str) -> Sent:
        body = json.dumps(told, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "chapa-signature": _mac(self.secret, self.secret.encode()),
        }
        if signed in {"body", "stranger"}:
            headers["x-chapa-signature"] = _mac(self.secret if signed == "body" else "a guess", body)
        return ({} if signed == "nobody" else headers), body

    def take_bad_day(self) -> str:
        return self._bad_days.pop(0) if self._bad_days else ""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # many knock at once


def _handler(company: ChapaStandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            bad_day = company.take_bad_day()
            if bad_day in {"500", "html", "garbage", "empty"}:
                told = {"html": "<html>502 Bad Gateway</html>", "garbage": "}{", "empty": "{}"}.get(
                    bad_day, ""
                )
                self._say({"500": 500, "html": 502}.get(bad_day, 200), told)
                return
            status, words = company.answer(self.command, urlsplit(self.path).path, self.headers, body)
            if bad_day == "lost":
                self.close_connection = True
                return
            time.sleep(0.15 if bad_day == "slow" else 0)
            self._say(status, words)

        do_POST = do_PUT = do_GET  # noqa: N815 - as http.server looks them up

        def _say(self, status: int, words: Any) -> None:
            told = (words if isinstance(words, str) else json.dumps(words)).encode()
            kind = "text/html" if isinstance(words, str) else "application/json"
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_args: object) -> None:
            """Says nothing."""

    return Handler


def _mac(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
