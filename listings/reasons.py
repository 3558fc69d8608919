"""Reasons that moderators give every day; the owner reads them in their own language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

TO_CORRECT = (
    ("photos", _("Add photos that show the home or vehicle itself, in daylight and in focus.")),
    ("place", _("The location does not fit the description. Please correct it.")),
    ("price", _("The price looks wrong. Please check the amount, the currency and the period.")),
    ("facts", _("Facts and description contradict each other. Please correct them.")),
    ("words", _("Describe the home or vehicle in more detail.")),
    ("contact", _("Remove phone numbers, addresses and links from the text and the photos.")),
)
TO_REFUSE = (
    ("foreign_photos", _("The photos are not of this home or vehicle.")),
    ("duplicate", _("This home or vehicle is listed already.")),
    ("not_for_sale", _("This home or vehicle is not yours to offer, or not available.")),
    ("not_believable", _("The offer is not believable: price and facts do not fit.")),
    ("forbidden", _("What is offered may not be listed here.")),
    ("offensive", _("The text or the photos are offensive.")),
)
