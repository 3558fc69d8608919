"""What accounts throws away when its time has come."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from accounts.models import OneTimeCode, OrganisationInvitation, RefreshToken, Session
from accounts.services.sessions import GRACE
from key2key.common import clock
from key2key.common.housekeeping import delete_in_batches

CODES_KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=90)
INVITATIONS_KEPT = timedelta(days=30)


def forget_secrets() -> None:
    """Wipe the encrypted successors whose 10 seconds are over, remove codes that ended a day ago."""
    now = clock.now()
    over = RefreshToken.objects.filter(used_at__lt=now - GRACE).exclude(sealed_successor="")
    over.update(sealed_successor="")
    delete_in_batches(OneTimeCode.objects.filter(expires_at__lt=now - CODES_KEPT))


def forget_old_sign_ins() -> None:
    """Remove sign-ins that ended or ran out 90 days ago, and of the others what was exchanged long ago.

    An exchanged refresh token is known for as long as a stolen copy of it could be tried; until then its
    second use ends the sign-in. For 90 days a device counts as known to the account. Invitations to
    organisations go 30 days after their links ended.
    """
    now = clock.now()
    exchanged = RefreshToken.objects.filter(used_at__lt=now - settings.REFRESH_TOKEN_LIFETIME)
    delete_in_batches(exchanged)
    long_ago = now - SESSIONS_KEPT
    delete_in_batches(Session.objects.filter(Q(ended_at__lt=long_ago) | Q(expires_at__lt=long_ago)))
    delete_in_batches(OrganisationInvitation.objects.filter(expires_at__lt=now - INVITATIONS_KEPT))
