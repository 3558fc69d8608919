"""A member of staff at the admin, signed in with both factors."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import totp

from accounts.models import User
from accounts.tests.factories import StaffFactory

ADMIN = "/admin/"


def at_desk(*groups: str, user: User | None = None, **values: Any) -> Client:
    """A browser of staff of the groups; `client.user` is who it is. It follows the CSRF rules."""
    user = user or StaffFactory(groups=list(groups) or ["admin"], **values)
    client = Client()
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = user.totpdevice_set.get().persistent_id
    session.save()
    client.user = user
    return client


def code_of(user: User) -> str:
    """What the user's authenticator app shows now."""
    return f"{totp(user.totpdevice_set.get().bin_key):06d}"


def said(response: Any) -> str:
    """The messages that the next page shows."""
    return " ".join(str(message) for message in response.wsgi_request._messages)
