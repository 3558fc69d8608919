"""One person's connection to the API."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

import httpx

Found = TypeVar("Found")
PATIENCE_SECONDS, PAUSE_SECONDS = 30.0, 0.1
NO_IDLE_CONNECTIONS = httpx.Limits(max_keepalive_connections=0)  # nobody has to remember to close a caller


class Refused(Exception):
    """The product said no; `problem` is what it said."""

    def __init__(self, response: httpx.Response) -> None:
        is_problem = "json" in response.headers.get("Content-Type", "")
        self.status, self.problem = response.status_code, response.json() if is_problem else {}
        self.code = str(self.problem.get("code", ""))
        asked = f"{response.request.method} {response.request.url}"
        super().__init__(f"{asked}: {response.status_code} {response.text[:600]}")


class Caller:
    """Somebody who calls the API under `base`; after `sign_in` as themselves."""

    def __init__(self, base: str, *, language: str = "en") -> None:
        self.base = base.rstrip("/")
        self.http = httpx.Client(
            timeout=20, headers={"Accept-Language": language}, limits=NO_IDLE_CONNECTIONS
        )
        self.token = ""

    def sign_in(self, tokens: dict[str, Any]) -> None:
        """Use the tokens of a sign-in from here on."""
        self.token = tokens["access_token"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    def get(self, path: str, **query: Any) -> Any:
        """What the call answers. Raises Refused."""
        return self._ask("GET", path, params=query)

    def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        """What the call answers; it carries an Idempotency-Key, a fresh one when none is given."""
        return self._ask("POST", path, json=body or {}, headers={"Idempotency-Key": key or str(uuid4())})

    def put(self, path: str, body: Any) -> Any:
        """What the call answers. Raises Refused."""
        return self._ask("PUT", path, json=body)

    def patch(self, path: str, body: Any) -> Any:
        """What the call answers. Raises Refused."""
        return self._ask("PATCH", path, json=body)

    def upload(self, path: str, file: bytes, *, name: str, **fields: str) -> Any:
        """Send a file in."""
        return self._ask("POST", path, files={"file": (name, file)}, data=fields)

    def _ask(self, method: str, path: str, **how: Any) -> Any:
        response = self.http.request(method, f"{self.base}/api/v1/{path}", **how)
        if response.is_error:
            raise Refused(response)
        return response.json() if response.content else None


def until(look: Callable[[], Found], *, what: str, seconds: float = PATIENCE_SECONDS) -> Found:
    """Look again and again until something is found. Raises TimeoutError naming `what`."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(PAUSE_SECONDS)
    return found
