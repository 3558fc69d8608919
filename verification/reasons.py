"""Reasons that people who check papers give every day; the person reads them in their own language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

TO_MEND = (
    ("unreadable", _("The picture cannot be read. Please send it again in good light.")),
    ("cut_off", _("Part of the document is cut off. Please send the whole page.")),
    ("other_side", _("The other side of the document is missing.")),
    ("facts", _("What you wrote does not match the document. Please correct it.")),
)
TO_REJECT = (
    ("expired", _("The document has run out.")),
    ("other_person", _("The document is not yours.")),
    ("altered", _("The document looks altered.")),
    ("unknown", _("The authority does not know this document.")),
)
