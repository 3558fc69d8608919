"""Hashers that count, for the proof that every way to refuse a sign-in makes exactly one hash."""

from __future__ import annotations

from typing import Any, ClassVar

from accounts.hashers import Argon2Hasher, BCryptHasher

HASHERS = ["accounts.tests.counting.CountingArgon2", "accounts.tests.counting.CountingBCrypt"]


class CountingArgon2(Argon2Hasher):
    """Counts each Argon2id hash."""

    made: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str) -> str:
        self.made.append("argon2")
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        self.made.append("argon2")
        return super().verify(password, encoded)


class CountingBCrypt(BCryptHasher):
    """Counts each bcrypt hash; verifying one makes one."""

    def encode(self, password: str, salt: Any) -> str:
        CountingArgon2.made.append("bcrypt")
        return super().encode(password, salt)
