"""Cases of the demo's people, made by the services that people use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.management.seeding.cast import MODERATOR
from accounts.selectors import user_by_email
from brokers.enums import LicenceState
from brokers.models import Licence
from key2key.common import clock
from key2key.common.plugins import Sowing
from notifications.models import Notification
from verification import services
from verification.enums import CaseKind, DocumentKind
from verification.models import Case

SIZE = (860, 540)
PAPER, INK, STAMP = (244, 240, 228), (52, 58, 64), (15, 118, 110)
APPROVED: dict[str, float] = {  # whose identity is known, and how many days ago it was shown
    "seller@key2key.example": 40,
    "almaz.tilahun@example.com": 33,
    "tewodros.abera@example.com": 21,
    "saba.hagos@example.com": 12,
}
WAITING = {
    "kebede.mengistu@example.com": 2.2,
    "genet.shiferaw@example.com": 0.9,
    "elias.nuru@example.com": 0.2,
}
LOOKING = timedelta(hours=5)


def sow_cases(sowing: Sowing) -> None:
    """Identities of sellers, and the licences that wait; nothing where a person has such a case already."""
    checker = user_by_email(MODERATOR)
    made = 0
    for email, days in (APPROVED | WAITING).items():
        person = user_by_email(email)
        if person is None or checker is None or _has_case(person, kind=CaseKind.IDENTITY):
            continue
        with _days_ago(days, person):
            case = _identity(person)
        if email in APPROVED:
            with _days_ago(days - LOOKING / timedelta(days=1), person):
                services.approve(case_id=case.pk, by=checker)
        made += 1
    unchecked = Licence.objects.filter(state=LicenceState.UNCHECKED).select_related("broker__user")
    for licence in unchecked:
        if not _has_case(licence.broker.user, kind=CaseKind.BROKER_LICENCE):
            _licence(licence)
            made += 1
    sowing.tell(f"verification: {made} cases opened" if made else "verification: all there already")


def _has_case(person: Any, *, kind: CaseKind) -> bool:
    return Case.objects.filter(user=person, kind=kind).exists()


@contextmanager
def _days_ago(days: float, person: Any) -> Iterator[None]:
    """What is done inside of a person's cases was done so many days ago, and they have read of it."""
    began, by = timezone.now(), timedelta(days=days)
    with clock.advanced(-by):
        yield
        read_at = clock.now() + LOOKING
    news = Notification.objects.filter(user=person, updated_at__gte=began)
    news.update(status=Notification.Status.READ, read_at=read_at, updated_at=read_at)


def _licence(licence: Licence) -> None:
    """A professional's licence, on its way to whoever checks papers."""
    facts = {name: getattr(licence, name) for name in ("number", "authority", "category", "region")}
    facts["expires_on"] = licence.expires_on.isoformat()
    person = licence.broker.user
    case = services.open_case(by=person, kind=CaseKind.BROKER_LICENCE, facts=facts)
    _attach(case, kind=DocumentKind.BROKER_LICENCE, title=licence.number)
    services.submit_case(case_id=case.pk, by=person)


def _identity(person: Any) -> Case:
    case = services.open_case(by=person, kind=CaseKind.IDENTITY)
    _attach(case, kind=DocumentKind.NATIONAL_ID, title=person.full_name)
    _attach(case, kind=DocumentKind.SELFIE, title=person.full_name)
    services.submit_case(case_id=case.pk, by=person)
    return case


def _attach(case: Case, *, kind: DocumentKind, title: str) -> None:
    file = ContentFile(_specimen(kind, title=title), name="specimen.png")
    with services.receive(by=case.user, case_id=case.pk, kind=kind, file=file) as received:
        services.add_document(received, by=case.user)


def _specimen(kind: DocumentKind, *, title: str) -> bytes:
    """A picture that looks like a document from afar and says what it is: a specimen."""
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, SIZE[0] - 20, SIZE[1] - 20), outline=INK, width=3)
    draw.rectangle((60, 150, 250, 400), fill=(214, 208, 190), outline=INK)
    draw.ellipse((115, 190, 195, 270), fill=(170, 162, 140))
    draw.pieslice((85, 280, 225, 460), 180, 360, fill=(170, 162, 140))
    draw.text((60, 60), str(DocumentKind(kind).label).upper(), fill=INK, font_size=36)
    draw.text((300, 170), title, fill=INK, font_size=32)
    draw.text((300, 300), "SPECIMEN", fill=STAMP, font_size=72)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
