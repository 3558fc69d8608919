"""The line to Telebirr: its token, the envelope around every call, and what its refusals mean."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

import structlog
from django.conf import settings

from key2key.common.errors import InvalidInput, Unavailable
from payments import gateways
from payments.gateways.telebirr import signing

log = structlog.get_logger(__name__)

OK = 200
# Below the business, Telebirr's API layer answers in HTTP: a token that it has forgotten, a key or a path
# that it does not know, a pace that it does not like. None of these has reached the order.
TURNED_AWAY = frozenset({400, 401, 403, 404, 405})
QUOTA = re.compile(rb"quota", re.IGNORECASE)
WRONG_SIGNATURE = "60200099"
# Seen while their two sides are not in step: it passes.
PASSING = frozenset({"60200087"})
MIXED_UP_CREDENTIALS = "parameter verification failed"
EARLY = timedelta(minutes=5)
LONGEST_CODE = 60


class SaidNo(InvalidInput):
    """Telebirr says no to what was asked; `says` is its own sentence."""

    def __init__(self, code: str, *, says: str) -> None:
        super().__init__("gateway_refused", vendor_code=code[:LONGEST_CODE])
        self.says = says


class WrongSignature(Unavailable):
    """Telebirr cannot prove what we signed: the key, or the padding."""


@dataclass(frozen=True)
class _Token:
    """A token, and until when we use it, by this process's own clock."""

    text: str
    good_until: float


# What a process knows for an hour, so that a payment costs one call and not two; losing it costs one call.
_tokens: dict[tuple[str, str, str], _Token] = {}


def call(path: str, *, method: str, words: Mapping[str, str], scheme: str = "") -> dict[str, Any]:
    """One signed business call. Returns the inner words of its proved answer.

    A token that Telebirr does not take any more is fetched anew, once. `scheme` is that of the settings,
    unless it is named. Raises Unavailable, SaidNo.
    """
    body = json.dumps(_envelope(method, words=words, scheme=scheme)).encode()
    answer = _post(path, body=body, token=_token())
    if _is_turned_away(answer):
        _tokens.pop(_cache_key(), None)
        answer = _post(path, body=body, token=_token())
    if answer.status != OK:
        _misconfigured(answer)
    return _inner(_read(answer.body), path=path)


def _envelope(method: str, *, words: Mapping[str, str], scheme: str) -> dict[str, Any]:
    envelope = {
        "timestamp": str(int(time.time())),
        "nonce_str": secrets.token_hex(16),
        "method": method,
        "version": "1.0",
        "biz_content": dict(words),
    }
    return {**envelope, "sign": signature_of(envelope, scheme=scheme), "sign_type": signing.SIGN_TYPE}


def signature_of(words: Mapping[str, Any], *, scheme: str = "") -> str:
    """The signature of `words` by our key, padded as the settings say unless a scheme is named."""
    key = signing.private_key(settings.TELEBIRR_PRIVATE_KEY)
    return signing.sign(words, key=key, scheme=signing.Scheme(scheme or settings.TELEBIRR_SIGN_SCHEME))


def is_telebirrs(words: Mapping[str, Any]) -> bool:
    """Whether Telebirr signed `words`."""
    key = signing.public_key(settings.TELEBIRR_PUBLIC_KEY)
    return signing.is_signed(words, key=key, accept_pkcs1=settings.TELEBIRR_ACCEPT_PKCS1)


def _post(path: str, *, body: bytes, token: str = "") -> gateways.Answer:
    headers = {"Content-Type": "application/json", "X-APP-Key": settings.TELEBIRR_FABRIC_APP_ID}
    return gateways.ask(
        "POST",
        f"{settings.TELEBIRR_BASE_URL.rstrip('/')}/payment/v1/{path}",
        headers={**headers, "Authorization": token} if token else headers,
        body=body,
        trust=gateways.Trust(ca_bundle=settings.TELEBIRR_CA_BUNDLE, verify=settings.TELEBIRR_VERIFY_TLS),
        heed=TURNED_AWAY,
    )


