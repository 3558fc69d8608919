from __future__ import annotations

import pytest

from key2key.common.models import AuditEntry
from notifications import selectors
from notifications.kinds import EMAIL, KINDS
from notifications.leaving import Leaving, token_for
from notifications.models import Notification, Preference
from notifications.services import notify
from notifications.tests.factories import PushDeviceFactory

pytestmark = pytest.mark.django_db
PREFERENCES = "/api/v1/notifications/preferences"


@pytest.fixture
def put(hana, sign_in):
    client = sign_in(hana)

    def wished(*wishes, **headers):
        body = {"preferences": [{"kind": kind, "channels": channels} for kind, channels in wishes]}
        return client.put(PREFERENCES, body, format="json", headers=headers)

    return wished


def channels_of(user, kind) -> dict[str, bool]:
    return {
        str(way): wanted
        for name, _, ways in selectors.wishes(user)
        for way, wanted in ways.items()
        if name == kind
    }


def ways_taken(user, kind) -> list[str]:
    return [row.channel for row in notify(user=user, kind=kind, data={"listing": "Villa"})]


class TestDefaults:
    def test_mail_and_push_go_unasked_and_a_text_message_stands_in_for_mail(self, person):
        reader = person(phone="+251911223344")
        caller = person(email=None, phone="+251911223355")
        PushDeviceFactory(user=reader)
        assert ways_taken(reader, "viewing_confirmed") == ["in_app", "email", "push"]
        assert ways_taken(caller, "viewing_confirmed") == ["in_app", "sms"]

    def test_every_browser_rings(self, hana):
        devices = {str(device.pk) for device in PushDeviceFactory.create_batch(2, user=hana)}
        rows = notify(user=hana, kind="new_message", data={"person": "Almaz", "count": 2})
        assert {row.recipient for row in rows} == devices
        assert {row.channel for row in rows} == {"push"}

    def test_they_are_shown_with_what_cannot_be_switched(self, hana, sign_in):
        found = {one["kind"]: one for one in sign_in(hana).get(PREFERENCES).json()["preferences"]}
        assert found["viewing_confirmed"] == {
            "kind": "viewing_confirmed",
            "label": "A viewing is confirmed",
            "channels": {"in_app": True, "email": True, "push": True, "sms": False},
            "locked": ["in_app"],
        }
        assert found["new_message"]["channels"] == {"push": True, "email": False}
        assert found.keys() == {name for name, kind in KINDS.items() if not kind.locked}


