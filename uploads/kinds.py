"""What may be sent in: the words of an upload and the rules of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from uploads.images import CONTENT_TYPES, Flaw

MIB = 1024**2
FILES_A_DAY = 300
BYTES_A_DAY = 1024 * MIB


class Kind(models.TextChoices):
    """What the file is for."""

    PHOTO = "photo", _("photo")
    DOCUMENT = "document", _("document")
    AVATAR = "avatar", _("avatar")
    CHAT = "chat", _("chat attachment")


class State(models.TextChoices):
    """How far the file has come."""

    PENDING = "pending", _("pending")
    SCANNING = "scanning", _("scanning")
    READY = "ready", _("ready")
    REJECTED = "rejected", _("rejected")


class Reason(models.TextChoices):
    """Why a file was rejected after it had been taken in."""

    DAMAGED = Flaw.DAMAGED.value, _("The file is damaged.")
    FORMAT_NOT_SUPPORTED = Flaw.FORMAT_NOT_SUPPORTED.value, _("The format is not supported.")
    TOO_MANY_PIXELS = Flaw.TOO_MANY_PIXELS.value, _("The picture has too many pixels.")
    TOO_COMPLEX = Flaw.TOO_COMPLEX.value, _("The file takes too much time or memory to read.")
    LOST = "lost", _("The file was lost. Please send it again.")


@dataclass(frozen=True)
class Rules:
    """What holds for a kind. A public kind is shown by variants anybody may fetch; originals never are."""

    most_bytes: int
    content_types: frozenset[str]
    is_public: bool
    is_accepted: bool


_PICTURES = frozenset(CONTENT_TYPES)

RULES: Mapping[str, Rules] = {
    Kind.PHOTO: Rules(15 * MIB, _PICTURES, is_public=True, is_accepted=True),
    Kind.AVATAR: Rules(15 * MIB, _PICTURES, is_public=True, is_accepted=True),
    # These become acceptable with verification and chat, which bring encryption and signed addresses.
    Kind.DOCUMENT: Rules(10 * MIB, _PICTURES | {"application/pdf"}, is_public=False, is_accepted=False),
    Kind.CHAT: Rules(15 * MIB, _PICTURES | {"application/pdf"}, is_public=False, is_accepted=False),
}
MOST_BYTES = max(rules.most_bytes for rules in RULES.values())
