"""The sandbox without a server: its API answers inside the test's process, its page's buttons are pressed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.test import Client

from key2key.common import background
from payments import gateways
from payments.gateways.contract import Checkout, Order, Standing
from payments.gateways.sandbox import Sandbox
from payments.models import SandboxCheckout, SandboxWebhook


class InProcess(httpx.BaseTransport):
    """Takes every call to the product itself, in the caller's thread and on its database connection."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        # What a request leaves behind (language, request id) is not the caller's: in life it is far away.
        return copy_context().run(self._ask, request)

    def _ask(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        self.calls.append((request.method, path))
        sent = Client(raise_request_exception=False).generic(
            request.method,
            path,
            data=request.read(),
            content_type=request.headers.get("content-type", "application/octet-stream"),
            headers={
                name: value for name, value in request.headers.items() if name not in {"host", "cookie"}
            },
        )
        return httpx.Response(sent.status_code, headers=list(sent.items()), content=sent.content)


class Company:
    """The payment company, as a test works it.

    `calls` are the HTTP calls made to the product so far, of the gateway and of webhooks alike.
    """

    def __init__(self, transport: InProcess) -> None:
        self._transport = transport

    @property
    def calls(self) -> list[tuple[str, str]]:
        return self._transport.calls

    def press(self, checkout_url: str, *buttons: str) -> None:
        """Press buttons on the page behind `checkout_url`, as the payer's browser would."""
        path = urlsplit(checkout_url).path
        for button in buttons:
            shown = Client().post(path, {"button": button})
            assert shown.status_code == 302, f"{button}: {shown.status_code}"

    def deliver(self) -> int:
        """Hand over the notifications that wait. Returns how many; what we make of them is ours to do."""
        return background.perform(SandboxWebhook, limit=1000)

    def settle(self) -> None:
        """Let all background work be done, ours and the company's, until nothing is due."""
        for _round in range(100):
            if not background.sweep():
                return
        raise AssertionError("the background work does not end")

    def checkout(self, reference: str) -> SandboxCheckout:
        """The company's own row of an order."""
        return SandboxCheckout.objects.get(reference=reference)


def order(reference: str = "K2K-7F3A", **other: Any) -> Order:
    """What a merchant asks of the company."""
    values = {
        "reference": reference,
        "amount": Decimal("50000.00"),
        "currency": "ETB",
        "description": "Deposit for a villa in Bole",
        "return_url": "https://app.example/deals/7",
        "webhook_url": "https://api.example/api/v1/payments/webhooks/sandbox",
        "payer_name": "Hana Bekele",
    }
    return Order(**{**values, **other})


def standing(reference: str = "K2K-7F3A") -> Standing:
    """How the order stands at the company."""
    return Sandbox().look_up(reference, "")


def told() -> list[str]:
    """What the company has to say to us, in the order in which it happened."""
    return list(SandboxWebhook.objects.order_by("created_at", "id").values_list("kind", flat=True))


def path_of(checkout: Checkout) -> str:
    """Where the page of the checkout is, for a test's browser."""
    return urlsplit(checkout.checkout_url).path


@contextmanager
def running() -> Iterator[Company]:
    """The company answers while inside."""
    transport = InProcess()
    with gateways.spoken_over(transport):
        yield Company(transport)
