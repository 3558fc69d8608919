"""The key that everything else is derived from, and what is derived from it."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def desk_secret(data: Path) -> str:
    """The secret of this desk: made once, kept in `data` with mode 0600, the same for every process."""
    path = data / "secret_key"
    data.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        made = data / f".secret_key.{os.getpid()}"
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(made, path)  # of several processes at once exactly one wins
        except FileExistsError:
            return path.read_text(encoding="ascii")
        finally:
            made.unlink()
    return path.read_text(encoding="ascii")


def derive(secret: str, *, purpose: str) -> bytes:
    """32 bytes that belong to `purpose` alone (HKDF-SHA256, RFC 5869)."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(
        secret.encode()
    )


def signing_key(secret: str) -> str:
    """The Ed25519 private key, PEM, that signs access tokens."""
    key = Ed25519PrivateKey.from_private_bytes(derive(secret, purpose="key2key access tokens"))
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem.decode()


def verifying_key(secret: str) -> str:
    """The public half of `signing_key`, PEM."""
    key = Ed25519PrivateKey.from_private_bytes(derive(secret, purpose="key2key access tokens")).public_key()
    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()


def encryption_key(secret: str) -> str:
    """The Fernet key for values that rest encrypted in a row."""
    return base64.urlsafe_b64encode(derive(secret, purpose="key2key values at rest")).decode()


def push_keys(secret: str) -> tuple[str, str]:
    """The P-256 key pair that signs web push (VAPID, RFC 8292): public and private, base64url."""
    scalar = int.from_bytes(derive(secret, purpose="key2key web push")) >> 1  # below the order of the curve
    key = ec.derive_private_key(scalar, ec.SECP256R1())
    point = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return _base64url(point), _base64url(scalar.to_bytes(32))


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
