"""Keys and signatures of the stand-in, written apart from our gateway's (payments.md 1.6)."""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

LEFT_OUT = {"sign", "sign_type", "header", "refund_info", "openType", "raw_request", "biz_content"}
LEFT_OUT |= {"wallet_reference_data"}
SHA = hashes.SHA256()
PSS32 = padding.PSS(mgf=padding.MGF1(SHA), salt_length=32)
PKCS1 = padding.PKCS1v15()
# As long as fits 2048 bits, named: the library takes MAX_LENGTH for any length when it proves.
PSSMAX = padding.PSS(mgf=padding.MGF1(SHA), salt_length=256 - 32 - 2)
PADDINGS: dict[str, padding.AsymmetricPadding] = {"pss32": PSS32, "pssmax": PSSMAX, "pkcs1": PKCS1}


@cache
def pair(name: str) -> rsa.RSAPrivateKey:
    """The key pair of somebody; made once per process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_text(name: str, *, pem: bool = False) -> str:
    """Somebody's private key as Ethio telecom hands it out: PKCS#8, mostly bare base64."""
    encoding = serialization.Encoding.PEM if pem else serialization.Encoding.DER
    made = pair(name).private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.decode() if pem else base64.b64encode(made).decode()


def public_text(name: str, *, pem: bool = False) -> str:
    """Somebody's public key."""
    encoding = serialization.Encoding.PEM if pem else serialization.Encoding.DER
    made = pair(name).public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
    return made.decode() if pem else base64.b64encode(made).decode()


def string_of(words: dict[str, Any]) -> str:
    """What Telebirr signs: the outer and the inner words in one list, those that are empty left out."""
    pairs = [*words.items(), *(words.get("biz_content") or {}).items()]
    kept = [(str(k), str(v)) for k, v in pairs if k not in LEFT_OUT and v is not None and str(v)]
    return "&".join("=".join(one) for one in sorted(kept))


def signed_by(name: str, words: dict[str, Any], *, pads: str = "pss32") -> str:
    """Somebody's signature."""
    return base64.b64encode(pair(name).sign(string_of(words).encode(), PADDINGS[pads], SHA)).decode()


def is_signed_by(name: str, words: dict[str, Any], *, pads: str = "pss32") -> bool:
    """Strictly: with exactly that padding, and standard base64 of 344 characters."""
    signature = words.get("sign")
    if not isinstance(signature, str) or len(signature) != 344:
        return False
    try:
        raw = base64.b64decode(signature, validate=True)
        pair(name).public_key().verify(raw, string_of(words).encode(), PADDINGS[pads], SHA)
    except (ValueError, InvalidSignature):
        return False
    return True
