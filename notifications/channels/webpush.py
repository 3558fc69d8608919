"""Web push (RFC 8030): encrypted for one browser (RFC 8291), signed as ours (VAPID, RFC 8292)."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from django.conf import settings
from pywebpush import WebPushException, webpush
from requests import RequestException, Session

from notifications.channels import Channel, Gone, Message, Refused

TIMEOUT_SECONDS = 10
KEPT_SECONDS = 24 * 60 * 60  # how long the push service waits for a browser that is off
GONE, WRONG = frozenset({404, 410}), frozenset({400, 413})
AUTH_BYTES = 16
# No user, no other port, no character that two readers of an address could take differently.
_PATH = r"/[\w.~:/?!$&'()*+,;=%-]*"
_PUBLIC = re.compile(rf"https://(?P<host>[a-z0-9.-]+)(:443)?{_PATH}", re.ASCII)
_LOOPBACK = re.compile(rf"http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{{1,5}})?{_PATH}", re.ASCII)
_BASE64URL = re.compile(r"[\w-]+", re.ASCII)


class WebPush(Channel):
    """One message to one browser, by way of its vendor's push service."""

    def send(self, message: Message) -> None:
        """Encrypt, sign, hand over. Raises Gone when the browser has signed off."""
        key = settings.PUSH_KEYS.get(message.keys["server"])
        if key is None or not may_reach(message.to):
            raise Gone("subscribed with a key or at a service that is no longer ours")
        try:
            _hand_over(message, key=key)
        except WebPushException as error:
            if error.status_code in GONE:
                raise Gone(f"the push service answered {error.status_code}") from error
            if error.status_code in WRONG:
                raise Refused(f"the push service answered {error.status_code}") from error
            raise
        except RequestException as error:
            # Its own words name the whole address, which is a secret between the browser and us.
            raise ConnectionError(f"the push service does not answer: {type(error).__name__}") from None


def _hand_over(message: Message, *, key: str) -> None:
    with Session() as session:
        session.max_redirects = 0  # a redirect could lead inside the house
        webpush(
            {"endpoint": message.to, "keys": {name: message.keys[name] for name in ("p256dh", "auth")}},
            data=message.payload,
            vapid_private_key=key,
            vapid_claims={"sub": settings.PUSH_CONTACT},  # a new one each time: it is written into
            ttl=KEPT_SECONDS,
            headers={"Urgency": "high"},
            timeout=TIMEOUT_SECONDS,
            requests_session=session,
        )


def may_reach(endpoint: str) -> bool:
    """Whether the address is one of a known push service: anything else could be a door inside the house.

    On a desk a service on this machine may stand in for one.
    """
    if settings.SANDBOX and _LOOPBACK.fullmatch(endpoint):
        return True
    found = _PUBLIC.fullmatch(endpoint)
    return found is not None and any(
        found["host"] == name or (name.startswith(".") and found["host"].endswith(name))
        for name in settings.PUSH_HOSTS
    )


def fits(*, p256dh: str, auth: str) -> bool:
    """Whether a message can be encrypted with these: a point of P-256 and 16 bytes, base64url, not padded."""
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _bytes(p256dh))
        return len(_bytes(auth)) == AUTH_BYTES
    except ValueError:
        return False


def _bytes(word: str) -> bytes:
    if not _BASE64URL.fullmatch(word):
        raise ValueError("not base64url")
    return urlsafe_b64decode(word + "=" * (-len(word) % 4))
