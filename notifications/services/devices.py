"""Browsers that show news also while no page is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from key2key.common import audit
from key2key.common.errors import Fault, InvalidInput
from notifications import selectors
from notifications.channels import webpush
from notifications.models import PushDevice

MOST_DEVICES = 10


@dataclass(frozen=True)
class Subscription:
    """What a browser answers when it is asked to show pushes (W3C Push API), and how a person calls it."""

    endpoint: str
    p256dh: str
    auth: str
    name: str = ""


def push_key() -> str:
    """The public key that a browser subscribes with (`applicationServerKey`)."""
    return next(iter(settings.PUSH_KEYS))


@transaction.atomic
def add_device(given: Subscription, *, by: Any) -> tuple[PushDevice, bool]:
    """Let news ring in a browser; also whether it is new.

    The same browser comes again with new keys, or with another person, who takes it over: news must not
    ring for whoever sat there before. Beyond ten the longest known ones are signed off. Raises InvalidInput
    (`endpoint_refused`: not the https address of a known push service; `key_not_valid`).
    """
    if faults := _faults(given):
        raise InvalidInput(faults=faults)
    user = selectors.lock_person(by)
    device, is_new = PushDevice.objects.update_or_create(
        endpoint=given.endpoint,
        defaults={
            "user": user,
            "p256dh": given.p256dh,
            "auth": given.auth,
            "server_key": push_key(),
            "name": given.name,
        },
    )
    beyond = (
        selectors.devices(user).order_by("-updated_at", "-pk").values_list("pk", flat=True)[MOST_DEVICES:]
    )
    PushDevice.objects.filter(pk__in=list(beyond)).delete()
    audit.record(actor=user, action="push_device.added", subject=device)
    return device, is_new


@transaction.atomic
def remove_device(*, by: Any, device_id: UUID) -> None:
    """Sign a browser off. Raises NotFound."""
    device = selectors.lock_own_device(by, device_id)
    audit.record(actor=by, action="push_device.removed", subject=device)
    device.delete()


def _faults(given: Subscription) -> list[Fault]:
    faults = []
    if not webpush.may_reach(given.endpoint):
        faults.append(
            Fault("/endpoint", "endpoint_refused", _("This is not the address of a known push service."))
        )
    if not webpush.fits(p256dh=given.p256dh, auth=given.auth):
        faults.append(Fault("/keys", "key_not_valid", _("Give the keys as the browser made them.")))
    return faults
