"""Whose news, wishes and devices they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from key2key.common.errors import NotFound
from notifications.kinds import IN_APP, KINDS, SMS, Channel, Kind
from notifications.models import Notification, OutboxMessage, Preference, PushDevice

UNREAD_CAP = 1000


def feed(user: Any) -> QuerySet[Notification]:
    """The person's news in the app."""
    return Notification.objects.filter(user=user, channel=IN_APP)


def unread(user: Any) -> QuerySet[Notification]:
    """What the person has not read."""
    return feed(user).filter(is_unread=True)


def unread_count(user: Any) -> int:
    """How much of it, up to 1,000."""
    return unread(user).order_by()[:UNREAD_CAP].count()


def lock_own_note(user: Any, note_id: UUID) -> Notification:
    """A row of the person's feed, locked. Raises NotFound."""
    row = feed(user).select_for_update().filter(pk=note_id).first()
    if row is None:
        raise NotFound
    return row


def person(user_id: UUID) -> Any:
    """The account, unless it is erased or was never there; then None."""
    return get_user_model()._default_manager.filter(pk=user_id).exclude(status="erased").first()


def lock_person(user: Any) -> Any:
    """The account, locked: one at a time changes its wishes and devices."""
    return get_user_model()._default_manager.select_for_update(no_key=True).get(pk=user.pk)


def is_locked(kind: Kind, way: Channel) -> bool:
    """Whether nobody may switch it off: the feed itself, and what guards the account."""
    return kind.locked or way == IN_APP


def default(user: Any, *, kind: Kind, way: Channel) -> bool:
    """Whether it goes this way unasked. A text message costs: it stands in for a missing e-mail address."""
    return not user.email if way == SMS else way not in kind.off


def wanted_channels(user: Any, *, kind: str) -> frozenset[Channel]:
    """Over which of the kind's channels the person wants to hear of it."""
    known = KINDS[kind]
    words = dict(Preference.objects.filter(user=user, kind=kind).values_list("channel", "enabled"))
    return frozenset(way for way in known.everywhere if _wants(user, known, way, word=words.get(way)))


def wishes(user: Any) -> Iterator[tuple[str, Kind, dict[Channel, bool]]]:
    """Every kind, and over which of its channels the person wants to hear of it."""
    words = {
        (kind, way): enabled
        for kind, way, enabled in Preference.objects.filter(user=user).values_list(
            "kind", "channel", "enabled"
        )
    }
    for name, kind in KINDS.items():
        yield (
            name,
            kind,
            {way: _wants(user, kind, way, word=words.get((name, way))) for way in kind.everywhere},
        )


def devices(user: Any) -> QuerySet[PushDevice]:
    """The browsers that show the person news."""
    return PushDevice.objects.filter(user=user)


def lock_own_device(user: Any, device_id: UUID) -> PushDevice:
    """One of the person's devices, locked. Raises NotFound."""
    device = devices(user).select_for_update().filter(pk=device_id).first()
    if device is None:
        raise NotFound
    return device


def device_ids(user: Any) -> Iterator[str]:
    """Their ids."""
    return map(str, devices(user).values_list("pk", flat=True))


def outbox(*, to: str = "") -> QuerySet[OutboxMessage]:
    """What left the sandbox, newest first: all of it, or what one address, phone or person got."""
    messages = OutboxMessage.objects.order_by("-created_at", "-id")
    return messages.filter(to__iexact=to) if to else messages


def outbox_recipients() -> QuerySet[OutboxMessage, str]:
    """Who got something, in the order of their addresses."""
    return OutboxMessage.objects.order_by("to").values_list("to", flat=True).distinct()


def _wants(user: Any, kind: Kind, way: Channel, *, word: bool | None) -> bool:
    if word is None or is_locked(kind, way):
        return default(user, kind=kind, way=way)
    return word
