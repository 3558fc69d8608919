"""What a person wants to hear of, and how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from key2key.common import audit
from key2key.common.conditions import Precondition, always
from key2key.common.errors import Fault, InvalidInput
from notifications import selectors
from notifications.kinds import EMAIL, KINDS, Channel
from notifications.leaving import read_token
from notifications.models import Preference


@dataclass(frozen=True)
class Wish:
    """Over which channels a person wants to hear of a kind; a channel not named is as by default."""

    kind: str
    channels: Mapping[str, bool]


@transaction.atomic
def set_preferences(*, by: Any, wishes: Iterable[Wish], check: Precondition = always) -> None:
    """Put these wishes in the place of all former ones; kinds not named are as by default again.

    Only what differs from the default is kept, so that a default may still follow the person's addresses.
    Locks the person. Raises InvalidInput: `unknown_kind`, `repeated`, `unknown_channel` (one that the kind
    does not have), `locked` (one that nobody may switch), and Stale.
    """
    wishes = list(wishes)
    user = selectors.lock_person(by)
    check(user)
    if faults := list(_faults(user, wishes)):
        raise InvalidInput(faults=faults)
    Preference.objects.filter(user=user).delete()
    Preference.objects.bulk_create(
        Preference(user=user, kind=wish.kind, channel=way, enabled=enabled)
        for wish in wishes
        for way, enabled in wish.channels.items()
        if enabled != selectors.default(user, kind=KINDS[wish.kind], way=Channel(way))
    )
    audit.record(actor=user, action="notifications.preferences_changed", subject=user)


@transaction.atomic
def unsubscribe(*, token: str) -> None:
    """Switch a kind of mail off for whoever the mail went to, by the word in it. Twice is once.

    Raises InvalidInput ("link_not_valid").
    """
    leaving = read_token(token)
    user = selectors.person(leaving.user_id) if leaving else None
    if leaving is None or user is None:
        raise InvalidInput("link_not_valid", _("This link is not one of ours."))
    Preference.objects.update_or_create(
        user=user, kind=leaving.kind, channel=EMAIL, defaults={"enabled": False}
    )
    audit.record(actor=user, action="notifications.unsubscribed", subject=user, reason=leaving.kind)


def _faults(user: Any, wishes: list[Wish]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, wish in enumerate(wishes):
        pointer = f"/preferences/{place}"
        if wish.kind not in KINDS:
            yield Fault(f"{pointer}/kind", "unknown_kind", _("There is no such kind of news."))
        elif wish.kind in seen:
            yield Fault(f"{pointer}/kind", "repeated", _("This stands here twice."))
        else:
            yield from _faults_of(wish, user=user, pointer=f"{pointer}/channels")
        seen.add(wish.kind)


def _faults_of(wish: Wish, *, user: Any, pointer: str) -> Iterator[Fault]:
    kind = KINDS[wish.kind]
    for name, enabled in wish.channels.items():
        way = Channel(name)
        if way not in kind.everywhere:
            yield Fault(f"{pointer}/{name}", "unknown_channel", _("News of this kind do not go this way."))
        elif selectors.is_locked(kind, way) and enabled != selectors.default(user, kind=kind, way=way):
            yield Fault(f"{pointer}/{name}", "locked", _("This cannot be switched."))
