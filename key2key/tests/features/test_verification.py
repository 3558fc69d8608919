from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.tests.desk import at_desk
from key2key.common import clock
from key2key.tests.features.dealing import do, later, read
from key2key.tests.features.market import API, Desk, Person
from verification.tests.factories import picture

pytestmark = pytest.mark.django_db
DISK = "django.core.files.storage.FileSystemStorage"


@pytest.fixture
def disk(settings: Any, tmp_path: Path) -> Path:
    """Where the private files of one test lie."""
    private = {"BACKEND": DISK, "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "private": private}
    return tmp_path


def files(disk: Path) -> list[bytes]:
    return [path.read_bytes() for path in disk.rglob("*") if path.is_file()]


def send(person: Person, case: str, *, kind: str, data: bytes) -> dict[str, Any]:
    file = SimpleUploadedFile("paper.png", data, content_type="image/png")
    answer = person.client.post(
        f"{API}/verification/cases/{case}/documents", {"kind": kind, "file": file}, format="multipart"
    )
    assert answer.status_code == 201, answer.content
    sent: dict[str, Any] = answer.json()
    return sent


@pytest.fixture
def case(person: Callable[..., Person], disk: Path) -> tuple[Person, str, str]:
    """Somebody, their case that waits for staff, and its first document."""
    hana = person()
    opened: str = do(hana, "verification/cases", {"kind": "identity"})["id"]
    document = send(hana, opened, kind="passport", data=picture("orange"))["id"]
    send(hana, opened, kind="selfie", data=picture("navy"))
    do(hana, f"verification/cases/{opened}/submit")
    return hana, opened, document


def address(person: Person, case: str, document: str) -> str:
    """Where the person sees a document, for a minute."""
    url: str = do(person, f"verification/cases/{case}/documents/{document}/token")["url"]
    return urlsplit(url).path


def test_kyc_5_a_document_lies_encrypted_and_is_seen_by_a_short_link_of_ones_own(
    case: tuple[Person, str, str], disk: Path, person: Callable[..., Person], api: APIClient
) -> None:
    hana, opened, document = case
    lying = files(disk)
    assert len(lying) == 2
    for plain in (picture("orange"), picture("navy")):
        assert all(plain[16:64] not in data for data in lying)

    link = address(hana, opened, document)
    seen = hana.client.get(link)
    assert (seen.status_code, seen.content) == (200, picture("orange"))
    assert seen["Cache-Control"] == "private, no-store"
    assert person().client.get(link).status_code == 404, "a link serves whom it was made for"
    assert api.get(link).status_code == 401
    stranger = person().client
    assert stranger.post(f"{API}/verification/cases/{opened}/documents/{document}/token").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert hana.client.get(link).status_code == 404, "and for a minute"


def test_kyc_5_staff_see_it_when_it_is_their_work_and_each_look_is_told(
    case: tuple[Person, str, str],
) -> None:
    hana, opened, document = case
    hana.client.get(address(hana, opened, document))
    kyc = Desk(at_desk("kyc"))
    page = kyc.page(f"/admin/verification/queuedcase/{opened}/change/")
    pictures = [part.split('"')[0] for part in page.split('<img class="k2k-document" src="')[1:]]
    assert len(pictures) == 2
    for path in pictures:
        assert kyc.browser.get(path).status_code == 200
        assert at_desk("kyc").get(path).status_code == 404
    assert at_desk("support").get(f"/admin/verification/queuedcase/{opened}/change/").status_code == 403
    after = kyc.page(f"/admin/verification/queuedcase/{opened}/change/")
    for name in (hana.user.full_name, kyc.browser.user.full_name):
        assert name in after.partition("Who looked at the documents")[2]


def test_kyc_5_documents_go_a_year_after_the_decision(case: tuple[Person, str, str], disk: Path) -> None:
    hana, opened, _document = case
    Desk(at_desk("kyc")).act(f"verification/queuedcase/{opened}", "approve")
    decided = read(hana, f"verification/cases/{opened}")
    assert (decided["state"], len(decided["documents"])) == ("approved", 2)
    with later(days=364):
        assert len(files(disk)) == 2
    with later(days=366):
        assert clock.now() > timezone.now()
        assert files(disk) == []
