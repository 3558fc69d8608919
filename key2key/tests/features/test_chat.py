from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from accounts.tests.desk import at_desk
from key2key.tests.features.dealing import ask, do, read, refused
from key2key.tests.features.market import API, Desk, Person
from listings.tests.factories import ListingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(person: Callable[..., Person]) -> Person:
    return person()


@pytest.fixture
def conversation(buyer: Person, seller: Person, on_the_market: Callable[..., dict[str, Any]]) -> str:
    listing = on_the_market(seller, "properties")["id"]
    opened: str = do(buyer, "conversations", {"listing": listing})["id"]
    return opened


def say(person: Person, conversation: str, body: str = "Is it still for sale?") -> Any:
    words = {"client_id": str(uuid4()), "body": body}
    return person.client.post(f"{API}/conversations/{conversation}/messages", words)


def test_cht_5_messages_and_conversations_have_their_limits(buyer: Person, conversation: str) -> None:
    answers = [say(buyer, conversation) for _ in range(14)]
    said = [answer for answer in answers if answer.status_code == 201]
    held = [answer for answer in answers if answer.status_code == 429]
    assert len(said) + len(held) == len(answers)
    assert held
    assert (held[0].json()["code"], int(held[0]["Retry-After"]) >= 1) == ("rate_limited", True)
    messages = read(buyer, f"conversations/{conversation}/messages?limit=100")["results"]
    assert len(messages) == len(said), "what was held back was not said"

    opened: list[Any] = []
    while not opened or opened[-1].status_code == 201:
        listing = str(ListingFactory(photos=0).pk)
        opened.append(ask(buyer, "conversations", {"listing": listing}))
    assert len(opened) >= 20, "with the first one that makes twenty"
    assert refused(opened[-1]) == (429, "rate_limited")


def test_cht_5_who_is_blocked_says_no_more(
    buyer: Person, seller: Person, conversation: str, on_the_market: Callable[..., dict[str, Any]]
) -> None:
    car = on_the_market(seller, "vehicles")["id"]
    assert say(buyer, conversation).status_code == 201
    block = f"{API}/users/me/blocks/{buyer.user.pk}"
    assert seller.client.put(block).status_code in {200, 201, 204}
    for person in (buyer, seller):
        assert refused(say(person, conversation)) == (403, "not_allowed")
    assert refused(ask(buyer, "conversations", {"listing": car}))[0] == 403
    assert ask(buyer, "inquiries", {"listing": car, "message": "Hello?"}).status_code == 404
    assert len(read(seller, f"conversations/{conversation}/messages")["results"]) == 1
    assert seller.client.delete(block).status_code == 204
    assert say(buyer, conversation).status_code == 201


def test_cht_5_a_report_brings_its_evidence_before_staff_who_act(
    buyer: Person, seller: Person, conversation: str
) -> None:
    say(buyer, conversation)
    say(seller, conversation, "Pay me outside, then you see it.")
    (bad, _question) = read(buyer, f"conversations/{conversation}/messages")["results"]
    report = do(buyer, f"conversations/{conversation}/report", {"reason": "fraud", "message": bad["id"]})
    desk = Desk(at_desk("moderator"))
    page = desk.page(f"/admin/chat/report/{report['id']}/change/")
    assert "Pay me outside" in page
    desk.act(f"chat/report/{report['id']}", "remove_message", reason="An offer to go around us")
    desk.act(f"chat/report/{report['id']}", "freeze", reason="Fraud")
    shown = read(buyer, f"conversations/{conversation}/messages")["results"][0]
    assert (shown["body"], shown["removed"]) == ("", True)
    assert refused(say(seller, conversation)) == (403, "not_allowed")
    desk.act(f"chat/report/{report['id']}", "settle", reason="Removed and frozen")
    outsider = at_desk("finance")
    assert outsider.get(f"/admin/chat/report/{report['id']}/change/").status_code == 403
