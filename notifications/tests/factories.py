"""Full rows of notifications. Whose they are is said by the tests: accounts stand above this app."""

from __future__ import annotations

import base64
import os
from typing import Any

import factory
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from factory.django import DjangoModelFactory

from key2key.common.ids import uuid7
from notifications import services
from notifications.kinds import EMAIL, IN_APP, Channel
from notifications.models import Notification, OutboxMessage, Preference, PushDevice


def base64url(raw: bytes) -> str:
    """As browsers write their keys."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def browser_keys() -> dict[str, str]:
    """What a browser makes when it subscribes."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"p256dh": base64url(point), "auth": base64url(os.urandom(16))}


class NoteFactory(DjangoModelFactory):
    """A row of somebody's feed."""

    class Meta:
        model = Notification

    kind = "offer_received"
    channel = IN_APP
    language = "en"
    status = Notification.Status.DELIVERED
    work_state = Notification.WorkState.DONE
    data = factory.LazyFunction(
        lambda: {
            "listing": "Villa in Bole",
            "amount": "12500000.00",
            "currency": "ETB",
            "person": "Hana Tesfaye",
            "link": f"/offers/{uuid7()}",
        }
    )


class PreferenceFactory(DjangoModelFactory):
    """Somebody's word against mails on viewings."""

    class Meta:
        model = Preference

    kind = "viewing_confirmed"
    channel = EMAIL
    enabled = False


class PushDeviceFactory(DjangoModelFactory):
    """A browser of somebody."""

    class Meta:
        model = PushDevice

    class Params:
        keys = factory.LazyFunction(browser_keys)

    endpoint = factory.Sequence(lambda number: f"https://fcm.googleapis.com/fcm/send/browser-{number}")
    p256dh = factory.LazyAttribute(lambda device: device.keys["p256dh"])
    auth = factory.LazyAttribute(lambda device: device.keys["auth"])
    server_key = factory.LazyFunction(services.push_key)
    name = "Chrome on Android"


class OutboxMessageFactory(DjangoModelFactory):
    """A mail that left the sandbox."""

    class Meta:
        model = OutboxMessage

    channel: Any = Channel.EMAIL
    kind = "email_verification"
    to = "hana@example.com"
    subject = "Verify your e-mail for Key2Key"
    text = "Open this link: http://127.0.0.1:8000/verify-email?token=t"
    codes = factory.LazyFunction(lambda: {"token": "t"})
