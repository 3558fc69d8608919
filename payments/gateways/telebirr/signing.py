"""How Telebirr signs: the string that is signed, RSA keys as Ethio telecom hands them out, three paddings.

Requests, answers, notifications and the address of the page are all signed like this, each side with a key
of its own (payments.md 1.6).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

NEVER_SIGNED = frozenset(
    {
        "sign",
        "sign_type",
        "header",
        "refund_info",
        "openType",
        "raw_request",
        "biz_content",
        "wallet_reference_data",
    }
)
SIGN_TYPE = "SHA256WithRSA"  # says so whatever the padding
SALT_BYTES = 32
KEYS_KEPT = 8


class Scheme(StrEnum):
    """How the signature is padded. Telebirr's page says PSS; two public clients use the older kind."""

    PSS32 = "pss32"
    PSSMAX = "pssmax"
    PKCS1 = "pkcs1"


_PADDINGS: dict[Scheme, AsymmetricPadding] = {
    Scheme.PSS32: PSS(MGF1(SHA256()), SALT_BYTES),
    Scheme.PSSMAX: PSS(MGF1(SHA256()), PSS.MAX_LENGTH),
    Scheme.PKCS1: PKCS1v15(),
}
_ANY_PSS = PSS(MGF1(SHA256()), PSS.AUTO)


def read_words(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`, numbers as the text they came in: that text is what is signed.

    Raises ValueError.
    """
    try:
        words = json.loads(body, parse_int=str, parse_float=str, parse_constant=str)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(words, dict):
        raise ValueError("not an object")
    return words


def canonical(words: Mapping[str, Any], *, keep_empty: bool = False) -> str:
    """The string that is signed: outer and inner words by name, `a=1&b=2`, nothing encoded.

    Empty words are left out, as they are when we sign; whoever else signs may have kept them.
    """
    inner = words.get("biz_content")
    told = {**words, **inner} if isinstance(inner, Mapping) else words
    signed = {name: _text(value) for name, value in told.items() if name not in NEVER_SIGNED}
    return "&".join(f"{name}={signed[name]}" for name in sorted(signed) if signed[name] or keep_empty)


def sign(words: Mapping[str, Any], *, key: RSAPrivateKey, scheme: Scheme = Scheme.PSS32) -> str:
    """The signature of `words` in base64."""
    made = key.sign(canonical(words).encode(), _PADDINGS[scheme], SHA256())
    return base64.b64encode(made).decode()


def is_signed(words: Mapping[str, Any], *, key: RSAPublicKey, accept_pkcs1: bool = False) -> bool:
    """Whether the owner of `key` signed these words. Without `accept_pkcs1` only PSS counts, of any salt."""
    try:
        signature = base64.b64decode(_text(words.get("sign")).replace(" ", "+"), validate=True)
    except (binascii.Error, ValueError):
        return False
    paddings = (_ANY_PSS, _PADDINGS[Scheme.PKCS1]) if accept_pkcs1 else (_ANY_PSS,)
    return any(
        _fits(signature, string, padding=padding, key=key)
        for string in _strings_meant(words)
        for padding in paddings
    )


@lru_cache(maxsize=KEYS_KEPT)
def private_key(text: str) -> RSAPrivateKey:
    """Our key, PKCS#8, in PEM or bare base64. Raises ValueError."""
    pem, der = _armour(text)
    key = load_pem_private_key(pem, None) if pem else load_der_private_key(der, None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("not an RSA key")
    return key


@lru_cache(maxsize=KEYS_KEPT)
def public_key(text: str) -> RSAPublicKey:
    """Telebirr's key, in PEM or bare base64. Raises ValueError."""
    pem, der = _armour(text)
    key = load_pem_public_key(pem) if pem else load_der_public_key(der)
    if not isinstance(key, RSAPublicKey):
        raise ValueError("not an RSA key")
    return key


def _armour(text: str) -> tuple[bytes, bytes]:
    """The PEM, or else the DER, in a setting, whose line ends may be written as two characters."""
    plain = text.strip().replace("\\n", "\n")
    if plain.startswith("-----BEGIN"):
        return plain.encode(), b""
    return b"", base64.b64decode("".join(plain.split()), validate=True)


def _strings_meant(words: Mapping[str, Any]) -> Iterator[str]:
    """What may have been signed: `transId` is sent where `trans_id` is signed; empty words may be kept."""
    spellings = [dict(words)]
    if "transId" in words and "trans_id" not in words:
        spellings.append({"trans_id" if name == "transId" else name: words[name] for name in words})
    for spelling in spellings:
        yield canonical(spelling)
        yield canonical(spelling, keep_empty=True)


def _fits(signature: bytes, string: str, *, padding: AsymmetricPadding, key: RSAPublicKey) -> bool:
    try:
        key.verify(signature, string.encode(), padding, SHA256())
    except (InvalidSignature, UnicodeEncodeError):  # lone surrogates are no text that anybody signed
        return False
    return True


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
