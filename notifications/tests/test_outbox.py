from __future__ import annotations

from datetime import timedelta

import pytest

from key2key.common import background, clock
from notifications import services, tasks
from notifications.models import Notification, OutboxMessage
from notifications.services import notify
from notifications.services.outbox import MOST_MESSAGES
from notifications.tests.factories import OutboxMessageFactory
from notifications.tests.push_service import Browser, running

pytestmark = pytest.mark.django_db
PAGE, JSON = "/sandbox/outbox", "/sandbox/outbox.json"
LINK = "http://127.0.0.1:8000/verify-email?token=abc"


def leave() -> None:
    background.perform(Notification)


def test_a_mail_is_kept_with_its_link_and_its_code(client, mailoutbox):
    notify(kind="email_verification", to="hana@example.com", secret={"token": "abc", "link": LINK})
    leave()
    (shown,) = client.get(JSON, {"to": "Hana@example.com"}).json()["results"]
    assert (shown["channel"], shown["kind"], shown["to"]) == (
        "email",
        "email_verification",
        "hana@example.com",
    )
    assert shown["subject"] == mailoutbox[0].subject
    assert shown["text"] == mailoutbox[0].body
    assert shown["html"] == mailoutbox[0].alternatives[0][0]
    assert shown["codes"] == {"token": "abc", "link": LINK}
    page = client.get(PAGE).content.decode()
    assert f'href="{LINK}"' in page
    assert "hana@example.com" in page
    assert "<script" not in page


def test_a_text_message_is_kept_with_its_code(client, capsys):
    notify(kind="phone_code", to="+251911223344", secret={"code": "739205"})
    leave()
    (shown,) = client.get(JSON, {"to": "+251911223344"}).json()["results"]
    assert (shown["channel"], shown["codes"]) == ("sms", {"code": "739205"})
    assert "739205" in shown["text"]


def test_a_push_is_kept_under_the_persons_address(hana, client):
    with running() as service:
        services.add_device(Browser(service).subscription, by=hana)
        notify(user=hana, kind="new_message", data={"person": "Almaz", "count": 1})
        leave()
    (shown,) = client.get(JSON, {"to": hana.email}).json()["results"]
    assert (shown["channel"], shown["subject"]) == ("push", "New message from Almaz")


def test_what_did_not_leave_is_not_in_it(client, settings):
    settings.EMAIL_BACKEND = "notifications.tests.test_notifications.Away"
    notify(kind="email_verification", to="hana@example.com", secret={"link": LINK})
    leave()
    assert client.get(JSON).json()["results"] == []


def test_the_newest_stands_first_and_one_can_ask_for_one_recipient(client):
    OutboxMessageFactory(to="hana@example.com", subject="First")
    OutboxMessageFactory(to="hana@example.com", subject="Second")
    OutboxMessageFactory(to="almaz@example.com", subject="Another")
    found = client.get(JSON, {"to": "hana@example.com"}).json()["results"]
    assert [message["subject"] for message in found] == ["Second", "First"]
    page = client.get(PAGE, {"to": "hana@example.com"}).content.decode()
    assert "Another" not in page
    assert "almaz@example.com" in page, "as one to choose"


def test_what_people_write_cannot_break_out_of_the_page(client):
    OutboxMessageFactory(subject="<script>alert(1)</script>", text="<img src=x onerror=alert(1)>")
    answer = client.get(PAGE)
    assert b"<script>" not in answer.content
    assert b"<img" not in answer.content
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_in_production_nothing_is_kept_and_nothing_is_shown(client, settings):
    OutboxMessageFactory()
    settings.SANDBOX = False
    assert client.get(PAGE).status_code == 404
    assert client.get(JSON).status_code == 404
    notify(kind="email_verification", to="almaz@example.com", secret={"link": LINK})
    leave()
    assert OutboxMessage.objects.count() == 1


def test_production_does_not_even_know_the_address(settings):
    from importlib import reload

    from notifications import urls

    assert urls.sandbox_urlpatterns
    settings.SANDBOX = False
    try:
        assert reload(urls).sandbox_urlpatterns == []
    finally:
        settings.SANDBOX = True
        reload(urls)


def test_it_is_forgotten_after_a_week(client):
    OutboxMessageFactory()
    with clock.advanced(timedelta(days=6)):
        tasks.prune_outbox()
    assert OutboxMessage.objects.count() == 1
    with clock.advanced(timedelta(days=8)):
        tasks.prune_outbox()
    assert not OutboxMessage.objects.exists()


def test_it_holds_a_thousand(client):
    OutboxMessage.objects.bulk_create(OutboxMessageFactory.build() for _ in range(MOST_MESSAGES + 5))
    newest = OutboxMessageFactory(subject="The newest")
    services.prune_outbox()
    assert OutboxMessage.objects.count() == MOST_MESSAGES
    assert OutboxMessage.objects.filter(pk=newest.pk).exists()
