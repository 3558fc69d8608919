"""Cases over HTTP: from the requirements to the decision of staff, and every way in which it is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from key2key.common.errors import NotFound
from listings.tests.factories import ListingFactory
from uploads import viewing
from verification import services
from verification.enums import CaseKind, CaseState, DocumentKind
from verification.models import Case, Document, DocumentView
from verification.requirements import DOCUMENTS, MOST_DOCUMENTS
from verification.tests.factories import LICENCE, CaseFactory, attach, picture

pytestmark = pytest.mark.django_db
CASES = "/api/v1/verification/cases"


@pytest.fixture
def person() -> User:
    made: User = UserFactory()
    return made


@pytest.fixture
def client(person: User, sign_in: Callable[..., APIClient]) -> APIClient:
    return sign_in(person)


def send(client: APIClient, case: str, *, kind: str, data: bytes | None = None, **header: str) -> Any:
    file = SimpleUploadedFile("paper.png", picture() if data is None else data, content_type="image/png")
    return client.post(
        f"{CASES}/{case}/documents", {"kind": kind, "file": file}, format="multipart", **header
    )


def codes(response: Any) -> set[tuple[str, str]]:
    return {(error["pointer"], error["code"]) for error in response.json()["errors"]}


def test_a_person_shows_who_they_are(client: APIClient) -> None:
    needs = {each["kind"]: each for each in client.get("/api/v1/verification/requirements").json()["results"]}
    assert [row["kind"] for row in needs["identity"]["documents"][1]] == ["selfie"]
    case = client.post(CASES, {"kind": "identity"}, format="json").json()
    assert (case["state"], case["allowed_actions"], len(case["missing"])) == ("draft", ["submit"], 2)
    for kind in ("national_id", "selfie"):
        assert send(client, case["id"], kind=kind).status_code == 201
    done = client.post(f"{CASES}/{case['id']}/submit")
    assert (done.status_code, done.json()["state"], done.json()["missing"]) == (200, "submitted", [])
    assert [row["id"] for row in client.get(CASES).json()["results"]] == [case["id"]]


def test_requirements_speak_the_callers_language(api: APIClient) -> None:
    english = api.get("/api/v1/verification/requirements").json()["results"][0]["label"]
    amharic = api.get("/api/v1/verification/requirements", HTTP_ACCEPT_LANGUAGE="am").json()["results"][0]
    assert amharic["label"] != english


def test_an_incomplete_case_is_refused_with_everything_that_is_missing(client: APIClient) -> None:
    case = client.post(CASES, {"kind": "broker_licence", "facts": {"number": "ET-1"}}, format="json").json()
    refused = client.post(f"{CASES}/{case['id']}/submit")
    assert (refused.status_code, refused.json()["code"]) == (400, "case_incomplete")
    assert codes(refused) == {
        ("/documents", "document_required"),
        *((f"/facts/{name}", "required") for name in ("authority", "category", "region", "expires_on")),
    }
    assert Case.objects.get().state == CaseState.DRAFT


def test_a_licence_that_has_run_out_is_not_taken(client: APIClient, person: User) -> None:
    case = CaseFactory(
        user=person, kind=CaseKind.BROKER_LICENCE, facts={**LICENCE, "expires_on": "2020-01-01"}
    )
    attach(case, DocumentKind.BROKER_LICENCE)
    assert codes(client.post(f"{CASES}/{case.pk}/submit")) == {("/facts/expires_on", "in_the_past")}


def test_facts_are_corrected_until_the_case_is_sent_in(client: APIClient, person: User) -> None:
    case = CaseFactory(user=person, kind=CaseKind.BROKER_LICENCE, facts={})
    attach(case, DocumentKind.BROKER_LICENCE)
    path = f"{CASES}/{case.pk}"
    assert client.patch(path, {"facts": {"expires_on": "31.12.2031"}}, format="json").status_code == 400
    stale = client.patch(path, {"facts": LICENCE}, format="json", HTTP_IF_MATCH='"older"')
    assert stale.status_code == 412
    assert client.patch(path, {"facts": LICENCE}, format="json").json()["facts"] == LICENCE
    assert client.post(f"{path}/submit").status_code == 200
    refused = client.patch(path, {"facts": {"number": "ET-2"}}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_transition")
    assert Case.objects.get().facts == LICENCE


def test_one_case_of_a_kind_is_open_at_a_time(client: APIClient) -> None:
    first = client.post(CASES, {"kind": "identity"}, format="json").json()
    second = client.post(CASES, {"kind": "identity"}, format="json")
    assert (second.status_code, second.json()["code"], second.json()["case"]) == (
        409,
        "case_open",
        first["id"],
    )
    assert Case.objects.count() == 1


def test_whoever_has_no_verified_contact_cannot_begin(sign_in: Callable[..., APIClient]) -> None:
    refused = sign_in(UserFactory(email_verified_at=None)).post(CASES, {"kind": "identity"}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_verified")
    assert not Case.objects.exists()


def test_papers_are_shown_for_ones_own_listing_or_organisation_only(client: APIClient, person: User) -> None:
    foreign, own = ListingFactory(), ListingFactory(owner=person, seller__user=person)
    for kind, subject, code in (
        ("ownership", None, "required"),
        ("ownership", foreign.pk, "does_not_exist"),
        ("identity", own.pk, "not_allowed_here"),
        ("business", OrganisationFactory().pk, "does_not_exist"),
    ):
        body = {"kind": kind, **({"subject": str(subject)} if subject else {})}
        assert codes(client.post(CASES, body, format="json")) == {("/subject", code)}, kind
    assert client.post(CASES, {"kind": "ownership", "subject": str(own.pk)}, format="json").status_code == 201
    led = MembershipFactory(user=person, role="owner").organisation
    assert client.post(CASES, {"kind": "business", "subject": str(led.pk)}, format="json").status_code == 201


@pytest.mark.parametrize(
    ("kind", "data", "status", "code"),
    [
        ("title_deed", None, 400, "document_not_accepted"),
        ("passport", b"", 400, "empty_file"),
        ("passport", b"<svg xmlns='http://www.w3.org/2000/svg'/>", 400, "format_not_supported"),
        ("passport", b"MZ" + bytes(2000), 400, "format_not_supported"),
        ("passport", picture() + bytes(settings.DOCUMENT_MAX_SIZE), 413, None),
    ],
    ids=["not of this case", "empty", "svg", "program", "too large"],
)
def test_what_is_no_document_is_refused_and_nothing_is_kept(
    client: APIClient, person: User, vault: Path, kind: str, data: bytes | None, status: int, code: str | None
) -> None:
    case = CaseFactory(user=person)
    refused = send(client, str(case.pk), kind=kind, data=data)
    assert refused.status_code == status, refused.content
    assert code is None or refused.json()["code"] == code
    assert not Document.objects.exists()
    assert not [path for path in vault.rglob("*") if path.is_file()]


def test_a_document_is_never_written_in_clear(client: APIClient, person: User, vault: Path) -> None:
    case, plain = CaseFactory(user=person), picture("orange")
    assert send(client, str(case.pk), kind="passport", data=plain).status_code == 201
    document = Document.objects.get()
    kept = b"".join(path.read_bytes() for path in vault.rglob("*") if path.is_file())
    assert len(kept) > len(plain)
    assert plain[16:64] not in kept
    shown, opened = services.show(document_id=document.pk, to=person, reason="a test")
    assert (shown.pk, opened) == (document.pk, plain)


def test_a_retry_with_the_same_key_is_one_document(client: APIClient, person: User, vault: Path) -> None:
    case, key = str(CaseFactory(user=person).pk), {"HTTP_IDEMPOTENCY_KEY": "once"}
    first = send(client, case, kind="passport", **key)
    again = send(client, case, kind="passport", **key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert len([path for path in vault.rglob("*") if path.is_file()]) == Document.objects.count() == 1


def test_a_case_takes_so_many_documents_and_no_more(client: APIClient, person: User, vault: Path) -> None:
    case = CaseFactory(user=person)
    attach(case, *["passport"] * MOST_DOCUMENTS)
    refused = send(client, str(case.pk), kind="selfie")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_documents")
    assert len([path for path in vault.rglob("*") if path.is_file()]) == MOST_DOCUMENTS


def test_a_document_is_taken_out_and_its_bytes_go(client: APIClient, person: User, vault: Path) -> None:
    case = CaseFactory(user=person)
    document = attach(case, "passport")[0]
    assert client.delete(f"{CASES}/{case.pk}/documents/{document.pk}").status_code == 204
    assert client.get(f"{CASES}/{case.pk}").json()["documents"] == []
    assert services.wipe_deleted() == 1
    assert not [path for path in vault.rglob("*") if path.is_file()]
    assert Document.objects.get().sealed_key == ""
    assert services.wipe_deleted() == 0


class TestSeeing:
    """A document is seen through a token of a minute, by one person, and each look is written down."""

    @pytest.fixture
    def document(self, person: User) -> Document:
        return attach(CaseFactory(user=person), "passport")[0]

    def address(self, client: APIClient, document: Document) -> str:
        answer = client.post(f"{CASES}/{document.case_id}/documents/{document.pk}/token")
        assert answer.status_code == 200
        path: str = answer.json()["url"].partition("/api/")[2]
        return f"/api/{path}"

    def test_its_owner_sees_it(self, client: APIClient, person: User, document: Document) -> None:
        seen = client.get(self.address(client, document))
        assert (seen.status_code, seen["Content-Type"], seen.content) == (200, "image/png", picture())
        assert seen["Cache-Control"] == "private, no-store"
        assert seen["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in seen["Content-Security-Policy"]
        view = DocumentView.objects.get()
        assert (view.viewer, view.document) == (person, document)

    def test_a_minute_later_it_is_closed(self, client: APIClient, person: User, document: Document) -> None:
        token = viewing.token_for(person, kind=DOCUMENTS, document_id=document.pk)
        later = timezone.now() + timedelta(seconds=viewing.SECONDS + 1)
        with time_machine.travel(later), pytest.raises(NotFound):
            viewing.read_token(token, kind=DOCUMENTS, viewer=person)
        assert viewing.read_token(token, kind=DOCUMENTS, viewer=person).document_id == document.pk

    def test_nobody_else_uses_the_token(
        self, client: APIClient, document: Document, sign_in: Callable[..., APIClient]
    ) -> None:
        address = self.address(client, document)
        assert sign_in(UserFactory()).get(address).status_code == 404
        assert APIClient().get(address).status_code == 401
        assert not DocumentView.objects.exists()

    def test_an_altered_token_opens_nothing(self, client: APIClient, document: Document) -> None:
        address = self.address(client, document)
        other = attach(CaseFactory(), "passport")[0]
        altered = address.replace(document.pk.hex, other.pk.hex)
        for path in (f"{address[:-1]}{'a' if address[-1] != 'a' else 'b'}", altered + "x"):
            assert client.get(path).status_code == 404
        assert not DocumentView.objects.exists()

    def test_bytes_changed_on_the_disk_are_not_shown(
        self, client: APIClient, document: Document, vault: Path
    ) -> None:
        path = vault / document.storage_key
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(bytes(data))
        assert client.get(self.address(client, document)).status_code == 500


def test_own_cases_cost_as_many_queries_however_many_there_are(
    client: APIClient, person: User, assert_same_queries: Callable[..., None]
) -> None:
    def add(count: int) -> None:
        for _ in range(count):
            attach(CaseFactory(user=person), "passport")
            Case.objects.filter(user=person).update(state=CaseState.REJECTED)

    assert_same_queries(client, f"{CASES}?", add=add)
