"""Telebirr on this machine: real HTTP, its rules, its signatures, and its bad days (payments.md 1.16).

It imports nothing of our gateway, so that a mistake there cannot cancel itself out here.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from payments.tests.standins import telebirr_crypto as crypto
from payments.tests.standins.telebirr_books import (
    APP_KEY,
    MERCHANT_APP,
    SECRET,
    SHORT_CODE,
    Books,
    Order,
)

API, PAGE = "/apiaccess/payment/gateway/payment/v1/", "/payment/web/paygate"
WEBHOOKS = "/api/v1/payments/webhooks/telebirr"
Sent = tuple[dict[str, str], bytes]


class TelebirrStandIn(Books):
    """One merchant's Telebirr. Use it as a context manager; `url` is where it is.

    Switches: `token_seconds`, `prefixes_tokens`, `pads` (which padding it takes), `quota` (calls of one
    route), `refunds_wait`, `ahead`. `misbehave` breaks the next answers, "slow" ones after `slow_seconds`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.slow_seconds = 0.1
        self._outbox: list[Sent] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Door", (_Door,), {"standin": self}))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> TelebirrStandIn:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def start_over(self) -> None:
        """Forget everything, as between two tests."""
        Books.__init__(self)
        self._outbox.clear()

    def settings(self) -> dict[str, Any]:
        """What Ethio telecom would have given us, by the names of our settings."""
        return {
            "TELEBIRR_BASE_URL": f"{self.url}/apiaccess/payment/gateway",
            "TELEBIRR_WEB_BASE_URL": f"{self.url}{PAGE}?",
            "TELEBIRR_FABRIC_APP_ID": APP_KEY,
            "TELEBIRR_APP_SECRET": SECRET,
            "TELEBIRR_MERCHANT_APP_ID": MERCHANT_APP,
            "TELEBIRR_MERCHANT_CODE": SHORT_CODE,
            "TELEBIRR_PRIVATE_KEY": crypto.private_text("merchant"),
            "TELEBIRR_PUBLIC_KEY": crypto.public_text("telebirr"),
        }

    # what happens at Telebirr

    def pay(self, reference: str) -> None:
        """The payer pays; possible on a page that was closed a moment ago."""
        with self._lock:
            order = self.orders[reference]
            order.status, order.paid_at = "PAY_SUCCESS", self.now()
            order.transaction = order.transaction or f"DAB{secrets.token_hex(4).upper()}"
            order.events.append("Completed")

    def paying(self, reference: str) -> None:
        """The payer types the PIN."""
        self._end(reference, status="PAYING", event="Paying")

    def fail(self, reference: str) -> None:
        self._end(reference, status="PAY_FAILED", event="Failure")

    def expire(self, reference: str) -> None:
        self._end(reference, status="ORDER_CLOSED", event="Expired")

    def finish_refunds(self, reference: str, *, status: str = "REFUND_SUCCESS") -> None:
        """The refund that waited is over. One that failed is not given back; nobody is told."""
        with self._lock:
            order = self.orders[reference]
            order.status = status
            if status == "REFUND_FAILED":
                order.refunds.popitem()

    def _end(self, reference: str, *, status: str, event: str) -> None:
        with self._lock:
            self.orders[reference].status = status
            self.orders[reference].events.append(event)

    # what Telebirr tells

    def notify(
        self, reference: str, times: int = 1, *, signer: str = "telebirr", pads: str = "pss32", **quirks: Any
    ) -> list[Sent]:
        """The last event of an order, as it is sent.

        `quirks` named like a field say something else in it, correctly signed (None leaves it out). Others:
        `spelt="transId"` (signed as trans_id), `spaces` for `+` in the signature, `wrapped` in data, `form`
        instead of JSON, `seconds` instead of milliseconds, `numbers` instead of texts.
        """
        order = self.orders[reference]
        told = self._told(order, seconds=quirks.pop("seconds", False))
        shape = {name: quirks.pop(name, None) for name in ("spelt", "spaces", "wrapped", "form", "numbers")}
        told = {name: value for name, value in {**told, **quirks}.items() if value is not None}
        told |= {"sign": crypto.signed_by(signer, told, pads=pads), "sign_type": "SHA256WithRSA"}
        sent = _shaped(told, **shape)
        self._outbox += [sent] * times
        return [sent] * times

    def deliver_to(self, base_url: str) -> list[int]:
        """Send all that was notified to a running product. Returns what it answered; a no is sent again."""
        waiting, self._outbox = self._outbox, []
        answers = []
        with httpx.Client(base_url=base_url) as client:
            for headers, body in waiting:
                status = client.post(WEBHOOKS, content=body, headers=headers).status_code
                answers.append(status)
                self._outbox += [(headers, body)] if status != 200 else []
        return answers

    def _told(self, order: Order, *, seconds: bool) -> dict[str, Any]:
        moment = round(self.now()) if seconds else round(self.now() * 1000)
        return {
            "notify_url": order.words["notify_url"],
            "appid": MERCHANT_APP,
            "notify_time": str(moment),
            "merch_code": SHORT_CODE,
            "merch_order_id": order.reference,
            "payment_order_id": order.number,
            "total_amount": f"{order.amount:.2f}",
            "trans_id": order.transaction or None,
            "trans_currency": "ETB",
            "trade_status": order.events[-1] if order.events else "Pending",
            "trans_end_time": str(moment),
        }

    # the page

    def page(self, query: str) -> tuple[int, str]:
        """What the browser shows at the address that we made of a prepay_id."""
        words = {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
        signed = {
            name: words.get(name, "")
            for name in ("appid", "merch_code", "nonce_str", "prepay_id", "timestamp")
        }
        # Encoded or not: where it was not, each + has come as a space.
        signed["sign"] = words.get("sign", "").replace(" ", "+")
        rest = words.get("sign_type"), words.get("version"), words.get("trade_type")
        if rest != ("SHA256WithRSA", "1.0", "Checkout"):
            return 400, "<h1>Parameters are missing</h1>"
        if not crypto.is_signed_by("merchant", signed, pads=self.pads):
            return 400, "<h1>60200099 Verify the sign field failed</h1>"
        order = next((one for one in self.orders.values() if one.prepay_id == signed["prepay_id"]), None)
        if order is None or signed["appid"] != MERCHANT_APP or signed["merch_code"] != SHORT_CODE:
            return 404, "<h1>No such order</h1>"
        buttons = "".join(
            f'<form method="post" action="{PAGE}/{order.reference}/{deed}"><button>{deed}</button></form>'
            for deed in ("pay", "fail", "expire")
        )
        return 200, f"<h1>{order.words['title']}: {order.amount} ETB</h1>{buttons}"

    def press(self, reference: str, deed: str) -> str:
        """A button of the page. Returns where the browser goes then, if anywhere: a display hint."""
        {"pay": self.pay, "fail": self.fail, "expire": self.expire}[deed](reference)
        self.notify(reference)
        order = self.orders[reference]
        if "redirect_url" not in order.words:
            return ""
        told = {"merch_order_id": reference, "trade_status": order.status, "total_amount": f"{order.amount}"}
        return (
            f"{order.words['redirect_url']}?{urlencode({**told, 'sign': crypto.signed_by('telebirr', told)})}"
        )

    def control(self, deed: str, words: dict[str, Any]) -> None:
        """`POST /_standin/<deed>` for whoever is in another process."""
        if deed == "next_error":
            self.misbehave(words["kind"], route=words.get("route", ""))
        elif deed == "set_clock":
            self.ahead = float(words["ahead"])
        else:
            order = words.pop("order")
            {"pay": self.pay, "fail": self.fail, "expire": self.expire, "notify": self.notify}[deed](
                order, **words
            )


def _shaped(
    told: dict[str, Any], *, spelt: str | None, spaces: Any, wrapped: Any, form: Any, numbers: Any
) -> Sent:
    if spelt:
        told = {spelt if name == "trans_id" else name: value for name, value in told.items()}
    if spaces:
        told["sign"] = told["sign"].replace("+", " ")
    if form:
        return {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(told).encode()
    body = json.dumps({"data": told} if wrapped else told)
    for name in ("notify_time", "total_amount", "trans_end_time") if numbers else ():
        body = body.replace(f'"{name}": "{told[name]}"', f'"{name}": {told[name]}')
    return {"Content-Type": "application/json"}, body.encode()


class _Door(BaseHTTPRequestHandler):
    """Takes HTTP in for the stand-in."""

    protocol_version = "HTTP/1.1"
    standin: TelebirrStandIn

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urlsplit(self.path).path
        if path.startswith("/_standin/"):
            self.standin.control(path.rpartition("/")[2], json.loads(body))
            self._say(200, "{}")
        elif path.startswith(f"{PAGE}/"):
            reference, _slash, deed = path.removeprefix(f"{PAGE}/").partition("/")
            self._say(303, "", to=self.standin.press(reference, deed))
        elif path.startswith(API):
            self._api(path.removeprefix(API), body)
        else:
            self._say(404, "<html>Not Found</html>")

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        status, page = self.standin.page(parts.query) if parts.path == PAGE else (404, "")
        self._say(status, page)

    def _api(self, route: str, body: bytes) -> None:
        fault = self.standin.fault(route)
        if fault in {"500", "502"}:
            self._say(int(fault), "<html><h1>Bad Gateway</h1></html>")
            return
        status, said = self.standin.answer(route, self.headers, body, fault=fault)
        if fault == "lost":  # the work is done, the answer never comes
            self.close_connection = True
            return
        if fault == "slow":
            time.sleep(self.standin.slow_seconds)
        self._say(status, {"garbage": '{"result": "SUCC', "html": "<html/>"}.get(fault, json.dumps(said)))

    def _say(self, status: int, text: str, *, to: str = "") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if to:
            self.send_header("Location", to)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Says nothing."""
