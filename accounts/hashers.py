"""How passwords are hashed: Argon2id; imported bcrypt hashes are verified and then replaced."""

from __future__ import annotations

import os
import threading
from typing import Any

import bcrypt
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, BCryptPasswordHasher

# Each hash takes a core and its memory for a while: more at once than cores only make all of them slow.
_slots = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))
BCRYPT_BYTES = 72


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id with the costs of the settings (OWASP's second choice of parameters by default)."""

    parallelism = 1

    @property
    def time_cost(self) -> int:  # type: ignore[override]  # Django's attribute, read when needed
        """Passes over the memory."""
        return int(settings.ARGON2_TIME_COST)

    @property
    def memory_cost(self) -> int:  # type: ignore[override]
        """KiB of memory."""
        return int(settings.ARGON2_MEMORY_KIB)

    def encode(self, password: str, salt: str) -> str:
        """The hash of a new password."""
        with _slots:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Whether the password is the hash's."""
        with _slots:
            return super().verify(password, encoded)


class BCryptHasher(BCryptPasswordHasher):
    """Plain bcrypt of an imported account, kept as `bcrypt$` and the hash ($2a$, $2b$ or $2y$)."""

    def encode(self, password: str, salt: Any) -> str:
        """The hash. Bytes after the 72nd never counted in bcrypt, so they are cut here as well."""
        cut: Any = password.encode()[:BCRYPT_BYTES]
        return f"{self.algorithm}${bcrypt.hashpw(cut, salt).decode('ascii')}"

    def verify(self, password: str, encoded: str) -> bool:
        """Whether the password is the hash's."""
        with _slots:
            return super().verify(password, encoded)
