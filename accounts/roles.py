"""Which groups of staff there are, and what each may look at and change in the admin."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

VIEW, EDIT, ALL = ("view",), ("view", "change"), ("view", "add", "change", "delete")
EVERY_MODEL = "*"


class StaffGroup(models.TextChoices):
    """The groups, by the names that `Who` and the admin use."""

    SUPPORT = "support", _("support")
    MODERATOR = "moderator", _("moderator")
    FINANCE = "finance", _("finance")
    TREASURY = "treasury", _("treasury")
    KYC = "kyc", _("identity checks")
    CONTENT = "content", _("content")
    ADMIN = "admin", _("administration")


# app -> model (or every model of the app) -> actions
RIGHTS: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {
    StaffGroup.SUPPORT: {
        "accounts": {
            "user": ("view", "change", "delete"),
            "session": VIEW,
            "organisation": VIEW,
            "membership": VIEW,
        },
        "notifications": {EVERY_MODEL: EDIT},
        "listings": {EVERY_MODEL: VIEW},
        "uploads": {EVERY_MODEL: VIEW},
        "brokers": {EVERY_MODEL: EDIT},
        "payments": {EVERY_MODEL: VIEW},
        "chat": {EVERY_MODEL: VIEW},
    },
    StaffGroup.MODERATOR: {
        "accounts": {"user": EDIT},
        "listings": {EVERY_MODEL: VIEW, "listing": EDIT, "reviewitem": EDIT, "photo": EDIT},
        "uploads": {EVERY_MODEL: EDIT},
        "chat": {EVERY_MODEL: EDIT},
        "brokers": {EVERY_MODEL: VIEW, "review": EDIT, "broker": EDIT},
        "common": {"auditentry": VIEW},
    },
    StaffGroup.FINANCE: {
        "accounts": {"user": VIEW},
        "common": {"exchangerate": ALL, "auditentry": VIEW},
        "payments": {
            EVERY_MODEL: EDIT,
            "plan": ALL,
            "planprice": ALL,
            "refund": (*EDIT, "execute"),
            "payout": (*EDIT, "execute"),
            "holdinstruction": (*EDIT, "execute"),
        },
        "brokers": {EVERY_MODEL: VIEW, "deal": EDIT},
    },
    # The second pair of eyes on money that leaves: it approves, and sends nothing.
    StaffGroup.TREASURY: {
        "accounts": {"user": VIEW},
        "common": {"auditentry": VIEW},
        "payments": {
            EVERY_MODEL: VIEW,
            "refund": ("view", "approve"),
            "payout": ("view", "approve"),
            "holdinstruction": ("view", "approve"),
        },
        "brokers": {EVERY_MODEL: VIEW},
    },
    StaffGroup.KYC: {
        "accounts": {"user": VIEW},
        "brokers": {EVERY_MODEL: VIEW, "broker": EDIT, "licence": EDIT},
        "verification": {EVERY_MODEL: EDIT},
        "common": {"auditentry": VIEW},
    },
    StaffGroup.CONTENT: {
        "listings": {EVERY_MODEL: VIEW, "area": ALL, "vehiclebrand": ALL, "vehiclemodel": ALL},
    },
    StaffGroup.ADMIN: {EVERY_MODEL: {EVERY_MODEL: (*ALL, "approve", "execute")}},
}
