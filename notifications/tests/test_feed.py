from __future__ import annotations

import json
from uuid import UUID

import pytest
import redis
from django.conf import settings
from django.db import connection, connections, transaction

from key2key.common import realtime
from notifications.models import Notification
from notifications.services import mark_all_read, mark_read, notify
from notifications.tests.factories import NoteFactory

pytestmark = pytest.mark.django_db
FEED = "/api/v1/notifications"
OFFER = {"listing": "Villa in Bole", "amount": "12500000.00", "currency": "ETB", "person": "Almaz"}


def told(user, **data) -> Notification:
    return notify(user=user, kind="offer_received", data={**OFFER, "link": "/offers/1", **data})[0]


def stamp_of(row: Notification) -> int:
    return Notification.objects.values_list("stamp", flat=True).get(pk=row.pk)


def transaction_now() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return cursor.fetchone()[0]


class TestReadingIt:
    def test_a_note_speaks_the_language_of_the_reader(self, hana, sign_in):
        row = told(hana)
        client = sign_in(hana)
        (english,) = client.get(FEED).json()["results"]
        assert english["id"] == str(row.pk)
        assert english["title"] == "Offer of 12,500,000 ETB for “Villa in Bole”"
        assert english["body"].startswith("Almaz offers 12,500,000 ETB")
        assert (english["kind"], english["link"], english["read_at"]) == ("offer_received", "/offers/1", None)
        (amharic,) = client.get(FEED, headers={"Accept-Language": "am"}).json()["results"]
        assert amharic["title"] == "ለ«Villa in Bole» የ12,500,000 ETB ዋጋ ቀርቧል"

    def test_unread_stands_before_read_and_new_before_old_on_every_page(self, hana, sign_in):
        rows = [told(hana) for _ in range(7)]
        for row in rows[1::2]:
            mark_read(by=hana, note_id=row.pk)
        wanted = [*rows[-1::-2], *rows[-2::-2]]
        client, address, found = sign_in(hana), f"{FEED}?limit=2", []
        while address:
            page = client.get(address).json()
            found += [row["id"] for row in page["results"]]
            assert page["unread"] == 4
            address = page["next"]
        assert found == [str(row.pk) for row in wanted]

    def test_only_ones_own_and_only_the_feed(self, hana, almaz, sign_in):
        told(almaz)
        notify(user=hana, kind="email_verification", to="hana@example.com")
        page = sign_in(hana).get(FEED).json()
        assert (page["results"], page["unread"]) == ([], 0)

    def test_no_secret_is_ever_in_it(self, hana, sign_in):
        notify(user=hana, kind="offer_received", data=OFFER, secret={"code": "739205"})
        assert Notification.objects.get(channel="in_app").secret == ""
        assert Notification.objects.get(channel="email").secret != ""
        assert "739205" not in json.dumps(sign_in(hana).get(FEED).json())

    def test_it_costs_the_same_however_long_it_is(self, hana, sign_in, assert_same_queries):
        assert_same_queries(
            sign_in(hana), FEED, add=lambda number: NoteFactory.create_batch(number, user=hana)
        )


class TestMarking:
    def test_read_is_said_once(self, hana, sign_in):
        row, client = told(hana), sign_in(hana)
        first = client.post(f"{FEED}/{row.pk}/read").json()
        assert first["status"] == "read"
        assert first["read_at"]
        assert client.post(f"{FEED}/{row.pk}/read").json() == first
        assert client.get(FEED).json()["unread"] == 0

    def test_all_at_once(self, hana, almaz, sign_in):
        told(hana), told(hana), told(almaz)
        assert sign_in(hana).post(f"{FEED}/read-all").status_code == 204
        assert set(Notification.objects.filter(is_unread=False).values_list("user", "channel")) == {
            (hana.pk, "in_app")
        }
        assert mark_all_read(by=hana) == 0

    def test_another_persons_note_does_not_exist(self, hana, almaz, sign_in):
        row = told(almaz)
        answer = sign_in(hana).post(f"{FEED}/{row.pk}/read")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        row.refresh_from_db()
        assert row.read_at is None

    def test_a_mail_is_no_note(self, hana, sign_in):
        told(hana)
        mail = Notification.objects.get(channel="email")
        assert sign_in(hana).post(f"{FEED}/{mail.pk}/read").status_code == 404


class TestStamps:
    def test_every_writer_leaves_its_transaction(self, hana):
        row = told(hana)
        assert stamp_of(row) == transaction_now()
        assert stamp_of(Notification.objects.get(channel="email")) == 0

    @pytest.mark.django_db(transaction=True)
    def test_a_change_past_the_orm_is_stamped_too(self, hana):
        row = told(hana)
        before = stamp_of(row)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE notifications_notification SET read_at = now() WHERE id = %s", [row.pk])
        assert stamp_of(row) > before

    @pytest.mark.django_db(transaction=True, databases=["default", "owner"])
    def test_without_the_trigger_a_change_would_be_missed(self, hana):
        row = told(hana)
        before = stamp_of(row)
        with connections["owner"].cursor() as cursor:
            cursor.execute("ALTER TABLE notifications_notification DISABLE TRIGGER USER")
        try:
            mark_read(by=hana, note_id=row.pk)
            assert stamp_of(row) == before
        finally:
            with connections["owner"].cursor() as cursor:
                cursor.execute("ALTER TABLE notifications_notification ENABLE TRIGGER USER")


@pytest.mark.django_db(transaction=True)
class TestHints:
    @pytest.fixture
    def ear(self):
        with redis.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as line:
            line.subscribe(realtime.channel())
            assert line.get_message(timeout=5)["type"] == "subscribe"

            def heard():
                message = line.get_message(timeout=0.5)
                return realtime.read_message(message["data"]).users if message else None

            yield heard

    def test_open_sockets_are_told_after_the_commit(self, hana, ear):
        with transaction.atomic():
            row = told(hana)
            assert ear() is None
        assert ear() == frozenset({hana.pk})
        mark_read(by=hana, note_id=row.pk)
        assert ear() == frozenset({hana.pk})
        mark_read(by=hana, note_id=row.pk)
        assert ear() is None

    def test_what_never_happened_is_not_told(self, hana, ear):
        @transaction.atomic
        def cause() -> None:
            told(hana)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            cause()
        assert ear() is None


def test_ids_are_those_of_the_rows(hana, sign_in):
    row = told(hana)
    (shown,) = sign_in(hana).get(FEED).json()["results"]
    assert UUID(shown["id"]) == row.pk
