"""Does the name on a bank account fit the person or organisation that it is paid for? Pure."""

from __future__ import annotations

import re
import unicodedata

ENOUGH_WORDS = 2
LEGAL_FORMS = re.compile(r"( (plc|p l c|s c|sc|ltd|limited|share company))+$")


def fits(account_name: str, *, holder: str) -> bool:
    """Whether the two names can be of one holder, whatever the case, order and marks.

    Banks write three names where people give two: one may have words that the other leaves out, as long as
    they share two, or are the same.
    """
    told, known = _words(account_name), _words(holder)
    if not told or not known:
        return False
    if told == known:
        return True
    return (told <= known or known <= told) and len(told & known) >= ENOUGH_WORDS


def is_that_of_organisation(account_name: str, *, holder: str) -> bool:
    """Whether the two are one name, whatever the case and marks, and the legal form at its end.

    One more word makes another organisation: Addis Homes Trading is not Addis Homes.
    """
    told, known = (LEGAL_FORMS.sub("", " ".join(_in_order(name))) for name in (account_name, holder))
    return told == known != ""


def _words(name: str) -> frozenset[str]:
    return frozenset(_in_order(name))


def _in_order(name: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", name).casefold())
