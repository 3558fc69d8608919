from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.tests.desk import at_desk
from key2key.common import clock
from key2key.common.models import AuditEntry
from key2key.tests.features.dealing import do, later, news, read, refused, settle
from key2key.tests.features.market import API, Desk, Person, found, ids
from verification.tests.factories import picture

pytestmark = pytest.mark.django_db
OnTheMarket = Callable[..., dict[str, Any]]
DISK = "django.core.files.storage.FileSystemStorage"
PROFILE = {
    "bio": "Homes in Addis Ababa, twelve years.",
    "languages": ["am", "en"],
    "specialities": ["residential_sale"],
    "areas": ["bole"],
    "phone": "+251911000001",
    "years_experience": 12,
}


@pytest.fixture(autouse=True)
def _disk(settings: Any, tmp_path: Path) -> None:
    """Private files of one test lie apart."""
    private = {"BACKEND": DISK, "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "private": private}


@pytest.fixture
def kyc(db: None) -> Desk:
    return Desk(at_desk("kyc"))


@pytest.fixture
def support(db: None) -> Desk:
    return Desk(at_desk("support"))


@pytest.fixture
def broker(person: Callable[..., Person]) -> Person:
    return person(role="broker", full_name="Hana Gebremariam")


def licence(*, days: int) -> dict[str, Any]:
    """What the paper says; it ends so many days from now."""
    return {
        "number": "ET-4711",
        "authority": "Addis Ababa Trade Bureau",
        "category": "Broker",
        "region": "Addis Ababa",
        "expires_on": (clock.today() + timedelta(days=days)).isoformat(),
    }


def show_licence(person: Person, kyc: Desk, *, facts: dict[str, Any]) -> None:
    """The licence's paper is sent in and found true."""
    case = do(person, "verification/cases", {"kind": "broker_licence", "facts": facts})["id"]
    file = SimpleUploadedFile("paper.png", picture(), content_type="image/png")
    sent = person.client.post(
        f"{API}/verification/cases/{case}/documents",
        {"kind": "broker_licence", "file": file},
        format="multipart",
    )
    assert sent.status_code == 201, sent.content
    do(person, f"verification/cases/{case}/submit")
    kyc.act(f"verification/queuedcase/{case}", "approve")


def apply(person: Person, *, days: int) -> str:
    """A profile with a licence that waits for staff: its id."""
    made: str = do(person, "brokers", PROFILE)["id"]
    assert person.client.put(f"{API}/brokers/me/licence", licence(days=days)).status_code == 200
    assert do(person, "brokers/me/submit")["status"] == "pending_review"
    return made


@pytest.fixture
def active(broker: Person, kyc: Desk, support: Desk) -> str:
    """A broker who was let in: the profile's id."""
    made = apply(broker, days=100)
    show_licence(broker, kyc, facts=licence(days=100))
    support.act(f"brokers/broker/{made}", "approve", reason="Complete")
    assert read(broker, "brokers/me")["status"] == "active"
    return made


def test_brk_3_a_licence_is_shown_with_its_facts_and_its_lapse_hides_the_broker(
    api: APIClient, broker: Person, active: str, on_the_market: OnTheMarket
) -> None:
    home = on_the_market(broker, "properties")["id"]
    shown = api.get(f"{API}/brokers/{active}").json()["licence"]
    facts = licence(days=100)
    assert {name: shown[name] for name in ("authority", "category", "region", "expires_on")} == {
        name: facts[name] for name in ("authority", "category", "region", "expires_on")
    }
    assert (shown["number_ending"], facts["number"] in str(shown)) == ("4711", False)
    (own,) = read(broker, "brokers/me")["licences"]
    assert (own["number"], own["state"]) == ("ET-4711", "confirmed")
    assert ids(api.get(f"{API}/brokers").json()["results"]) == [active]
    assert ids(found(api)) == [home]
    with later(days=101):
        assert api.get(f"{API}/brokers/{active}").status_code == 404
        assert api.get(f"{API}/brokers").json()["results"] == []
        assert found(api) == []


def test_brk_3_a_licence_counts_when_its_document_was_checked(
    api: APIClient, broker: Person, kyc: Desk, support: Desk
) -> None:
    made = apply(broker, days=100)
    support.act(f"brokers/broker/{made}", "approve", reason="Looks complete")
    assert read(broker, "brokers/me")["status"] == "pending_review", "a word is no licence"
    show_licence(broker, kyc, facts=licence(days=100))
    support.act(f"brokers/broker/{made}", "approve", reason="Complete")
    assert api.get(f"{API}/brokers/{made}").status_code == 200


def test_brk_4_only_staff_move_a_broker_and_say_why(
    api: APIClient, broker: Person, kyc: Desk, support: Desk
) -> None:
    made = apply(broker, days=100)

    def stands() -> tuple[str, str]:
        own = read(broker, "brokers/me")
        return own["status"], own["status_reason"]

    page = f"brokers/broker/{made}"
    forged = broker.client.patch(f"{API}/brokers/me", {"status": "active"})
    assert (forged.status_code, forged.json()["errors"][0]["pointer"]) == (400, "/status")
    assert at_desk("finance").post(f"/admin/{page}/approve/", {"_form_submitted": "true"}).status_code == 403
    assert stands() == ("pending_review", "")

    support.act(page, "request_changes", reason="Say where you work.")
    assert stands() == ("changes_requested", "Say where you work.")
    assert do(broker, "brokers/me/submit")["status"] == "pending_review"
    show_licence(broker, kyc, facts=licence(days=100))
    support.act(page, "approve", reason="Complete")
    assert api.get(f"{API}/brokers/{made}").status_code == 200
    support.act(page, "suspend", reason="Complaints are being looked at.")
    assert stands() == ("suspended", "Complaints are being looked at.")
    assert api.get(f"{API}/brokers/{made}").status_code == 404
    leaving = broker.client.delete(f"{API}/brokers/me")
    assert refused(leaving) == (409, "illegal_transition"), "nobody leaves a suspension by themselves"
    support.act(page, "reinstate", reason="Cleared up.")
    assert stands() == ("active", "Cleared up.")
    support.act(page, "terminate", reason="Fraud.")
    assert stands() == ("terminated", "Fraud.")
    assert refused(do_again(broker)) == (409, "profile_exists")
    assert news(broker).count("broker_status_changed") == 5
    moves = AuditEntry.objects.filter(subject_id=made, actor=support.browser.user)
    assert set(moves.values_list("action", "reason")) >= {
        ("broker.suspend", "Complaints are being looked at."),
        ("broker.terminate", "Fraud."),
    }


def do_again(person: Person) -> Any:
    """The answer to beginning a profile once more."""
    return person.client.post(f"{API}/brokers", PROFILE)


def test_x_8_the_licence_gates_publishing_with_reminders_hiding_and_showing_again(
    api: APIClient, broker: Person, kyc: Desk, support: Desk, desk: Desk, sign_in: Callable[..., APIClient]
) -> None:
    agency = do(broker, "organisations", {"name": "Sheger Homes"})["id"]
    draft = broker.draft("properties", organisation=agency)["id"]
    assert refused(broker.step(draft, "submit")) == (403, "licence_required")
    made = apply(broker, days=40)
    show_licence(broker, kyc, facts=licence(days=40))
    assert refused(broker.step(draft, "submit")) == (403, "licence_required"), "and the profile's approval"
    support.act(f"brokers/broker/{made}", "approve", reason="Complete")
    assert broker.step(draft, "submit").status_code == 200
    desk.approve(draft)
    assert ids(found(api)) == [draft]

    def reminded() -> tuple[int, int]:
        kinds = news(Person(broker.user, sign_in(broker.user)))
        return kinds.count("licence_expiring"), kinds.count("licence_expired")

    for days, expected in ((9, (0, 0)), (11, (1, 0)), (20, (1, 0)), (34, (2, 0))):
        with later(days=days):
            assert (reminded(), ids(found(api))) == (expected, [draft]), days
    with later(days=42):
        broker = Person(broker.user, sign_in(broker.user))
        assert (reminded(), found(api)) == ((2, 1), [])
        drafts = [broker.draft("vehicles")["id"], broker.draft("vehicles", organisation=agency)["id"]]
        for each in drafts:
            assert refused(broker.step(each, "submit")) == (403, "licence_required")
        renewed = licence(days=400)
        assert date.fromisoformat(renewed["expires_on"]) > clock.today()
        show_licence(broker, Desk(at_desk("kyc")), facts=renewed)
        assert [broker.step(each, "submit").status_code for each in drafts] == [200, 200]
        settle()
        assert ids(found(api)) == [draft], "shown again by itself"
