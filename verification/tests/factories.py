"""Cases and documents for tests: documents are real files in the private storage, encrypted."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from accounts.tests.factories import UserFactory
from verification import services
from verification.enums import CaseKind, CaseState, DocumentKind
from verification.models import Case, Document

LICENCE = {
    "number": "ET-4711",
    "authority": "Addis Ababa Trade Bureau",
    "category": "Broker",
    "region": "Addis Ababa",
    "expires_on": "2031-12-31",
}


def picture(colour: str = "navy", *, format: str = "PNG") -> bytes:
    """A small real picture."""
    out = BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, format)
    return out.getvalue()


class CaseFactory(factory.django.DjangoModelFactory):
    """A draft about who somebody is."""

    class Meta:
        model = Case

    user = factory.SubFactory(UserFactory)
    kind = CaseKind.IDENTITY
    state = CaseState.DRAFT
    facts = factory.LazyAttribute(lambda made: LICENCE if made.kind == CaseKind.BROKER_LICENCE else {})
    submitted_at = factory.LazyAttribute(
        lambda made: timezone.now() if made.state != CaseState.DRAFT else None
    )


def attach(case: Case, *kinds: str) -> list[Document]:
    """Real documents in a case that is in its person's hands."""
    made = []
    for kind in kinds:
        file = ContentFile(picture(), name="x.png")
        with services.receive(by=case.user, case_id=case.pk, kind=kind, file=file) as received:
            made.append(services.add_document(received, by=case.user))
    return made


def submitted_case(user: Any = None, *, kind: str = CaseKind.IDENTITY) -> Case:
    """A complete case that waits for staff."""
    case: Case = CaseFactory(user=user or UserFactory(), kind=kind)
    needed = {
        CaseKind.IDENTITY: (DocumentKind.PASSPORT, DocumentKind.SELFIE),
        CaseKind.BROKER_LICENCE: (DocumentKind.BROKER_LICENCE,),
    }
    attach(case, *needed[CaseKind(kind)])
    return services.submit_case(case_id=case.pk, by=case.user)
