"""The word in a mail by which its reader, signed in or not, switches such mails off."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core import signing

_SALT = "notifications.leaving"


@dataclass(frozen=True)
class Leaving:
    """Who is to hear no more of what by e-mail."""

    user_id: UUID
    kind: str


def token_for(leaving: Leaving) -> str:
    """A word that only we can make. It does not end: mails are read years later."""
    return signing.dumps([str(leaving.user_id), leaving.kind], salt=_SALT)


def read_token(token: str) -> Leaving | None:
    """What the word says; None when it is none of ours."""
    try:
        user_id, kind = signing.loads(token, salt=_SALT)
        return Leaving(UUID(user_id), kind)
    except signing.BadSignature:
        return None


def address_for(leaving: Leaving) -> str:
    """The address of the page that does it."""
    return f"{settings.BASE_URL}/unsubscribe?{urlencode({'token': token_for(leaving)})}"
