from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.tests.factories import MembershipFactory
from key2key.common import clock
from key2key.tests.features.dealing import agreed, ask, do, later, news, read, refused, settle
from key2key.tests.features.market import API, Person
from listings.tests.factories import AgencySellerFactory, ListingFactory

pytestmark = pytest.mark.django_db
OnTheMarket = Callable[..., dict[str, Any]]


@pytest.fixture
def home(seller: Person, on_the_market: OnTheMarket) -> str:
    listing: str = on_the_market(seller, "properties")["id"]
    return listing


@pytest.fixture
def buyer(person: Callable[..., Person]) -> Person:
    return person(full_name="Meron Tesfaye")


def inquire(buyer: Person, listing: str, message: str = "Is it still for sale?", **more: Any) -> Any:
    return ask(buyer, "inquiries", {"listing": listing, "message": message, **more})


def hours_from_now(hours: float) -> str:
    moment: datetime = (clock.now() + timedelta(hours=hours)).replace(microsecond=0)
    return moment.isoformat()


def test_deal_1_a_signed_in_person_asks_once_for_each_listing(
    api: APIClient, seller: Person, buyer: Person, home: str, on_the_market: OnTheMarket
) -> None:
    assert api.post(f"{API}/inquiries", {"listing": home, "message": "Hello"}).status_code == 401
    first = inquire(buyer, home)
    assert first.status_code == 201
    again = inquire(buyer, home, "And the price?")
    assert (again.status_code, again.json()) == (200, first.json())

    (lead,) = read(seller, "leads")["results"]
    assert (lead["id"], lead["buyer"]["name"], lead["listing"]["id"]) == (
        first.json()["lead"],
        "Meron Tesfaye",
        home,
    )
    said = read(seller, f"conversations/{first.json()['conversation']}/messages")["results"]
    assert [message["body"] for message in said] == ["And the price?", "Is it still for sale?"]
    assert news(seller).count("lead_new") == 1

    client_id = {"client_id": str(uuid4())}
    for _ in "ab":
        assert inquire(buyer, home, "Sent twice", **client_id).status_code == 200
    said = read(buyer, f"conversations/{first.json()['conversation']}/messages")["results"]
    assert [message["body"] for message in said].count("Sent twice") == 1

    car = on_the_market(seller, "vehicles")["id"]
    other = inquire(buyer, car)
    assert (other.status_code, other.json()["lead"] == first.json()["lead"]) == (201, False)
    draft = seller.draft("vehicles")["id"]
    for hidden in (draft, str(uuid4())):
        assert refused(inquire(buyer, hidden)) == (404, "not_found")
    assert refused(inquire(seller, home)) == (404, "not_found"), "nobody asks themselves"
    assert len(read(seller, "leads")["results"]) == 2


def test_deal_4_a_viewing_by_an_offered_time(
    seller: Person, person: Callable[..., Person], buyer: Person, home: str
) -> None:
    times = {"starts_at": hours_from_now(48), "ends_at": hours_from_now(49)}
    slot = do(seller, f"listings/{home}/viewing-slots", times | {"mode": "video"})
    assert refused(ask(buyer, f"listings/{home}/viewing-slots", times)) == (404, "not_found")
    (free,) = read(buyer, f"listings/{home}/viewing-slots")["results"]
    assert (free["id"], free["mode"]) == (slot["id"], "video")

    viewing = do(buyer, "viewings", {"listing": home, "slot": slot["id"]})
    assert (viewing["state"], viewing["mode"]) == ("confirmed", "video")
    rival = person()
    assert refused(ask(rival, "viewings", {"listing": home, "slot": slot["id"]})) == (409, "slot_taken")
    assert read(rival, f"listings/{home}/viewing-slots")["results"] == []
    file = buyer.client.get(f"{API}/viewings/{viewing['id']}/calendar.ics")
    assert file["Content-Type"].startswith("text/calendar")
    assert "BEGIN:VEVENT" in file.content.decode()

    with later(hours=23):
        assert "viewing_tomorrow" not in news(buyer)
    with later(hours=25):
        for side in (buyer, seller):
            assert news(side).count("viewing_tomorrow") == 1
    with later(hours=26):
        assert news(buyer).count("viewing_tomorrow") == 1, "reminded once"

    cancelled = do(buyer, f"viewings/{viewing['id']}/cancel", {"reason": "I am ill."})
    assert (cancelled["state"], cancelled["reason"]) == ("cancelled_by_buyer", "I am ill.")
    assert "viewing_cancelled" in news(seller)
    assert do(rival, "viewings", {"listing": home, "slot": slot["id"]})["state"] == "confirmed"


