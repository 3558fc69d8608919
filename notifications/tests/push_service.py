"""A push service on this machine, and the browser behind it that reads what came."""

from __future__ import annotations

import json
import os
import threading
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from notifications.services import Subscription
from notifications.tests.factories import base64url


@dataclass
class Delivery:
    """One request as it came in."""

    headers: dict[str, str]
    body: bytes


@dataclass
class PushService:
    """Answers with `status` and, for a redirect, where to."""

    address: str
    status: int = 201
    location: str = ""
    received: list[Delivery] = field(default_factory=list)

    def claims(self, delivery: Delivery) -> dict[str, Any]:
        """What the sender's token says, its signature proved by the key beside it (RFC 8292)."""
        scheme, _, rest = delivery.headers["authorization"].partition(" ")
        assert scheme == "vapid"
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        point = urlsafe_b64decode(parts["k"] + "=" * (-len(parts["k"]) % 4))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        claims = jwt.decode(parts["t"], key, algorithms=["ES256"], audience=self.address)
        return {**claims, "key": parts["k"]}


class Browser:
    """Subscribes, and decrypts what reaches it (RFC 8291)."""

    def __init__(self, service: PushService, *, path: str = "/push/1") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = os.urandom(16)
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.subscription = Subscription(
            f"{service.address}{path}", p256dh=base64url(point), auth=base64url(self._auth), name="Firefox"
        )

    def read(self, delivery: Delivery) -> dict[str, Any]:
        """The message."""
        clear = http_ece.decrypt(
            delivery.body, private_key=self._key, auth_secret=self._auth, version="aes128gcm"
        )
        return json.loads(clear)


@contextmanager
def running() -> Iterator[PushService]:
    """A push service that listens."""
    service = PushService("")

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.received.append(Delivery(headers, body))
            self.send_response(service.status)
            if service.location:
                self.send_header("Location", service.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        service.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield service
        server.shutdown()
