"""Objects and bodies for the paths of notifications (key2key/tests/test_who_may.py)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from notifications.leaving import Leaving, token_for
from notifications.tests.factories import NoteFactory, PushDeviceFactory, browser_keys


def note(owner: Any) -> UUID:
    made: UUID = NoteFactory(user=owner).pk
    return made


def device(owner: Any) -> UUID:
    made: UUID = PushDeviceFactory(user=owner).pk
    return made


def leaving(owner: Any) -> dict[str, str]:
    return {"token": token_for(Leaving(owner.pk, "saved_search_match"))}


EXAMPLES: dict[str, Any] = {
    "/api/v1/notifications/{id}": note,
    "/api/v1/notifications/devices/{id}": device,
}
BODIES: dict[str, Any] = {
    "PUT /api/v1/notifications/preferences": {
        "preferences": [{"kind": "viewing_confirmed", "channels": {"email": False}}]
    },
    "POST /api/v1/notifications/devices": {
        "endpoint": "https://fcm.googleapis.com/fcm/send/some-browser",
        "keys": browser_keys(),
        "name": "Chrome on Android",
    },
    "POST /api/v1/notifications/unsubscribe": leaving,
}