class TestWishing:
    def test_what_is_switched_off_is_not_written_and_what_is_switched_on_is(self, hana, put):
        hana.phone = "+251911223344"
        hana.save()
        answer = put(("viewing_confirmed", {"email": False, "sms": True}))
        assert answer.status_code == 200
        assert ways_taken(hana, "viewing_confirmed") == ["in_app", "sms"]
        assert ways_taken(hana, "viewing_cancelled") == ["in_app", "email"]
        assert AuditEntry.objects.get().action == "notifications.preferences_changed"

    def test_what_is_not_named_is_as_by_default_again(self, hana, put):
        put(("viewing_confirmed", {"email": False}), ("offer_received", {"push": False}))
        put(("offer_received", {"push": False, "email": True}))
        assert list(Preference.objects.values_list("kind", "channel", "enabled")) == [
            ("offer_received", "push", False)
        ]

    def test_what_was_shown_can_be_sent_back(self, hana, sign_in, put):
        shown = sign_in(hana).get(PREFERENCES).json()
        wishes = [(one["kind"], one["channels"]) for one in shown["preferences"]]
        assert put(*wishes).json() == shown
        assert not Preference.objects.exists()

    @pytest.mark.parametrize(
        "wish, pointer, code",
        [
            (("password_changed", {"email": False}), "/preferences/0/channels/email", "locked"),
            (("viewing_confirmed", {"in_app": False}), "/preferences/0/channels/in_app", "locked"),
            (("new_message", {"sms": True}), "/preferences/0/channels/sms", "unknown_channel"),
            (("unheard_of", {"email": True}), "/preferences/0/kind", "unknown_kind"),
        ],
    )
    def test_what_cannot_be_is_refused_and_changes_nothing(self, hana, put, wish, pointer, code):
        put(("offer_received", {"push": False}))
        before = list(Preference.objects.values())
        answer = put(wish)
        assert answer.status_code == 400
        assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [(pointer, code)]
        assert list(Preference.objects.values()) == before
        assert AuditEntry.objects.count() == 1

    def test_the_same_kind_twice_is_refused(self, put):
        answer = put(("offer_received", {"push": False}), ("offer_received", {"push": True}))
        assert [fault["code"] for fault in answer.json()["errors"]] == ["repeated"]
        assert not Preference.objects.exists()

    def test_a_security_kind_goes_out_whatever_stands_in_the_table(self, hana):
        Preference.objects.create(user=hana, kind="password_changed", channel=EMAIL, enabled=False)
        assert ways_taken(hana, "password_changed") == ["in_app", "email"]

    def test_if_match_of_an_older_version_changes_nothing(self, hana, sign_in, put):
        version = sign_in(hana).get(PREFERENCES)["ETag"]
        assert put(("offer_received", {"push": False}), **{"If-Match": version}).status_code == 200
        answer = put(("offer_received", {"push": True}), **{"If-Match": version})
        assert (answer.status_code, answer.json()["code"]) == (412, "stale")
        assert not channels_of(hana, "offer_received")["push"]


class TestLeaving:
    @pytest.fixture
    def mail(self, hana, mailoutbox):
        from key2key.common import background

        notify(
            user=hana, kind="saved_search_match", data={"search": "Bole", "listing": "Villa", "link": "/l/1"}
        )
        background.perform(Notification)
        return mailoutbox[0]

    def test_one_press_in_the_mail_program_is_enough(self, hana, mail, client):
        address = mail.extra_headers["List-Unsubscribe"].strip("<>")
        assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert address in mail.body
        path = address[address.index("/unsubscribe") :]
        asked = client.get(path)
        assert asked.status_code == 200
        assert channels_of(hana, "saved_search_match")["email"]
        for _ in range(2):
            pressed = client.post(path, {"List-Unsubscribe": "One-Click"})
            assert pressed.status_code == 200
        assert channels_of(hana, "saved_search_match") == {"in_app": True, "email": False, "push": True}
        assert ways_taken(hana, "saved_search_match") == ["in_app"]

    def test_the_press_needs_no_cookie(self, mail):
        from django.test import Client

        address = mail.extra_headers["List-Unsubscribe"].strip("<>")
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(address[address.index("/unsubscribe") :]).status_code == 200

    def test_an_app_does_it_by_the_word(self, hana, api):
        token = token_for(Leaving(hana.pk, "saved_search_match"))
        answer = api.post("/api/v1/notifications/unsubscribe", {"token": token}, format="json")
        assert answer.status_code == 204
        assert not channels_of(hana, "saved_search_match")["email"]

    @pytest.mark.parametrize(
        "change", [lambda token: token[:-1], lambda token: "x" + token, lambda _token: "x"]
    )
    def test_a_word_that_is_not_ours_changes_nothing(self, hana, api, client, change):
        token = change(token_for(Leaving(hana.pk, "saved_search_match")))
        answer = api.post("/api/v1/notifications/unsubscribe", {"token": token}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "link_not_valid")
        assert client.post(f"/unsubscribe?token={token}").status_code == 400
        assert not Preference.objects.exists()

    def test_other_mails_have_no_such_link(self, hana, mailoutbox):
        from key2key.common import background

        notify(user=hana, kind="offer_received", data={"listing": "Villa"})
        background.perform(Notification)
        assert "List-Unsubscribe" not in mailoutbox[0].extra_headers
