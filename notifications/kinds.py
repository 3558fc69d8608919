"""The kinds of news, and over which channels each may go. The text is a template per language."""

from __future__ import annotations

from dataclasses import dataclass

from key2key.common.plugins import notification_kinds

EMAIL, SMS = "email", "sms"


@dataclass(frozen=True)
class Kind:
    """A kind of news. Its channels stand in the order of preference."""

    channels: tuple[str, ...] = (EMAIL, SMS)


KINDS = {
    "email_verification": Kind((EMAIL,)),
    "password_reset": Kind((EMAIL,)),
    "password_changed": Kind(),
    "phone_code": Kind((SMS,)),
    "staff_invitation": Kind((EMAIL,)),
    "session_family_ended": Kind(),
    "listing_approved": Kind(),
    "listing_rejected": Kind(),
    "listing_changes_requested": Kind(),
}


def register_all() -> None:
    """Make the kinds known to the floor."""
    for name, kind in KINDS.items():
        notification_kinds.register(name, kind)
