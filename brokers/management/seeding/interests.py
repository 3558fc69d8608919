"""Who in the demo is interested in what, how far that has come, and what colleagues noted about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from brokers.enums import LeadStage, ViewingState
from listings.enums import Kind

BUYER, SELLER, AGENCY = "buyer@key2key.example", "seller@key2key.example", "broker@key2key.example"


@dataclass(frozen=True)
class Look:
    """A viewing, in days from today (below zero: it is over) at an hour of the market's clock.

    `state` is what it has come to.
    """

    days: int
    hour: int
    state: ViewingState
    note: str = ""


@dataclass(frozen=True)
class Plan:
    """What the seller's side does next, in hours from now (below zero: it is late)."""

    action: str
    hours: float


@dataclass(frozen=True)
class Interest:
    """One buyer's interest in a listing of this seller and kind, or the nearest to it that there is.

    `steps` are the stages it was moved through by hand, each with what else was changed; what follows by
    itself is not named. An interest without an answer waits for one; `minutes` passed until it came.
    """

    buyer: str
    seller: str
    kind: str
    days: float
    question: str
    answer: str = ""
    minutes: int = 25
    steps: Sequence[Mapping[str, Any]] = ()
    notes: Sequence[str] = ()
    look: Look | None = None
    plan: Plan | None = None


def _at(stage: LeadStage, **more: Any) -> dict[str, Any]:
    return {"stage": stage, **more}


S = LeadStage
INTERESTS = (
    Interest(
        "yared.fikre@example.com", AGENCY, Kind.PROPERTY, days=0.1, question="Selam, is the home still free?"
    ),
    Interest(
        "almaz.tilahun@example.com", AGENCY, Kind.VEHICLE, days=0.3, question="ሰላም፣ መኪናውን ዛሬ ማየት እችላለሁ?"
    ),
    Interest(
        "henok.mekonnen@example.com", SELLER, Kind.VEHICLE, days=0.2, question="Would you take a trade-in?"
    ),
    Interest(
        "genet.shiferaw@example.com",
        AGENCY,
        Kind.PROPERTY,
        days=1.4,
        question="ሰላም፣ የውሃ ጉድጓድ አለው?",
        answer="ሰላም፣ አዎ አለው፤ ከመንገድ የሚመጣውም ውሃ በየቀኑ ይደርሳል።",
        minutes=8,
        notes=("Prefers to be called after six.",),
    ),
    Interest(
        "chala.gemechu@example.com",
        SELLER,
        Kind.VEHICLE,
        days=2.2,
        question="ሰላም፣ ስንት ኪሎ ሜትር ሄዷል?",
        answer="ሰላም፣ በማስታወቂያው ላይ ያለው ትክክለኛ ነው።",
        minutes=95,
    ),
    Interest(
        "lulit.berhanu@example.com",
        AGENCY,
        Kind.PROPERTY,
        days=3.1,
        question="Good evening, we are a family of five and look for something near the ring road.",
        answer="Good evening! This one is eight minutes from it. Is a bank loan part of your plan?",
        minutes=17,
        steps=(_at(S.QUALIFIED, tags=["family", "bank loan"]),),
        notes=("Loan approved by the bank up to 9 million.", "Would also look at Ayat."),
        plan=Plan("Send the two homes in Ayat", hours=-5),
    ),
    Interest(
        BUYER,
        AGENCY,
        Kind.PROPERTY,
        days=1.6,
        question="Hello Hana, could I see it tomorrow?",
        answer="With pleasure. Choose a time that suits you, I am there all day.",
        minutes=4,
        notes=("Knows the area, lives two streets away.",),
        look=Look(days=1, hour=10, state=ViewingState.CONFIRMED, note="I come with my brother."),
        plan=Plan("Fetch the keys from the owner", hours=22),
    ),
    Interest(
        "tewodros.abera@example.com",
        AGENCY,
        Kind.VEHICLE,
        days=0.6,
        question="Hello, may my mechanic see it this week?",
        answer="Hello Tewodros, of course. Just tell us when.",
        minutes=41,
        look=Look(days=2, hour=14, state=ViewingState.REQUESTED, note="My mechanic has a lift at Megenagna."),
    ),
    Interest(
        "saba.hagos@example.com",
        AGENCY,
        Kind.PROPERTY,
        days=6.3,
        question="Hi, is the compound shared?",
        answer="No, it has its own gate and its own meter.",
        minutes=13,
        look=Look(days=-3, hour=16, state=ViewingState.DONE),
        notes=("Liked the kitchen, worries about the stairs.",),
    ),
    Interest(
        "kebede.mengistu@example.com",
        AGENCY,
        Kind.PROPERTY,
        days=9.2,
        question="ሰላም፣ ዋጋው የመጨረሻ ነው?",
        answer="ሰላም፣ ከተመለከቱት በኋላ እንነጋገራለን።",
        steps=(_at(S.QUALIFIED), _at(S.NEGOTIATING, tags=["cash"])),
        notes=("Talks with his brother abroad until Sunday.",),
        plan=Plan("Call about the price", hours=30),
    ),
    Interest(
        "aster.wolde@example.com",
        AGENCY,
        Kind.VEHICLE,
        days=16.4,
        question="Hello, I can pay today if it drives as you say.",
        answer="Come and drive it, we are open until seven.",
        minutes=210,
        steps=(_at(S.NEGOTIATING), _at(S.WON)),
        notes=("Took the other Corolla, paid at the bank.",),
    ),
    Interest(
        "hiwot.tefera@example.com",
        AGENCY,
        Kind.PROPERTY,
        days=12.5,
        question="ሰላም፣ ለሁለት ዓመት መከራየት ይቻላል?",
        answer="ሰላም፣ ባለቤቱ መሸጥ ብቻ ነው የሚፈልገው።",
        steps=(_at(S.LOST, lost_reason="Wants to rent, not to buy"),),
    ),
    Interest(
        "elias.nuru@example.com",
        AGENCY,
        Kind.VEHICLE,
        days=4.8,
        question="Dear seller, I am an engineer on a ship and will pay double through my agent.",
        steps=(_at(S.SPAM),),
    ),
)
