"""The closed lists of analytics."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventKind(models.TextChoices):
    """What happened on somebody's journey."""

    VIEW = "view", _("view")
    CONTACT = "contact", _("contact shown")
    SHARE = "share", _("share")
    USER_REGISTERED = "user_registered", _("registration")
    LISTING_PUBLISHED = "listing_published", _("publication")
    LISTING_CLOSED = "listing_closed", _("closing")
    LEAD_OPENED = "lead_opened", _("lead")
    LEAD_ANSWERED = "lead_answered", _("first answer")
    VIEWING_CONFIRMED = "viewing_confirmed", _("viewing agreed")
    VIEWING_CANCELLED = "viewing_cancelled", _("viewing cancelled")
    OFFER_MADE = "offer_made", _("offer")
    OFFER_ACCEPTED = "offer_accepted", _("offer accepted")
    DEAL_OPENED = "deal_opened", _("deal begun")
    DEAL_DEPOSIT_HELD = "deal_deposit_held", _("deposit held")
    DEAL_COMPLETED = "deal_completed", _("deal completed")
    DEAL_CANCELLED = "deal_cancelled", _("deal cancelled")
    DEAL_DISPUTED = "deal_disputed", _("dispute")
    PAYMENT_SUCCEEDED = "payment_succeeded", _("payment")
    PAYMENT_FAILED = "payment_failed", _("payment failed")
    REFUND_SUCCEEDED = "refund_succeeded", _("refund")
    REVIEWS_PUBLISHED = "reviews_published", _("reviews")


class ClientKind(models.TextChoices):
    """What clients tell: everything else the product sees by itself."""

    VIEW = "view", _("view")
    CONTACT = "contact", _("contact shown")
    SHARE = "share", _("share")


class EntityType(models.TextChoices):
    """Whose figure it is."""

    LISTING = "listing", _("listing")
    SELLER = "seller", _("seller")
    ORGANISATION = "organisation", _("organisation")
    PLATFORM = "platform", _("platform")


UNIQUE_VIEWERS = "unique_viewers"  # the one metric that is not a count of events of its name
FUNNEL = {
    "views": EventKind.VIEW,
    "contacts": EventKind.CONTACT,
    "leads": EventKind.LEAD_OPENED,
    "viewings": EventKind.VIEWING_CONFIRMED,
    "offers": EventKind.OFFER_MADE,
    "deals": EventKind.DEAL_COMPLETED,
}
