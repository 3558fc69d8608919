"""The papers that deals in Ethiopia usually need, to start with; staff keep them up in the admin.

Taken from what notaries and the transport authority ask for; the rows carry their own dates, so a changed
rule is a new row and old deals keep theirs.
"""

from __future__ import annotations

from datetime import date
from typing import Any

VALID_FROM = date(2026, 1, 1)
SALE, RENT = ["sale", "lease"], ["long_rent", "short_rent"]

# kind, purposes, slug, English, Amharic, required
_ROWS: tuple[tuple[str, list[str], str, str, str, bool], ...] = (
    ("property", SALE, "title_deed", "Title deed (carta) seen and matched to the seller",
     "የይዞታ ማረጋገጫ ካርታ ታይቶ ከሻጩ ጋር ተመሳክሯል", True),
    ("property", SALE, "encumbrance_check", "Letter that nothing is owed or pledged",
     "ከዕዳና እገዳ ነጻ መሆኑን የሚገልጽ ደብዳቤ", True),
    ("property", SALE, "sale_contract", "Sale contract signed before the notary",
     "በሰነዶች ማረጋገጫ የተፈረመ የሽያጭ ውል", True),
    ("property", SALE, "tax_clearance", "Tax and utility bills paid", "የግብርና የአገልግሎት ክፍያዎች ተከፍለዋል", False),
    ("property", SALE, "marital_status", "Marriage certificate or proof of being single",
     "የጋብቻ ወይም ያላገባ ማስረጃ", False),
    ("property", RENT, "rental_contract", "Rental contract signed by both", "በሁለቱም ወገን የተፈረመ የኪራይ ውል", True),
    ("property", RENT, "owner_identity", "Identity of the owner or of the power of attorney seen",
     "የባለቤቱ ወይም የወኪሉ ማንነት ታይቷል", True),
    ("property", RENT, "inventory", "List of what stays in the home", "በቤቱ የሚቀሩ ዕቃዎች ዝርዝር", False),
    ("vehicle", SALE, "ownership_book", "Ownership book (libre) seen and matched to the seller",
     "የባለቤትነት ደብተር (ሊብሬ) ታይቶ ከሻጩ ጋር ተመሳክሯል", True),
    ("vehicle", SALE, "lien_check", "Letter that no bank or court holds it",
     "ከባንክና ከፍርድ ቤት እገዳ ነጻ መሆኑን የሚገልጽ ደብዳቤ", True),
    ("vehicle", SALE, "sale_contract", "Sale contract signed before the notary",
     "በሰነዶች ማረጋገጫ የተፈረመ የሽያጭ ውል", True),
    ("vehicle", SALE, "inspection", "Annual inspection (bolo) valid", "የጸና ዓመታዊ ምርመራ (ቦሎ)", False),
    ("vehicle", SALE, "duty", "Customs declaration or proof of paid duty",
     "የጉምሩክ ዲክላራሲዮን ወይም የቀረጥ ክፍያ ማስረጃ", False),
    ("vehicle", RENT, "rental_contract", "Rental contract signed by both", "በሁለቱም ወገን የተፈረመ የኪራይ ውል", True),
    ("vehicle", RENT, "driving_licence", "Driving licence of the renter seen", "የተከራዩ መንጃ ፈቃድ ታይቷል", True),
)  # fmt: skip


def first_rows() -> list[dict[str, Any]]:
    """The rows as the table takes them, in their order."""
    return [
        {
            "market": "ET", "kind": kind, "purposes": purposes, "slug": slug, "name_en": english,
            "name_am": amharic, "required": required, "position": position, "valid_from": VALID_FROM,
        }
        for position, (kind, purposes, slug, english, amharic, required) in enumerate(_ROWS)
    ]  # fmt: skip
