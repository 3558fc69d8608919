"""Lets the professionals of the demo write their profiles, and staff look at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from accounts.management.seeding.cast import ADMINISTRATOR, MODERATOR
from accounts.selectors import user_by_email
from brokers import services
from brokers.enums import BrokerStatus, Speciality
from brokers.models import Broker, Licence
from brokers.services import LicenceFacts
from key2key.common import audit, clock
from key2key.common.plugins import Sowing
from listings.areas import find
from notifications.models import Notification

S = BrokerStatus
HOMES = (Speciality.RESIDENTIAL_SALE, Speciality.RESIDENTIAL_RENT)
CARS = (Speciality.CARS, Speciality.ELECTRIC_VEHICLES)
ADDIS, OROMIA, DIRE, AMHARA, SIDAMA = (
    ("Addis Ababa Trade Bureau", "Addis Ababa"),
    ("Oromia Trade Bureau", "Oromia"),
    ("Dire Dawa Trade Bureau", "Dire Dawa"),
    ("Amhara Trade Bureau", "Amhara"),
    ("Sidama Trade Bureau", "Sidama"),
)
REVIEWED_AFTER = timedelta(days=2)


@dataclass(frozen=True)
class Professional:
    """One profile of the demo, and how far it has come."""

    bio: str
    areas: tuple[str, ...]
    specialities: tuple[str, ...]
    years: int
    languages: tuple[str, ...] = ("am", "en")
    issuer: tuple[str, str] = ADDIS
    language: str = "en"
    status: BrokerStatus = S.ACTIVE


CAST: Mapping[str, Professional] = {
    "broker@key2key.example": Professional(
        "We sell homes and cars all over the city, and answer within the hour.",
        ("addis-ababa",), (*HOMES, *CARS), 14,
    ),
    "abebe@bolegate.example": Professional(
        "Apartments and villas around Bole, for families who come and families who leave.",
        ("bole", "yeka"), (*HOMES, Speciality.NEW_DEVELOPMENT), 9, ("am", "en", "om"),
    ),
    "tigist@shegerhomes.example": Professional(
        "በአዲስ አበባ ቤቶችን በታማኝነት እናገናኛለን። ከጉብኝት እስከ ርክክብ አብረንዎት ነን።",
        ("kirkos", "arada"), HOMES, 11, language="am",
    ),
    "mulugeta@mulumotors.example": Professional(
        "ከመሸጣቸው በፊት መኪኖቹን ሁሉ ራሳችን እንፈትሻለን።", ("addis-ababa",), CARS, 16, language="am",
    ),
    "rahel@rahelhomes.example": Professional(
        "Rentals for people who are new in town. I speak your language and know the landlords.",
        ("bole", "kirkos"), HOMES, 6, ("am", "en", "fr"),
    ),
    "biruk@addisautoplaza.example": Professional(
        "Imported cars with their papers in order, and a yard that you can visit any day.",
        ("addis-ababa",), CARS, 12,
    ),
    "fatuma@diregate.example": Professional(
        "Dire Dawa, Harar and Jijiga: homes, shops and cars in the east.",
        ("dire-dawa", "harar"), (*HOMES, Speciality.COMMERCIAL, Speciality.CARS), 10,
        ("am", "en", "om", "so"), DIRE,
    ),
    "getachew@lemtrucks.example": Professional(
        "የጭነት መኪናዎችና የግንባታ ማሽነሪዎች፤ ዋጋቸውና ሰነዳቸው ግልጽ የሆነ።",
        ("addis-ababa",), (Speciality.TRUCKS_AND_MACHINES, Speciality.CARS), 20, ("am", "om"), OROMIA, "am",
    ),
    "eden@tanahomes.example": Professional(
        "በባሕር ዳርና በጎንደር ቤት የሚፈልጉና የሚሸጡ ሁሉ በራችን ክፍት ነው።",
        ("bahir-dar", "gondar"), (*HOMES, Speciality.LAND), 8, issuer=AMHARA, language="am",
    ),
    "solomon@habeshakeys.example": Professional(
        "Homes of every size in Addis Ababa.", ("addis-ababa",), HOMES, 3, status=S.SUSPENDED,
    ),
    "kedir@merkatomotors.example": Professional(
        "መርካቶ ላይ ለሃያ ዓመት መኪና ስንሸጥ ቆይተናል።", ("addis-ketema",), CARS, 20, language="am",
    ),
    "bethlehem@lakeview.example": Professional(
        "Hawassa and the lakes: homes with a view, and land to build one.",
        ("hawassa", "arba-minch"), (*HOMES, Speciality.LAND), 7, ("am", "en", "sid"), SIDAMA,
    ),
    "tewodros.abera@example.com": Professional(
        "After years of selling for my family I now do it for others too.",
        ("yeka",), HOMES, 2, status=S.PENDING_REVIEW,
    ),
    "saba.hagos@example.com": Professional(
        "Electric cars: what they cost, where to charge them, and who repairs them.",
        ("addis-ababa",), (Speciality.ELECTRIC_VEHICLES,), 4, ("am", "en", "ti"), status=S.PENDING_REVIEW,
    ),
}  # fmt: skip
# Days since the two who wait sent their profiles in; the others did long ago.
WAITING_DAYS = {"tewodros.abera@example.com": 3, "saba.hagos@example.com": 1}
SUSPENDED = "Two owners say that you offered their homes without asking them. Please send us your contracts."


def sow(sowing: Sowing) -> None:
    """Let whoever has no profile write one. Safe to break off and to repeat."""
    written = sum(_live(email, each) for email, each in CAST.items())
    sowing.tell(
        f"brokers' profiles: {written} written" if written else "brokers' profiles: all there already"
    )


@transaction.atomic
def _live(email: str, professional: Professional) -> bool:
    """The whole way of one profile, each step at its time; False when the person has one or is not there.

    The news of it are not sent: they would be mails to people who do not exist.
    """
    person = user_by_email(email)
    if person is None or Broker.objects.filter(user=person).exists():
        return False
    waited = WAITING_DAYS.get(email)
    began = timedelta(days=waited) if waited else max(timedelta(days=5), clock.now() - person.created_at) / 2
    licence = _licence(email, professional)
    with audit.because("demo data"), clock.advanced(-began):
        broker = _write(person, professional, licence=licence)
        if not waited:
            with clock.advanced(REVIEWED_AFTER):
                _decide(broker, professional, licence=licence)
    Notification.objects.filter(user=person, kind="broker_status_changed").delete()
    day = {"created_at": clock.now() - began}
    Broker.objects.filter(pk=broker.pk).update(**day)
    Licence.objects.filter(broker=broker).update(**day)
    return True


def _write(person: Any, professional: Professional, *, licence: LicenceFacts) -> Broker:
    values = {
        "bio": professional.bio,
        "language": professional.language,
        "languages": list(professional.languages),
        "specialities": list(professional.specialities),
        "years_experience": professional.years,
        "phone": person.phone,
    }
    area_ids = [area.id for slug in professional.areas if (area := find(slug))]
    services.open_profile(by=person, values=values, area_ids=area_ids)
    services.name_licence(by=person, licence=licence)
    return services.submit_profile(by=person)


def _decide(broker: Broker, professional: Professional, *, licence: LicenceFacts) -> None:
    staff, other = user_by_email(MODERATOR), user_by_email(ADMINISTRATOR)
    services.confirm_licence(user_id=broker.user_id, licence=licence, by=other)
    services.step_profile(broker_id=broker.pk, by=staff, action="approve", reason="")
    if professional.status == S.SUSPENDED:
        services.step_profile(broker_id=broker.pk, by=staff, action="suspend", reason=SUSPENDED)


def _licence(email: str, professional: Professional) -> LicenceFacts:
    """Valid to the end of next year, as the listings of the demo count on it. The number is nobody's."""
    authority, region = professional.issuer
    return LicenceFacts(
        number=f"DEMO/{list(CAST).index(email) + 1:04d}",
        authority=authority,
        category="Broker",
        region=region,
        expires_on=date(clock.today().year + 1, 12, 31),
    )
