"""How strangers make a payment company say what it did not say (trust.md SC-20).

Each forgery begins with something that the company really sent, or with what everybody knows, and never with
the company's secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from key2key.tests.money.companies import Sent
from payments.tests.standins import telebirr_crypto as rsa
from payments.tests.standins.stripe import proof

Forge = Callable[[Sent], Sent]
JSON = {"Content-Type": "application/json"}


def changed(sent: Sent, **words: Any) -> Sent:
    """Other words under the old signature."""
    headers, body = sent
    return headers, _dumped({**json.loads(body), **words})


def reshaped(sent: Sent, shape: Callable[[Any], bytes]) -> Sent:
    """The same words in other bytes, under the old signature."""
    return sent[0], shape(json.loads(sent[1]))


def signed(sent: Sent, name: str, value: str) -> Sent:
    """The same body under another signature."""
    return {**JSON, name: value}, sent[1]


def _dumped(words: Any) -> bytes:
    return json.dumps(words, separators=(",", ":")).encode()


def _mac(secret: str | bytes, message: bytes, *, kind: str = "sha256") -> str:
    return hmac.new(secret if isinstance(secret, bytes) else secret.encode(), message, kind).hexdigest()


# Bytes: where they are signed, whatever changes one of them must be refused.
BYTES: dict[str, Forge] = {
    "encoded again with spaces": lambda sent: reshaped(
        sent, lambda words: json.dumps(words, indent=1).encode()
    ),
    "encoded again in another order": lambda sent: reshaped(
        sent, lambda words: _dumped(dict(reversed(words.items())))
    ),
    "a byte order mark before it": lambda sent: (sent[0], b"\xef\xbb\xbf" + sent[1]),
    "a line end behind it": lambda sent: (sent[0], sent[1] + b"\n"),
    "cut short": lambda sent: (sent[0], sent[1][:-1]),
    "emptied": lambda sent: (sent[0], b""),
    "said twice": lambda sent: (sent[0], sent[1] * 2),
    "nobody signed it": lambda sent: (JSON, sent[1]),
}

CHAPA_HEADER = "x-chapa-signature"
CHAPA_KEY, CHAPA_SECRET = "CHASECK_TEST-7HkQ", "test-secret"  # the latter only to know its static header
CHAPA: dict[str, Forge] = {
    **BYTES,
    "only the static header": lambda sent: signed(
        sent, "chapa-signature", _mac(CHAPA_SECRET, CHAPA_SECRET.encode())
    ),
    "the static header under the other's name": lambda sent: signed(
        sent, CHAPA_HEADER, _mac(CHAPA_SECRET, CHAPA_SECRET.encode())
    ),
    "an empty signature": lambda sent: signed(sent, CHAPA_HEADER, ""),
    "signed by a guess": lambda sent: signed(sent, CHAPA_HEADER, _mac("secret", sent[1])),
    "signed with an empty secret": lambda sent: signed(sent, CHAPA_HEADER, _mac("", sent[1])),
    "signed with our API key": lambda sent: signed(sent, CHAPA_HEADER, _mac(CHAPA_KEY, sent[1])),
    "a digest that needs no secret": lambda sent: signed(
        sent, CHAPA_HEADER, hashlib.sha256(sent[1]).hexdigest()
    ),
    "signed by SHA-1": lambda sent: signed(sent, CHAPA_HEADER, _mac(CHAPA_SECRET, sent[1], kind="sha1")),
    "half a signature": lambda sent: signed(sent, CHAPA_HEADER, sent[0][CHAPA_HEADER][:32]),
    "two signatures in one": lambda sent: signed(sent, CHAPA_HEADER, f"{'0' * 64},{sent[0][CHAPA_HEADER]}"),
    "a lower amount": lambda sent: changed(sent, amount="1.00"),
    "another currency": lambda sent: changed(sent, currency="USD"),
    "another status": lambda sent: changed(sent, status="reversed"),
    "another order": lambda sent: changed(sent, tx_ref="K2K000000000000"),
    "real money": lambda sent: changed(sent, mode="live"),
}

STRIPE_HEADER, STRIPE_SECRET = "Stripe-Signature", "whsec_standin"


def _stripe(sent: Sent, *, at: float | None = None, body: bytes | None = None, secret: str = "guess") -> Sent:
    at = int(time.time() if at is None else at)
    made = proof(sent[1] if body is None else body, at=at, secret=secret)
    return signed(sent, STRIPE_HEADER, f"t={at},v1={made}")


def _stripe_said(sent: Sent) -> tuple[str, str]:
    at, made = sent[0][STRIPE_HEADER].split(",")[:2]
    return at, made


def _object_changed(sent: Sent, **words: Any) -> Sent:
    event = json.loads(sent[1])
    event["data"]["object"] |= words
    return sent[0], json.dumps(event).encode()


STRIPE: dict[str, Forge] = {
    **BYTES,
    "an empty signature": lambda sent: signed(sent, STRIPE_HEADER, ""),
    "signed by a guess": _stripe,
    "signed with an empty secret": lambda sent: _stripe(sent, secret=""),
    "signed with our API key": lambda sent: _stripe(sent, secret="sk_test_standin"),
    "sent an hour ago": lambda sent: _stripe(sent, at=time.time() - 3600, secret=STRIPE_SECRET),
    "sent tomorrow": lambda sent: _stripe(sent, at=time.time() + 86400, secret=STRIPE_SECRET),
    "an old proof with a new time": lambda sent: signed(
        sent, STRIPE_HEADER, f"t={int(time.time()) + 1},{_stripe_said(sent)[1]}"
    ),
    "a proof without a time": lambda sent: signed(sent, STRIPE_HEADER, _stripe_said(sent)[1]),
    "a proof that leaves the time out": lambda sent: signed(
        sent, STRIPE_HEADER, f"{_stripe_said(sent)[0]},v1={_mac(STRIPE_SECRET, sent[1])}"
    ),
    "the scheme of tests": lambda sent: signed(
        sent, STRIPE_HEADER, ",".join(_stripe_said(sent)).replace("v1=", "v0=")
    ),
    "a lower amount": lambda sent: _object_changed(sent, amount_total=100),
    "another currency": lambda sent: _object_changed(sent, currency="usd"),
    "another order": lambda sent: _object_changed(sent, client_reference_id="K2K000000000000"),
    "another number": lambda sent: changed(sent, id="evt_000000000000000000000000"),
    "another kind": lambda sent: changed(sent, type="charge.dispute.created"),
    "real money": lambda sent: changed(sent, livemode=True),
}


def _said_again(sent: Sent, *, by: str, pads: str = "pss32") -> Sent:
    words = json.loads(sent[1])
    return JSON, _dumped({**words, "sign": rsa.signed_by(by, words, pads=pads)})


def _without(sent: Sent, *names: str) -> Sent:
    words = json.loads(sent[1])
    return JSON, _dumped({name: words[name] for name in words if name not in names})


def _glued(sent: Sent) -> Sent:
    """Two words in one make the same string to sign; then another order is added where nothing is signed."""
    words = json.loads(sent[1])
    words["appid"] += f"&merch_code={words.pop('merch_code')}"
    return JSON, _dumped(words)


def _cut(signature: str) -> str:
    return base64.b64encode(base64.b64decode(signature)[:-1]).decode()


TELEBIRR: dict[str, Forge] = {
    # Its words are signed, not its bytes: what says the same in other bytes is the same (and known already).
    "cut short": BYTES["cut short"],
    "emptied": BYTES["emptied"],
    "said twice": BYTES["said twice"],
    "a list of it": lambda sent: reshaped(sent, lambda words: _dumped([words])),
    "nobody signed it": lambda sent: _without(sent, "sign"),
    "an empty signature": lambda sent: changed(sent, sign=""),
    "half a signature": lambda sent: changed(sent, sign=_cut(json.loads(sent[1])["sign"])),
    "a signature that is no text": lambda sent: changed(sent, sign={"$ne": ""}),
    "signed by a stranger": lambda sent: _said_again(sent, by="stranger"),
    "signed by ourselves": lambda sent: _said_again(sent, by="merchant"),
    "signed with the old padding": lambda sent: _said_again(sent, by="telebirr", pads="pkcs1"),
    "a lower amount": lambda sent: changed(sent, total_amount="1.00"),
    "another currency": lambda sent: changed(sent, trans_currency="USD"),
    "another status": lambda sent: changed(sent, trade_status="Failure"),
    "another order": lambda sent: changed(sent, merch_order_id="K2K000000000000"),
    "another order inside": lambda sent: changed(sent, biz_content={"merch_order_id": "K2K000000000000"}),
    "another app": lambda sent: changed(sent, appid="6543210987654321"),
    "another merchant": lambda sent: changed(sent, merch_code="654321"),
    "another transaction": lambda sent: changed(sent, trans_id="DAB0000000"),
    "a word more": lambda sent: changed(sent, callback_info="x"),
    "a word less": lambda sent: _without(sent, "trans_end_time"),
    "two words in one": _glued,
    "a form with a lower amount": lambda sent: (
        {"Content-Type": "application/x-www-form-urlencoded"},
        urlencode({**json.loads(sent[1]), "total_amount": "1.00"}).encode(),
    ),
}

FORGERIES: dict[str, dict[str, Forge]] = {"telebirr": TELEBIRR, "chapa": CHAPA, "stripe": STRIPE}
