"""The currencies of the platform, for rows that money itself reads."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Currency(models.TextChoices):
    """Currencies a price may be in (ISO 4217)."""

    ETB = "ETB", _("Ethiopian birr")
    USD = "USD", _("US dollar")
    EUR = "EUR", _("Euro")
    GBP = "GBP", _("British pound")
    AED = "AED", _("UAE dirham")
