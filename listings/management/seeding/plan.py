"""The three hundred offers, in an order whose every beginning resembles the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from accounts.management.seeding.cast import AGENCIES
from listings.enums import Kind, LocationPrecision, Purpose, Status
from listings.management.seeding.home_kinds import COUNTS
from listings.management.seeding.homes import home
from listings.management.seeding.offers import LANGUAGES, Life, Offer, Thing, evenly
from listings.management.seeding.prices import rounded
from listings.management.seeding.sellers import SellerRole, cast
from listings.management.seeding.vehicle_kinds import VEHICLE_KINDS
from listings.management.seeding.vehicles import vehicle

SEED = "Key2Key"  # the same offers on every machine
KINDS = {Kind.PROPERTY: 170, Kind.VEHICLE: 130}
TOTAL = sum(KINDS.values())
STATUSES = {
    Status.ACTIVE: 236,
    Status.PENDING_REVIEW: 14,
    Status.DRAFT: 12,
    Status.CLOSED: 10,
    Status.EXPIRED: 7,
    Status.ON_HOLD: 6,
    Status.CHANGES_REQUESTED: 5,
    Status.REJECTED: 4,
    Status.COMING_SOON: 4,
    Status.WITHDRAWN: 2,
}
PRIVATE_SHARE, PRIVATE_MOST = 0.28, 5
OLDEST_DAYS, LIFETIME_DAYS = 45, 60
REDUCED_SHARE, REDUCED_AFTER_DAYS = 0.15, 12
TRANSLATED_SHARE, AMHARIC_SHARE = 0.85, 0.35
EXACT_SHARE, EXCLUSIVE_SHARE = 0.25, 0.04
ATTEMPTS = 40
_AGENCY_OF = {agency.people[0][0]: agency.name for agency in AGENCIES}  # every second offer of its owner's
REASONS = {
    Status.CHANGES_REQUESTED: (
        "The second photo shows another place. Please replace it.",
        "Please say in the description which floor it is on.",
        "The price looks like a monthly one; please check the amount.",
        "Please add a photo of the front.",
        "The location and the description name two different places.",
    ),
    Status.REJECTED: (
        "The same offer is on the market already, by another account of yours.",
        "The photos are taken from another web site.",
        "This is a service, not a home or a vehicle.",
        "The papers shown belong to another chassis number.",
    ),
}


def offers(share: float = 1.0) -> Iterator[Offer]:
    """The first part of the plan, at least one offer of it; the same whenever it is asked."""
    statuses, things = evenly(STATUSES), _things()
    held: Counter[str] = Counter()
    taken: set[tuple[str, str]] = set()
    for number in range(max(1, round(TOTAL * share))):
        offer = _offer(number, status=statuses[number], make=next(things), held=held, taken=taken)
        held[offer.owner] += 1
        taken.add((offer.owner, offer.title))
        yield offer


def _things() -> Iterator[Any]:
    """What to make, home types and vehicle models each spread over the whole."""
    homes, vehicles = iter(evenly(COUNTS)), iter(evenly({kind: kind.count for kind in VEHICLE_KINDS}))
    for kind in evenly(KINDS):
        yield next(homes) if kind == Kind.PROPERTY else next(vehicles)


def _offer(
    number: int, *, status: str, make: Any, held: Mapping[str, int], taken: set[tuple[str, str]]
) -> Offer:
    for attempt in range(ATTEMPTS):
        rng = Random(f"{SEED} {number} {attempt}")
        thing = home(rng, make) if isinstance(make, str) else vehicle(rng, make)
        owner = _owner(rng, thing, held)
        offer = _in_hands(rng, thing, owner=owner, status=status)
        if (owner.email, offer.title) not in taken:
            return replace(offer, agency=_AGENCY_OF.get(owner.email, "") if number % 2 else "")
    raise LookupError(f"Offer {number} found no title of its own.")


def _owner(rng: Random, thing: Thing, held: Mapping[str, int]) -> SellerRole:
    everybody = cast()
    private = [one for one in everybody if not one.trade_name and held.get(one.email, 0) < PRIVATE_MOST]
    if private and rng.random() < PRIVATE_SHARE:
        return rng.choice(private)
    brokers = [one for one in everybody if one.trade_name and thing.kind in one.kinds]
    local = [one for one in brokers if thing.city in one.cities]
    return rng.choice(local or [one for one in brokers if not one.cities])


def _in_hands(rng: Random, thing: Thing, *, owner: SellerRole, status: str) -> Offer:
    life = _life(rng, thing, status=status)
    values = {**thing.values, **_words(rng, thing, owner=owner)}
    values["location_precision"] = (
        LocationPrecision.EXACT if rng.random() < EXACT_SHARE else LocationPrecision.AREA
    )
    if owner.trade_name and thing.values["purpose"] == Purpose.SALE:
        values["exclusive"] = rng.random() < EXCLUSIVE_SHARE
    return Offer(owner.email, thing.kind, values, thing.scenes, life)


def _words(rng: Random, thing: Thing, *, owner: SellerRole) -> dict[str, Any]:
    """The owner's language first; a translation for most."""
    chance = 0.75 if owner.language == "am" else AMHARIC_SHARE / 2
    original = 1 if rng.random() < chance else 0
    other = 1 - original
    words: dict[str, Any] = {
        "title": thing.title[original],
        "description": thing.description[original],
        "language": LANGUAGES[original],
        "landmark": thing.values["landmark"][original],
    }
    if rng.random() < TRANSLATED_SHARE:
        translation = {"title": thing.title[other], "description": thing.description[other]}
        words["translations"] = {LANGUAGES[other]: translation}
    return words


def _life(rng: Random, thing: Thing, *, status: str) -> Life:
    life = Life(status=status, age=timedelta(days=_age(rng, status), minutes=rng.randrange(1440)))
    if status in REASONS:
        return replace(life, reason=rng.choice(REASONS[Status(status)]))
    price: Decimal | None = thing.values["price"]
    is_old = life.age >= timedelta(days=REDUCED_AFTER_DAYS)
    if status == Status.ACTIVE and is_old and price and rng.random() < REDUCED_SHARE / 0.6:
        before = Decimal(rounded(float(price) * rng.uniform(1.05, 1.14)))
        ago = timedelta(days=rng.uniform(0.5, min(25.0, life.age.days - 8)))
        return replace(life, price_before=before if before > price else None, reduced_ago=ago)
    return life


def _age(rng: Random, status: str) -> float:
    if status == Status.EXPIRED:
        return LIFETIME_DAYS + rng.randint(2, 12)
    if status in {Status.PENDING_REVIEW, Status.DRAFT, *REASONS}:
        return rng.uniform(0.1, 4)
    if status == Status.COMING_SOON:
        return rng.uniform(0.5, 8)
    least = 9 if status in {Status.CLOSED, Status.WITHDRAWN, Status.ON_HOLD} else 0.05
    return max(least, rng.triangular(0.05, OLDEST_DAYS - 0.5, 12))
