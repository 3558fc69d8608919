"""What people of the demo say to each other."""

from __future__ import annotations

from dataclasses import dataclass

from listings.enums import Kind

BUYER, SELLER = "buyer", "seller"


@dataclass(frozen=True)
class Talk:
    """Who says what, in turn, and how many days ago it began. Nobody has read the last `unread` of it."""

    kind: str
    lines: tuple[tuple[str, str], ...]
    days: float
    unread: int = 0


TALKS = (
    Talk(
        Kind.PROPERTY,
        (
            (BUYER, "Selam! Is the house still available?"),
            (SELLER, "Selam, yes it is. Would you like to see it?"),
            (BUYER, "Yes please. Is there water every day, and is there a generator?"),
            (
                SELLER,
                "Water comes every day and there is a 5,000 litre tank. The generator covers the house.",
            ),
            (BUYER, "Great. Could I come on Saturday morning?"),
            (SELLER, "Saturday at ten is good. I will wait at the gate."),
        ),
        days=4,
    ),
    Talk(
        Kind.PROPERTY,
        (
            (BUYER, "ሰላም፣ ዋጋው ላይ መነጋገር ይቻላል?"),
            (SELLER, "ሰላም፣ ቤቱን መጀመሪያ ይመልከቱት፤ ከዚያ እንነጋገራለን።"),
            (BUYER, "እሺ፣ ካርታው በስምዎ ነው?"),
            (SELLER, "አዎ፣ ካርታውም ሆነ የግብር ደረሰኙ ዝግጁ ነው።"),
        ),
        days=2,
        unread=1,
    ),
    Talk(
        Kind.VEHICLE,
        (
            (BUYER, "Hello, has the car ever been in an accident?"),
            (SELLER, "No, one small scratch on the rear bumper. I can send you a photo."),
            (BUYER, "And the duty is paid?"),
            (SELLER, "Paid in full, the declaration is in the glove box."),
        ),
        days=1,
        unread=2,
    ),
    Talk(
        Kind.VEHICLE,
        ((BUYER, "Good morning, may my mechanic look at it tomorrow?"),),
        days=0.1,
        unread=1,
    ),
)
