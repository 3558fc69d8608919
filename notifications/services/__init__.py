"""The rules of news: writing them down, sending them, reading them, and who wants which."""

from __future__ import annotations

from notifications.services.devices import Subscription, add_device, push_key, remove_device
from notifications.services.outbox import prune_outbox
from notifications.services.preferences import Wish, set_preferences, unsubscribe
from notifications.services.reading import mark_all_read, mark_read
from notifications.services.sending import forget_secrets, send, send_due
from notifications.services.writing import in_the_feed_only, notify

__all__ = [
    "Subscription",
    "Wish",
    "add_device",
    "forget_secrets",
    "in_the_feed_only",
    "mark_all_read",
    "mark_read",
    "notify",
    "prune_outbox",
    "push_key",
    "remove_device",
    "send",
    "send_due",
    "set_preferences",
    "unsubscribe",
]
