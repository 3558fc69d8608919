"""What accounts throws away when its time has come."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import OneTimeCode, RefreshToken
from accounts.services.sessions import GRACE
from key2key.common import clock

CODES_KEPT = timedelta(days=1)


def forget_secrets() -> None:
    """Wipe the encrypted successors whose 10 seconds are over, remove codes that ended a day ago."""
    now = clock.now()
    over = RefreshToken.objects.filter(used_at__lt=now - GRACE).exclude(sealed_successor="")
    over.update(sealed_successor="")
    OneTimeCode.objects.filter(expires_at__lt=now - CODES_KEPT).delete()
