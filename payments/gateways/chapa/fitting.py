"""What we may tell Chapa of an order and its payer: it refuses an order over a detail that it dislikes."""

from __future__ import annotations

import re

from payments.gateways.contract import Order

TITLE = "Key2Key"  # of the page; 16 characters at most
LONGEST_DESCRIPTION = 50
_UNFIT = re.compile(r"[^A-Za-z0-9\-_ .]+")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_PHONE = re.compile(r"\+251([79]\d{8})", re.ASCII)
# Names that no mail reaches (RFC 2606, RFC 6762): Chapa calls them fake.
_FAKE = re.compile(r"(?:^|\.)(?:local|localhost|test|invalid|example|internal|lan|example\.(?:com|net|org))$")


def description(order: Order) -> str:
    """Latin letters, digits, and `-_ .` only, 50 at most; words in other letters leave the reference."""
    kept = " ".join(_UNFIT.sub(" ", order.description).split())
    return (kept if re.search(r"[A-Za-z]{2}", kept) else f"Payment {order.reference}")[
        :LONGEST_DESCRIPTION
    ].strip()


def names(order: Order) -> dict[str, str]:
    """First and last name, those that there are."""
    first, _space, last = " ".join(order.payer_name.split()).partition(" ")
    return _those_given(first_name=first[:50], last_name=last[:50])


def email(order: Order) -> str:
    """The address, or nothing when Chapa would call it fake."""
    address = order.payer_email.strip()
    domain = address.rpartition("@")[2].lower()
    return address if _EMAIL.fullmatch(address) and not _FAKE.search(domain) else ""


def phone(order: Order, *, prefix: str) -> str:
    """A mobile number of Ethiopia behind that prefix, or nothing."""
    made = _PHONE.fullmatch(order.payer_phone)
    return f"{prefix}{made[1]}" if made else ""


def payer(order: Order, *, phone_prefix: str) -> dict[str, str]:
    """What we know of the payer and Chapa takes."""
    return {
        **names(order),
        **_those_given(email=email(order), phone_number=phone(order, prefix=phone_prefix)),
    }


def _those_given(**said: str) -> dict[str, str]:
    return {name: value for name, value in said.items() if value}