def test_deal_4_a_test_drive_at_a_time_that_both_agree_on(
    seller: Person, buyer: Person, on_the_market: OnTheMarket
) -> None:
    car = on_the_market(seller, "vehicles")["id"]
    wish = {"listing": car, "starts_at": hours_from_now(24), "note": "With my mechanic"}
    asked = do(buyer, "viewings", wish)
    assert (asked["state"], asked["mode"], "confirm" in asked["allowed_actions"]) == (
        "requested",
        "in_person",
        False,
    )
    assert "viewing_requested" in news(seller)
    assert refused(ask(buyer, f"viewings/{asked['id']}/confirm")) == (409, "illegal_transition")
    moved = do(seller, f"viewings/{asked['id']}/propose", {"starts_at": hours_from_now(30)})
    assert (moved["state"], moved["proposed_by"]) == ("proposed", "seller")
    assert do(buyer, f"viewings/{asked['id']}/confirm")["state"] == "confirmed"
    assert "viewing_confirmed" in news(seller)
    assert refused(ask(seller, f"viewings/{asked['id']}/done")) == (409, "illegal_transition")
    with later(hours=31):
        assert do(seller, f"viewings/{asked['id']}/done")["state"] == "done"

    second = do(buyer, "viewings", wish | {"starts_at": hours_from_now(50)})
    assert do(seller, f"viewings/{second['id']}/decline", {"reason": "It is sold."})["state"] == "declined"
    assert "viewing_declined" in news(buyer)


def test_brk_6_the_inbox_of_leads_knows_source_listing_stage_notes_assignee_and_next_action(
    person: Callable[..., Person], buyer: Person
) -> None:
    agency = AgencySellerFactory()
    agent, colleague, viewer = (person() for _ in range(3))
    for one, role in ((agent, "agent"), (colleague, "assistant"), (viewer, "viewer")):
        MembershipFactory(organisation=agency.organisation, user=one.user, role=role)
    home = str(ListingFactory(seller=agency, owner=agent.user).pk)
    lead = inquire(buyer, home).json()["lead"]
    settle()

    (row,) = read(colleague, "leads?stage=new")["results"]
    assert (row["id"], row["source"], row["listing"]["id"], row["assignee"]["id"]) == (
        lead,
        "web_form",
        home,
        str(agent.user.pk),
    )
    for stranger in (viewer, buyer, person()):
        assert stranger.client.get(f"{API}/leads/{lead}").status_code == 404
        assert read(stranger, "leads")["results"] == []

    changes = {
        "stage": "qualified",
        "tags": ["cash"],
        "next_action": "Call about the parking place",
        "next_action_at": hours_from_now(5),
        "assignee": str(colleague.user.pk),
    }
    changed = agent.client.patch(f"{API}/leads/{lead}", changes)
    assert changed.status_code == 200, changed.content
    assert (changed.json()["stage"], changed.json()["assignee"]["id"]) == (
        "qualified",
        str(colleague.user.pk),
    )
    wrong = agent.client.patch(f"{API}/leads/{lead}", {"assignee": str(viewer.user.pk)})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/assignee")
    assert read(agent, "leads?overdue=true")["results"] == []
    with later(hours=6):
        assert [row["id"] for row in read(agent, "leads?overdue=true")["results"]] == [lead]

    do(colleague, f"leads/{lead}/notes", {"text": "Has sold the flat in Gerji."})
    (note,) = read(agent, f"leads/{lead}/notes")["results"]
    assert (note["text"], note["author"]["id"]) == ("Has sold the flat in Gerji.", str(colleague.user.pk))
    lost = agent.client.patch(f"{API}/leads/{lead}", {"stage": "lost"})
    assert (lost.status_code, lost.json()["errors"][0]["pointer"]) == (400, "/lost_reason")
    assert read(agent, f"leads/{lead}")["stage"] == "qualified"

    agreed(buyer, agent, home)
    settle()
    assert read(agent, f"leads/{lead}")["stage"] == "negotiating", "what happens carries it forward"
