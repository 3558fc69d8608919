"""The outbox of the sandbox does not grow for ever."""

from __future__ import annotations

from datetime import timedelta

from key2key.common import clock
from notifications import selectors
from notifications.models import OutboxMessage

KEPT, MOST_MESSAGES = timedelta(days=7), 1000


def prune_outbox() -> None:
    """Forget copies of more than seven days, and all but the newest thousand."""
    OutboxMessage.objects.filter(created_at__lt=clock.now() - KEPT).delete()
    beyond = selectors.outbox().values_list("pk", flat=True)[MOST_MESSAGES:]
    OutboxMessage.objects.filter(pk__in=list(beyond)).delete()
