"""The line to Chapa: who we are there, one call over it, and what its words mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from key2key.common.errors import InvalidInput, Unavailable
from payments import gateways
from payments.gateways.contract import Mode

BASES = {"v1": "https://api.chapa.co/v1", "v2": "https://api.chapa.global/v2"}
KEYS = {
    ("v1", "test"): "CHASECK_TEST-",
    ("v1", "live"): "CHASECK-",
    ("v2", "test"): "CHAPA_TEST_PRIV_",
    ("v2", "live"): "CHAPA_LIVE_PRIV_",
}
NOT_FOUND = 404
REFUSALS = frozenset({"failed", "error"})
LONGEST_CODE = 60


@dataclass(frozen=True)
class Said:
    """An answer of Chapa: below 500 and JSON. `message` is a text, whatever shape it had."""

    status: int
    words: dict[str, Any]

    @property
    def message(self) -> str:
        """Why not; {"tx_ref": ["validation.required"]} is read out as "tx_ref: validation.required"."""
        return _text_of(self.words.get("message"))

    @property
    def is_refusal(self) -> bool:
        """The HTTP status and the word in the body may each say no alone."""
        return self.status >= gateways.REFUSED or self.words.get("status") in REFUSALS

    def data(self) -> dict[str, Any]:
        """What was asked for. Raises ValueError when it is not there, InvalidInput when it was refused."""
        if self.is_refusal:
            raise refusal(self)
        data = self.words.get("data")
        if self.words.get("status") != "success" or not isinstance(data, dict):
            raise ValueError("an answer without its data")
        return data

    def tells(self, *words: str) -> bool:
        """Whether its message has one of the words in it, in whatever case."""
        message = self.message.lower()
        return any(word in message for word in words)


def base() -> str:
    """Where the configured generation of the API is."""
    return str(settings.CHAPA_BASE_URL or BASES[settings.CHAPA_API_VERSION]).rstrip("/")


def mode() -> Mode:
    """Whether the money is real. The key decides it; the start compares both (payments.checks)."""
    return Mode(settings.CHAPA_MODE)


def call(
    method: str,
    path: str,
    words: Mapping[str, Any] | None = None,
    *,
    heed: frozenset[int] = frozenset(),
) -> Said:
    """One call. Raises Unavailable when nothing that can be read comes back; what it heeds is an answer."""
    headers = {"Authorization": f"Bearer {settings.CHAPA_SECRET_KEY}", "Content-Type": "application/json"}
    body = b"" if words is None else json.dumps(words).encode()
    answer = gateways.ask(method, f"{base()}/{path}", headers=headers, body=body, heed=heed)
    return Said(answer.status, answer.words())


def refusal(said: Said) -> InvalidInput:
    """Chapa says no. It has no codes in v1, so that its sentence stands for one."""
    error = said.words.get("error")
    code = str(error.get("code") or "") if isinstance(error, dict) else ""
    return InvalidInput("gateway_refused", vendor_code=(code or said.message)[:LONGEST_CODE])


def unreadable() -> Unavailable:
    """An answer that makes no sense settles nothing."""
    return Unavailable("gateway_unavailable")


def text(said: Any) -> str:
    """A text that must be there. Raises ValueError."""
    if not isinstance(said, str) or not said:
        raise ValueError("a text is missing")
    return said


def amount(said: Any) -> Decimal:
    """An amount that may come as "400.00", 400 or 400.5. Raises ValueError, ArithmeticError."""
    if isinstance(said, bool) or not isinstance(said, (str, int, float)):
        raise ValueError("not an amount")
    read = Decimal(str(said))
    if not read.is_finite():
        raise ValueError("not an amount")
    return read


def moment(said: Any) -> datetime | None:
    """A time with its zone, or None: nothing depends on it."""
    try:
        read = datetime.fromisoformat(text(said))
    except ValueError:
        return None
    return read if read.tzinfo is not None else None


def _text_of(said: Any) -> str:
    if isinstance(said, dict):
        return "; ".join(f"{name}: {_text_of(each)}" for name, each in said.items())
    if isinstance(said, list):
        return ", ".join(_text_of(each) for each in said)
    return "" if said is None else str(said)
