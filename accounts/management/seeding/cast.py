"""Who lives in the demo. Names are common ones, numbers and addresses belong to nobody (RFC 2606)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from accounts.models import Membership, User
from accounts.roles import StaffGroup

BUYER, SELLER, BROKER = User.Role.BUYER, User.Role.SELLER, User.Role.BROKER
ADMINISTRATOR, MODERATOR = "admin@key2key.example", "moderator@key2key.example"


@dataclass(frozen=True)
class Person:
    """One account of the demo. `days` is how long ago it was opened."""

    full_name: str
    email: str
    phone: str
    role: str
    language: str
    days: int
    groups: tuple[str, ...] = ()
    superuser: bool = False

    @property
    def is_demo_login(self) -> bool:
        """Whether `start` prints its password: visitors of the demo sign in with it."""
        return self.email.endswith("@key2key.example")


_LOGINS = (
    ("Meron Tesfaye", "buyer@key2key.example", BUYER, "en"),
    ("Dawit Alemu", "seller@key2key.example", SELLER, "am"),
    ("Hana Gebremariam", "broker@key2key.example", BROKER, "en"),
)
_BROKERS = (
    ("Abebe Worku", "abebe@bolegate.example", "en"),
    ("Tigist Haile", "tigist@shegerhomes.example", "am"),
    ("Mulugeta Assefa", "mulugeta@mulumotors.example", "am"),
    ("Rahel Solomon", "rahel@rahelhomes.example", "en"),
    ("Biruk Tadesse", "biruk@addisautoplaza.example", "en"),
    ("Fatuma Ahmed", "fatuma@diregate.example", "en"),
    ("Getachew Lemma", "getachew@lemtrucks.example", "am"),
    ("Eden Kassahun", "eden@tanahomes.example", "am"),
    ("Solomon Negash", "solomon@habeshakeys.example", "en"),
    ("Kedir Hussein", "kedir@merkatomotors.example", "am"),
    ("Bethlehem Girma", "bethlehem@lakeview.example", "en"),
)
_SELLERS = (
    ("Kebede Mengistu", "am"),
    ("Almaz Tilahun", "am"),
    ("Tewodros Abera", "en"),
    ("Genet Shiferaw", "am"),
    ("Mohammed Seid", "en"),
    ("Aster Wolde", "am"),
    ("Yared Fikre", "en"),
    ("Zenebech Ayele", "am"),
    ("Henok Mekonnen", "en"),
    ("Lulit Berhanu", "en"),
    ("Chala Gemechu", "am"),
    ("Hiwot Tefera", "am"),
    ("Tsegaye Demissie", "am"),
    ("Saba Hagos", "en"),
    ("Elias Nuru", "en"),
    ("Marta Zewde", "am"),
)
_BUYERS = (
    ("Nahom Getnet", "en"),
    ("Ruth Amare", "en"),
    ("Bereket Lakew", "am"),
    ("Liya Sisay", "en"),
    ("Abdi Tolosa", "am"),
    ("Mekdes Wondimu", "am"),
    ("Samuel Kidane", "en"),
    ("Feven Araya", "en"),
)
_AGENT = "agent@key2key.example"
OWNER, MANAGER, AGENT = Membership.Role.OWNER, Membership.Role.MANAGER, Membership.Role.AGENT


@dataclass(frozen=True)
class Agency:
    """One organisation of the demo: its people by e-mail, the owner first."""

    name: str
    people: tuple[tuple[str, Membership.Role], ...]
    days: int


AGENCIES = (
    Agency(
        "Hana Homes & Motors",
        (
            ("broker@key2key.example", OWNER),
            ("samuel.kidane@example.com", MANAGER),
            (_AGENT, AGENT),
            ("feven.araya@example.com", AGENT),
        ),
        days=75,
    ),
    Agency(
        "Addis Auto Plaza",
        (
            ("biruk@addisautoplaza.example", OWNER),
            ("mekdes.wondimu@example.com", MANAGER),
            ("abdi.tolosa@example.com", AGENT),
            ("liya.sisay@example.com", AGENT),
        ),
        days=60,
    ),
)


def everybody() -> Iterator[Person]:
    """The forty-one people, staff first, because they review what the others write."""
    admin, moderator = (StaffGroup.ADMIN,), (StaffGroup.MODERATOR,)
    yield _person(0, "Yonas Bekele", ADMINISTRATOR, role=BUYER, language="en", groups=admin, superuser=True)
    yield _person(1, "Selamawit Desta", MODERATOR, role=BUYER, language="en", groups=moderator)
    others = [
        *_LOGINS,
        *((name, email, BROKER, language) for name, email, language in _BROKERS),
        *((name, _address(name), SELLER, language) for name, language in _SELLERS),
        *((name, _address(name), BUYER, language) for name, language in _BUYERS),
        ("Robel Teshome", _AGENT, BUYER, "en"),
    ]
    for number, (name, email, role, language) in enumerate(others, start=2):
        yield _person(number, name, email, role=role, language=language)


def _person(number: int, full_name: str, email: str, /, *, role: str, language: str, **staff: Any) -> Person:
    network = "9" if number % 3 else "7"  # Ethio telecom and Safaricom
    return Person(
        full_name=full_name,
        email=email,
        phone=f"+251{network}000001{number:02d}",
        role=role,
        language=language,
        days=90 + number * 7,
        **staff,
    )


def _address(full_name: str) -> str:
    return f"{full_name.lower().replace(' ', '.')}@example.com"
