"""The demo's deals: who wants what of whom, what they say, and how many days ago they did what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from brokers.management.seeding import deeds
from brokers.management.seeding.deeds import Deed, Words
from listings.enums import Kind, Purpose

BUYER, SELLER, AGENCY = "buyer@key2key.example", "seller@key2key.example", "broker@key2key.example"
AGENT = "agent@key2key.example"  # answers for the agency, where there is one
NAHOM, RUTH = "nahom.getnet@example.com", "ruth.amare@example.com"
BEREKET = "bereket.lakew@example.com"


@dataclass(frozen=True)
class Story:
    """One buyer and one listing of this seller, kind and purpose, or the nearest to it that there is.

    `percent` of the price are offered. `deeds` come with the days that have passed since.
    """

    buyer: str
    seller: str
    kind: str
    words: Words
    deeds: Sequence[tuple[float, Deed]]
    purpose: str = Purpose.SALE
    percent: int = 95

    @property
    def began(self) -> float:
        """How many days ago it began."""
        return self.deeds[0][0]


STORIES = (
    Story(  # the deposit of the demo's buyer is held, the papers are half done
        buyer=BUYER,
        seller=AGENCY,
        kind=Kind.PROPERTY,
        words=Words(
            question="Selam, I saw the home last week and like it. Is the title deed ready for a sale?",
            answer="Selam Meron, the deed is ready and free of debt. I can show it to you at our office.",
            offer="We can sign within a month. Half of the price comes from our savings, half from the bank.",
        ),
        deeds=(
            (9.4, deeds.ask),
            (9.3, deeds.answer),
            (8.2, deeds.offer),
            (7.6, deeds.accept),
            (7.2, deeds.pay),
            (4.1, deeds.tick_some_papers),
        ),
    ),
    Story(  # the demo's buyer has two days to pay a deposit
        buyer=BUYER,
        seller="rahel@rahelhomes.example",
        kind=Kind.PROPERTY,
        purpose=Purpose.LONG_RENT,
        percent=100,
        words=Words(
            question="Hello, could we move in on the first of next month?",
            answer="Yes, it will be empty and cleaned three days before.",
            offer="We take it for a year at your price. Two adults, one child, no pets.",
        ),
        deeds=((2.4, deeds.ask), (2.3, deeds.answer), (1.1, deeds.offer), (0.3, deeds.accept)),
    ),
    Story(  # the demo's seller has an offer of the demo's buyer to answer
        buyer=BUYER,
        seller=SELLER,
        kind=Kind.VEHICLE,
        percent=93,
        words=Words(
            question="ሰላም፣ አሁንም ይሸጣል?",
            answer="ሰላም፣ አዎ ይሸጣል። በማንኛውም ጊዜ መጥተው ማየት ይችላሉ።",
            offer="በዚህ ዋጋ ከተስማማን በዚህ ሳምንት ውስጥ መጨረስ እንችላለን።",
        ),
        deeds=((1.3, deeds.ask), (1.2, deeds.answer), (0.4, deeds.offer)),
    ),
    Story(  # the demo's buyer has a counter-offer to answer
        buyer=BUYER,
        seller="biruk@addisautoplaza.example",
        kind=Kind.VEHICLE,
        percent=90,
        words=Words(
            question="Good morning, how many owners has it had, and is the service book complete?",
            answer="One owner, and every service is stamped. You may bring your mechanic.",
            offer="My mechanic says the tyres and the brakes are due soon, so this is what I can offer.",
            counter="We put new tyres on it. At this price it is yours tomorrow.",
        ),
        deeds=((2.6, deeds.ask), (2.5, deeds.answer), (1.2, deeds.offer), (0.5, deeds.counter)),
    ),
    Story(  # the agency has an offer to answer
        buyer=NAHOM,
        seller=AGENCY,
        kind=Kind.PROPERTY,
        words=Words(
            question="Hello, is the price negotiable for somebody who pays at once?",
            answer="There is a little room. Make us an offer and I will talk with the owner today.",
            offer="Cash, no bank involved, and I can come to the notary any day.",
        ),
        deeds=((1.6, deeds.ask), (1.5, deeds.answer), (0.2, deeds.offer)),
    ),
    Story(  # two people meet for the handover this week
        buyer=NAHOM,
        seller="kedir@merkatomotors.example",
        kind=Kind.VEHICLE,
        percent=97,
        words=Words(
            question="ሰላም፣ ሰነዶቹ ሁሉ የተሟሉ ናቸው?",
            answer="ሰላም፣ ሁሉም ዝግጁ ናቸው፤ በስሜ ነው።",
            offer="በዚህ ዋጋ እወስደዋለሁ፤ ቀብዱን ዛሬ መክፈል እችላለሁ።",
        ),
        deeds=(
            (11.3, deeds.ask),
            (11.2, deeds.answer),
            (10.1, deeds.offer),
            (9.6, deeds.accept),
            (9.1, deeds.pay),
            (5.2, deeds.tick_some_papers),
            (1.2, deeds.tick_all_papers),
        ),
    ),
    Story(  # staff have a dispute to decide
        buyer=RUTH,
        seller="mulugeta@mulumotors.example",
        kind=Kind.VEHICLE,
        words=Words(
            question="Hello, has the odometer ever been changed?",
            answer="No, what you see is what it has driven. The service book shows it.",
            offer="If the service book agrees with the odometer, I take it.",
            trouble="The service book of 2023 shows 40,000 km more than the odometer does today.",
            buyer_evidence="Page 12 of the service book, stamped in March 2023, and a photo of the odometer "
            "that I took at the viewing. I would like my deposit back.",
            seller_evidence="The instrument panel was replaced in 2024 after a fault; the garage gave us a "
            "letter about it. We told the buyer on the telephone.",
        ),
        deeds=(
            (15.4, deeds.ask),
            (15.3, deeds.answer),
            (13.2, deeds.offer),
            (12.7, deeds.accept),
            (12.1, deeds.pay),
            (8.3, deeds.tick_some_papers),
            (2.2, deeds.dispute),
            (1.4, deeds.show_evidence),
        ),
    ),
    Story(  # the agency has sold, and been praised
        buyer=BEREKET,
        seller=AGENCY,
        kind=Kind.VEHICLE,
        percent=96,
        words=Words(
            question="Hello, can I see the car this week after work?",
            answer="Of course, we are open until seven. Ask for Robel.",
            offer="I would like it as it stands.",
            buyer_review="Everything was as described, and the papers were ready when they said so.",
            seller_review="Paid on the day he promised and was on time for every meeting.",
            reply="Thank you, Bereket. Drive safely!",
        ),
        deeds=(
            (21.4, deeds.ask),
            (21.3, deeds.answer),
            (20.4, deeds.offer),
            (20.1, deeds.accept),
            (19.6, deeds.pay),
            (16.2, deeds.tick_all_papers),
            (14.1, deeds.hand_over),
            (13.2, deeds.review),
        ),
    ),
    Story(  # one that came to nothing: the money went back
        buyer=RUTH,
        seller=AGENCY,
        kind=Kind.PROPERTY,
        words=Words(
            question="Hello, would the owner wait for a bank loan?",
            answer="Yes, if the deposit is paid. A month is usual.",
            offer="The bank has promised an answer within two weeks.",
            trouble="The bank has refused the loan, so I cannot go on. I am sorry.",
        ),
        deeds=(
            (18.4, deeds.ask),
            (18.3, deeds.answer),
            (17.3, deeds.offer),
            (16.8, deeds.accept),
            (16.4, deeds.pay),
            (10.3, deeds.ask_to_cancel),
            (9.8, deeds.agree_to_cancel),
        ),
    ),
)
