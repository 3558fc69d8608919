"""Reasons that finance give every day for slips that do not count; the payer reads them in their language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

TO_REJECT_SLIPS = (
    ("not_there", _("We do not find this transfer on our account. Please ask your bank.")),
    ("unreadable", _("The picture cannot be read. Please send it again in good light.")),
    ("used", _("This slip has paid for something already.")),
    ("other_account", _("The money went to an account that is not ours. Please ask your bank.")),
)
TO_SUSPEND_SLIPS = (
    ("less", _("Less came than was asked for. We keep the money for you and will call you about the rest.")),
)