def _token() -> str:
    known = _tokens.get(_cache_key())
    if known is None or known.good_until <= time.monotonic():
        known = _tokens[_cache_key()] = _fetched()
    return known.text


def _cache_key() -> tuple[str, str, str]:
    return (
        settings.TELEBIRR_BASE_URL,
        settings.TELEBIRR_FABRIC_APP_ID,
        settings.TELEBIRR_APP_SECRET,
    )


def _fetched() -> _Token:
    answer = _post("token", body=json.dumps({"appSecret": settings.TELEBIRR_APP_SECRET}).encode())
    if answer.status != OK:
        _misconfigured(answer)
    words = _read(answer.body)
    text = words.get("token")
    if not isinstance(text, str) or not text.strip():
        raise Unavailable("gateway_unavailable")
    bearer = text if text.lower().startswith("bearer ") else f"Bearer {text}"
    return _Token(bearer, good_until=time.monotonic() + _seconds_good(words))


def _seconds_good(words: Mapping[str, Any]) -> float:
    """How long a token is used. Its dates name no zone, so only their difference is believed."""
    try:
        begins, ends = (
            datetime.strptime(str(words[name]), "%Y%m%d%H%M%S")  # noqa: DTZ007 - only their difference counts
            for name in ("effectiveDate", "expirationDate")
        )
    except (KeyError, ValueError):
        return 0
    return (ends - begins - EARLY).total_seconds()


def _is_turned_away(answer: gateways.Answer) -> bool:
    """Whether the API layer may have disliked the token. One that dislikes our pace is left alone."""
    return answer.status in TURNED_AWAY and not QUOTA.search(answer.body)


def _read(body: bytes) -> dict[str, Any]:
    try:
        return signing.read_words(body)
    except ValueError as error:
        raise Unavailable("gateway_unavailable") from error


def _inner(words: dict[str, Any], *, path: str) -> dict[str, Any]:
    """What a proved answer says. A no may come unsigned, never wrongly signed."""
    result, code = words.get("result"), words.get("code")
    is_no = result == "FAIL" or (result == "SUCCESS" and code not in {None, "0"})
    needs_proof = settings.TELEBIRR_VERIFY_RESPONSES and ("sign" in words or not is_no)
    if needs_proof and not is_telebirrs(words):
        log.error("telebirr_answer_not_proved", path=path, result=str(result)[:10], code=str(code)[:20])
        raise Unavailable("gateway_unavailable")
    if is_no:
        _refused(str(code or ""), message=str(words.get("msg") or ""), path=path)
    inner = words.get("biz_content")
    if result != "SUCCESS" or not isinstance(inner, dict):
        raise Unavailable("gateway_unavailable")
    return inner


def _refused(code: str, *, message: str, path: str) -> NoReturn:
    """Sort a business refusal: our set-up, their bad moment, or no."""
    log.warning("telebirr_refused", path=path, code=code[:LONGEST_CODE], says=message[:200])
    if code == WRONG_SIGNATURE or MIXED_UP_CREDENTIALS in message.lower():
        log.error("gateway_misconfigured", gateway="telebirr", code=code[:LONGEST_CODE], says=message[:200])
        is_ours = code == WRONG_SIGNATURE
        raise (WrongSignature if is_ours else Unavailable)("gateway_unavailable")
    if code in PASSING:
        raise Unavailable("gateway_unavailable")
    raise SaidNo(code, says=message)


def _misconfigured(answer: gateways.Answer) -> NoReturn:
    """Key, secret, path: our alarm. Our pace: it passes."""
    if QUOTA.search(answer.body):
        log.warning("gateway_asked_too_fast", gateway="telebirr")
    else:
        said = answer.body[:200].decode(errors="replace")
        log.error("gateway_misconfigured", gateway="telebirr", status=answer.status, says=said)
    raise Unavailable("gateway_unavailable")
