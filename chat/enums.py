"""The words of chat: states, sides, kinds of events and reports."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Whether people may still write."""

    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    FROZEN = "frozen", _("frozen")


class Side(models.TextChoices):
    """For whom somebody speaks (decision 23)."""

    BUYER = "buyer", _("buyer")
    SELLER = "seller", _("seller")


class EventKind(models.TextChoices):
    """What an entry of the log tells; each takes one number of the order."""

    MESSAGE = "msg", _("message")
    EDITED = "edit", _("edited")
    DELETED = "del", _("deleted")
    REMOVED = "removed", _("removed")
    HELD = "held", _("held")
    MEMBER = "member", _("member")
    CLOSED = "closed", _("closed")
    SYSTEM = "system", _("system")


class ReportReason(models.TextChoices):
    """What somebody complains of."""

    SPAM = "spam", _("spam")
    FRAUD = "fraud", _("fraud")
    OFFENSIVE = "offensive", _("offensive")
    ALREADY_SOLD = "already_sold", _("already sold")
    OTHER = "other", _("something else")


class ReportState(models.TextChoices):
    """Whether staff have looked at it."""

    OPEN = "open", _("open")
    SETTLED = "settled", _("settled")
