from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail

from key2key.common import clock
from key2key.tests.features.dealing import ask, do, offer, read, settle
from key2key.tests.features.market import API, Person
from notifications.tests.push_service import Browser, PushService, running

pytestmark = pytest.mark.django_db
OnTheMarket = Callable[..., dict[str, Any]]
EVERY_WAY = {"in_app": True, "email": True, "push": True, "sms": True}


@pytest.fixture
def service() -> Iterator[PushService]:
    with running() as listening:
        yield listening


def left(person: Person, api: Any, *, kind: str) -> dict[str, int]:
    """How often news of a kind left, by channel, as the sandbox's outbox shows it."""
    settle()
    found: dict[str, int] = {}
    for address in {person.user.email, str(person.user.phone)}:
        messages = api.get("/sandbox/outbox.json", {"to": address}).json()["results"]
        for message in messages:
            if message["kind"] == kind:
                found[message["channel"]] = found.get(message["channel"], 0) + 1
    return found


def test_ntf_1_news_come_over_the_feed_mail_text_and_push_as_the_person_wishes(
    api: Any, person: Callable[..., Person], on_the_market: OnTheMarket, service: PushService
) -> None:
    seller = person(role="seller", phone="+251911000001", phone_verified_at=clock.now())
    home = on_the_market(seller, "properties")["id"]
    browser = Browser(service)
    subscription = browser.subscription
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    do(seller, "notifications/devices", {"endpoint": subscription.endpoint, "keys": keys})

    offer(person(full_name="Almaz Bekele"), home)
    assert left(seller, api, kind="offer_received") == {"email": 1, "push": 1}
    (note,) = (row for row in read(seller, "notifications")["results"] if row["kind"] == "offer_received")
    assert "Almaz Bekele" in note["title"] + note["body"]
    assert note["link"].startswith("/offers/")
    (delivery,) = service.received
    assert browser.read(delivery)["title"] == note["title"]
    assert [letter.to for letter in mail.outbox if note["title"] in letter.subject] == [[seller.user.email]]

    wishes = {"preferences": [{"kind": "offer_received", "channels": EVERY_WAY}]}
    assert seller.client.put(f"{API}/notifications/preferences", wishes).status_code == 200
    offer(person(), home)
    assert left(seller, api, kind="offer_received") == {"email": 2, "push": 2, "sms": 1}

    wishes["preferences"][0]["channels"] = {"email": False, "push": False}
    assert seller.client.put(f"{API}/notifications/preferences", wishes).status_code == 200
    third = person()
    made = offer(third, home)
    assert left(seller, api, kind="offer_received") == {"email": 2, "push": 2, "sms": 1}
    do(third, f"offers/{made['id']}/withdraw")
    assert left(seller, api, kind="offer_withdrawn") == {"email": 1, "push": 1}, "other kinds are as before"
    feed = read(seller, "notifications?limit=100")["results"]
    assert [row["kind"] for row in feed].count("offer_received") == 3, "the feed has it all"


def test_ntf_1_the_feed_is_read_in_ones_own_language_and_security_news_stay_on(
    person: Callable[..., Person], on_the_market: OnTheMarket
) -> None:
    seller = person(role="seller", language="am")
    home = on_the_market(seller, "properties")["id"]
    offer(person(), home)
    (english,), (amharic,) = (
        [row for row in rows["results"] if row["kind"] == "offer_received"]
        for rows in (
            read(seller, "notifications"),
            seller.client.get(f"{API}/notifications", headers={"Accept-Language": "am"}).json(),
        )
    )
    assert english["title"] != amharic["title"]
    settle()
    assert [letter for letter in mail.outbox if amharic["title"] in letter.subject], "mail in their language"

    assert read(seller, "notifications")["unread"] > 0
    assert ask(seller, f"notifications/{english['id']}/read").status_code in {200, 204}
    assert ask(seller, "notifications/read-all").status_code in {200, 204}
    assert read(seller, "notifications")["unread"] == 0
    locked = {"preferences": [{"kind": "password_changed", "channels": {"email": False}}]}
    refusal = seller.client.put(f"{API}/notifications/preferences", locked)
    assert (refusal.status_code, refusal.json()["errors"][0]["code"]) == (400, "locked")
