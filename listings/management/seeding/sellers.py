"""Who sells in the demo, and what is known of the brokers until the app of theirs says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from uuid import UUID

from accounts.management.seeding.cast import everybody
from accounts.models import Membership, User
from key2key.common import clock
from listings import services
from listings.enums import Kind, SellerType
from listings.services import SellerFacts

BOTH, HOMES, VEHICLES = (Kind.PROPERTY, Kind.VEHICLE), (Kind.PROPERTY,), (Kind.VEHICLE,)
DEMO_SELLER = "seller@key2key.example"


@dataclass(frozen=True)
class SellerRole:
    """One seller: a broker has a trade name, the kinds dealt in, and cities if not all."""

    email: str
    language: str = "en"
    trade_name: str = ""
    kinds: tuple[str, ...] = BOTH
    cities: tuple[str, ...] = ()
    rating: str = ""
    response_minutes: int = 0
    verified: bool = True


_TRADES: Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...], str, int, bool]] = {
    "broker@key2key.example": ("Hana Homes & Motors", BOTH, (), "4.80", 14, True),
    "abebe@bolegate.example": ("Bole Gate Properties", HOMES, (), "4.60", 25, True),
    "tigist@shegerhomes.example": ("Sheger Homes", HOMES, (), "4.40", 40, True),
    "mulugeta@mulumotors.example": ("Mulu Motors", VEHICLES, (), "4.70", 18, True),
    "rahel@rahelhomes.example": ("Rahel Homes", HOMES, (), "4.90", 9, True),
    "biruk@addisautoplaza.example": ("Addis Auto Plaza", VEHICLES, (), "4.30", 55, True),
    "fatuma@diregate.example": (
        "Dire Gate Brokers",
        BOTH,
        ("dire-dawa", "harar", "jijiga"),
        "4.50",
        35,
        True,
    ),
    "getachew@lemtrucks.example": ("Lem Cars & Trucks", VEHICLES, (), "4.10", 90, False),
    "eden@tanahomes.example": ("Tana Homes", BOTH, ("bahir-dar", "gondar", "dessie"), "4.60", 30, True),
    "solomon@habeshakeys.example": ("Habesha Keys", HOMES, (), "", 120, False),
    "kedir@merkatomotors.example": ("Merkato Motors", VEHICLES, (), "4.20", 65, True),
    "bethlehem@lakeview.example": (
        "Lake View Homes",
        BOTH,
        ("hawassa", "arba-minch", "shashamane", "wolaita-sodo", "bishoftu"),
        "4.70",
        22,
        True,
    ),
}


@cache
def cast() -> tuple[SellerRole, ...]:
    """Everybody of the demo who sells."""
    return tuple(
        SellerRole(person.email, person.language, *_TRADES.get(person.email, ()))
        for person in everybody()
        if person.role in {User.Role.SELLER, User.Role.BROKER}
    )


def sow_sellers() -> int:
    """Write the brokers' facts down where nobody has yet. Returns how many."""
    written = 0
    for role in cast():
        user = User.objects.filter(email=role.email).first()
        if user is None:
            continue
        seller = services.open_private_seller(user.pk)
        if role.trade_name and seller.type == SellerType.PRIVATE:
            services.set_seller_facts(user_id=user.pk, facts=_facts(role))
            written += 1
        _sow_agency(user, role)
    return written


def agency_of(owner: User, *, name: str) -> UUID | None:
    """The organisation of the demo that the person owns, if it is there."""
    owned = Membership.objects.filter(user=owner, role=Membership.Role.OWNER, organisation__name=name)
    return owned.values_list("organisation_id", flat=True).first()


def _sow_agency(owner: User, role: SellerRole) -> None:
    organisation_id = agency_of(owner, name=role.trade_name)
    if organisation_id and services.open_organisation_seller(organisation_id).may_publish_until is None:
        facts = replace(_facts(role), type=SellerType.AGENCY)
        services.set_seller_facts(organisation_id=organisation_id, facts=facts)


def _facts(role: SellerRole) -> SellerFacts:
    return SellerFacts(
        type=SellerType.BROKER,
        name=role.trade_name,
        verified=role.verified,
        rating=Decimal(role.rating) if role.rating else None,
        response_minutes=role.response_minutes,
        may_publish_until=datetime(clock.today().year + 1, 12, 31, tzinfo=UTC),
    )
