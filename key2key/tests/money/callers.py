"""People who pay over HTTP, at a product that runs in a process of its own."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from accounts import services
from accounts.authentication import access_token
from payments.services import Asked

PATH = "/api/v1/payments"
TRY_AGAIN = {"idempotency_in_progress", "busy"}
PATIENCE, PAUSE = 30.0, 0.2


@dataclass(frozen=True)
class Caller:
    """Somebody who is signed in. Their wish is the body of their requests."""

    token: str
    wish: Mapping[str, Any]

    def ask(self, base: str, *, key: str) -> httpx.Response:
        """One request to begin to pay. Raises httpx.TransportError when nobody answers."""
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        return httpx.post(f"{base}{PATH}", json=dict(self.wish), headers=headers, timeout=60, trust_env=False)

    def insist(self, base: str, *, key: str) -> httpx.Response:
        """The same again, while it is told to try again: the first one still runs, or all are busy."""
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self.ask(base, key=key)
            if code_of(answer) not in TRY_AGAIN or time.monotonic() > deadline:
                return answer
            time.sleep(PAUSE)


def caller(person: Any, *, asked: Asked) -> Caller:
    """This person, with a session of theirs."""
    session = services.open_session(user=person, second_factor=False).session
    wish = {
        "purpose": asked.purpose,
        "target": {"type": asked.target.type, "id": str(asked.target.id)},
        "gateway": asked.gateway,
        "return_url": asked.return_url,
        "days": asked.days,
    }
    return Caller(access_token(session), {name: value for name, value in wish.items() if value is not None})


def code_of(answer: httpx.Response) -> str:
    """The code of a refusal; empty for anything else."""
    return "" if answer.is_success else str(json.loads(answer.content).get("code", ""))
