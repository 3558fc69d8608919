"""Who may knock at the doors of chat; in which conversations somebody takes part, the selectors judge."""

from __future__ import annotations

from key2key.common.plugins import Who, WhoMay

_ONE = "/api/v1/conversations/{id}"

WHO_MAY: WhoMay = {
    ("GET", "/api/v1/conversations"): Who.USER,
    ("POST", "/api/v1/conversations"): Who.USER,
    ("GET", _ONE): Who.PARTIES,
    ("GET", f"{_ONE}/messages"): Who.PARTIES,
    ("POST", f"{_ONE}/messages"): Who.PARTIES,
    ("GET", f"{_ONE}/events"): Who.PARTIES,
    **{("POST", f"{_ONE}/{step}"): Who.PARTIES for step in ("read", "archive", "mute", "report")},
    ("PATCH", "/api/v1/messages/{id}"): Who.OWNER,
    ("DELETE", "/api/v1/messages/{id}"): Who.OWNER,
    ("GET", "/api/v1/inbox"): Who.USER,
}
