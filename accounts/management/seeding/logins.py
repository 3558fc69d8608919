"""How visitors of a demo sign in: secrets of this installation alone, so none is in the repository.

They follow from SECRET_KEY. Nothing is stored but their hashes, and `start` can print them again.
"""

from __future__ import annotations

import time
from base64 import b32encode
from binascii import unhexlify
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.crypto import salted_hmac
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.management.seeding.cast import everybody
from accounts.selectors import user_by_email
from accounts.services import readable_secret

_GROUP = 4


@dataclass(frozen=True)
class DemoLogin:
    """One account as it is printed. `password` is empty when somebody has changed it."""

    email: str
    password: str
    otp_secret: str
    otp_now: str


def password_of(email: str) -> str:
    """The demo password of an account: 60 bits in three groups."""
    text = b32encode(_derived("password", email)).decode().lower()
    return "-".join(text[at : at + _GROUP] for at in range(0, 3 * _GROUP, _GROUP))


def otp_key_of(email: str) -> str:
    """The hex key of a staff account's second factor."""
    return _derived("otp", email)[:20].hex()


def demo_logins() -> Iterator[DemoLogin]:
    """The demo's accounts that are there, as they can be used now."""
    for person in everybody():
        user = user_by_email(person.email) if person.is_demo_login else None
        if user is None:
            continue
        password = password_of(person.email)
        device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
        yield DemoLogin(
            email=person.email,
            password=password if user.check_password(password) else "",
            otp_secret=readable_secret(device) if device else "",
            otp_now=_code(device) if device else "",
        )


def _code(device: TOTPDevice) -> str:
    totp = TOTP(unhexlify(device.key), device.step, device.t0, device.digits, device.drift)
    totp.time = time.time()
    return f"{totp.token():0{device.digits}d}"


def _derived(purpose: str, email: str) -> bytes:
    return salted_hmac(f"key2key demo {purpose}", email, algorithm="sha256").digest()
