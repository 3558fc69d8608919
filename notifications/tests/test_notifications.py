from __future__ import annotations

from smtplib import SMTPRecipientsRefused
from typing import ClassVar

import pytest
from django.contrib.auth import get_user_model
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from key2key.common import background, clock
from key2key.common.plugins import privacy
from notifications import services
from notifications.kinds import KINDS
from notifications.models import Notification
from notifications.services import notify
from notifications.tests.factories import OutboxMessageFactory, PreferenceFactory, PushDeviceFactory

pytestmark = pytest.mark.django_db
LINK = {"token": "a-secret-token", "link": "http://127.0.0.1:8000/verify-email?token=a-secret-token"}
HERE = "notifications.tests.test_notifications"


class Away(BaseEmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, email_messages):
        raise ConnectionRefusedError("the mail server is away")


class Refusing(BaseEmailBackend):
    """A mail server that knows no such address."""

    reply: ClassVar[int] = 550

    def send_messages(self, email_messages):
        raise SMTPRecipientsRefused({"a@example.com": (self.reply, b"no such user")})


class Busy(Refusing):
    """A mail server that greylists."""

    reply = 451


def written(**changes) -> Notification:
    values = {"kind": "email_verification", "to": "a@example.com", "data": {"name": "Hana"}, "secret": LINK}
    (row,) = notify(**{**values, **changes})
    return row


def deliver(row: Notification, *, attempt: int = 1) -> Notification:
    Notification.objects.filter(pk=row.pk).update(due_at=clock.now(), attempts=attempt - 1)
    background.perform(Notification)
    row.refresh_from_db()
    return row


@pytest.fixture
def person():
    def made(**fields):
        return get_user_model().objects.create_user(**{"email": "hana@example.com", **fields})

    return made


class TestWriting:
    def test_it_is_part_of_its_causes_transaction(self, mailoutbox):
        @transaction.atomic
        def cause() -> None:
            written()
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            cause()
        assert background.perform(Notification) == 0
        assert mailoutbox == []

    def test_the_commit_wakes_the_worker(self, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks() as callbacks:
            written()
        assert len(callbacks) == 1

    def test_a_secret_rests_encrypted(self):
        assert "a-secret-token" not in str(Notification.objects.filter(pk=written().pk).values().get())

    def test_for_a_user_channel_address_and_language_follow_from_the_account(self, person):
        shown, by_mail = notify(user=person(language="am", phone="+251911223345"), kind="password_changed")
        assert (shown.channel, shown.recipient, shown.status) == ("in_app", "", "delivered")
        assert (by_mail.channel, by_mail.recipient, by_mail.language) == ("email", "hana@example.com", "am")
        _shown, by_phone = notify(user=person(email=None, phone="+251911223344"), kind="password_changed")
        assert (by_phone.channel, by_phone.recipient) == ("sms", "+251911223344")

    def test_where_nobody_may_be_written_to_the_feed_alone_tells_it(self, person):
        hana, said = person(), {"listing": "A villa", "reason": "sold", "link": "/deals/1"}
        with services.in_the_feed_only():
            shown = notify(user=hana, kind="deal_cancelled", data=said)
            assert notify(kind="phone_code", channel="sms", to="+251911223344") == []
        assert [row.channel for row in shown] == ["in_app"]
        assert {row.channel for row in notify(user=hana, kind="deal_cancelled", data=said)} > {"in_app"}

    def test_who_has_no_address_for_it_is_not_written_to(self, person):
        assert notify(user=person(email=None, phone="+251911223344"), kind="password_reset") == []
        assert not Notification.objects.exists()

    def test_an_unknown_kind_is_a_mistake_in_the_program(self):
        with pytest.raises(KeyError):
            notify(kind="unheard_of", to="a@example.com")


class TestSending:
    def test_a_mail_leaves_as_text_and_as_html_and_the_secret_is_wiped(self, mailoutbox):
        row = deliver(written())
        (mail,) = mailoutbox
        assert (mail.to, mail.subject) == (["a@example.com"], "Verify your e-mail for Key2Key")
        assert "Hello Hana," in mail.body
        assert LINK["link"] in mail.body
        html, kind = mail.alternatives[0]
        assert kind == "text/html"
        assert f'href="{LINK["link"]}"' in html
        assert (row.status, row.secret, row.work_state) == ("sent", "", "done")
        assert row.sent_at is not None

    def test_it_leaves_once(self, mailoutbox):
        row = deliver(written())
        deliver(row)
        assert len(mailoutbox) == 1

    def test_a_text_message_is_one_line(self, capsys):
        (code,) = notify(kind="phone_code", channel="sms", to="+251911223344", secret={"code": "123456"})
        row = deliver(code)
        assert capsys.readouterr().out == (
            "SMS to +251911223344: 123456 is your Key2Key code. It works for 10 minutes. Give it to nobody.\n"
        )
        assert (row.status, row.secret) == ("sent", "")

    def test_names_cannot_break_out_of_subject_or_html(self, mailoutbox):
        title = "Villa\r\nBcc: all@example.com <script>alert(1)</script>"
        deliver(written(kind="listing_rejected", data={"title": title, "reason": "<b>no</b>"}))
        (mail,) = mailoutbox
        assert "\n" not in mail.subject
        assert "<script>" not in mail.alternatives[0][0]
        assert "<b>no</b>" in mail.body
        assert "<b>no</b>" not in mail.alternatives[0][0]

    def test_a_server_that_is_away_is_asked_again_with_the_secret_kept(self, settings, mailoutbox):
        settings.EMAIL_BACKEND = f"{HERE}.Away"
        row = deliver(written())
        assert (row.status, row.work_state, row.attempts) == ("queued", "queued", 1)
        assert "away" in row.last_error
        assert row.due_at > clock.now()
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert deliver(row, attempt=2).status == "sent"
        assert LINK["link"] in mailoutbox[0].body

    def test_after_the_eighth_time_a_person_looks_at_it(self, settings):
        settings.EMAIL_BACKEND = f"{HERE}.Away"
        row = deliver(written(), attempt=8)
        assert (row.status, row.work_state) == ("parked", "parked")

    def test_an_address_that_does_not_exist_is_not_tried_again(self, settings):
        settings.EMAIL_BACKEND = f"{HERE}.Refusing"
        row = deliver(written())
        assert (row.status, row.work_state, row.secret) == ("failed", "done", "")

    def test_a_server_that_says_later_is_tried_again(self, settings):
        settings.EMAIL_BACKEND = f"{HERE}.Busy"
        assert deliver(written()).work_state == "queued"

    def test_a_worker_that_lost_its_lease_does_not_book_the_end(self, mailoutbox):
        row = written()
        (claimed,) = background.claim(Notification, limit=1)
        Notification.objects.filter(pk=row.pk).update(lease=claimed.lease + 1)
        with pytest.raises(background.LeaseLost):
            services.send(claimed)
        row.refresh_from_db()
        assert row.status == "queued"
        assert row.secret != ""

    def test_secrets_that_never_left_are_wiped_after_a_day(self):
        from datetime import timedelta

        row = written()
        services.forget_secrets()
        row.refresh_from_db()
        assert row.secret
        with clock.advanced(timedelta(hours=25)):
            services.forget_secrets()
        row.refresh_from_db()
        assert row.secret == ""

    def test_the_wake_up_sends_what_waits(self, mailoutbox):
        from notifications import tasks

        written()
        tasks.send_notifications()
        tasks.forget_secrets()
        assert len(mailoutbox) == 1


KNOWN = {
    "name": "ሐና",
    "title": "Villa in Bole",
    "reason": "The photos show another house.",
    "link": "https://key2key.example/x?token=t",
    "token": "t-o-k-e-n",
    "code": "123456",
    "device": "Tecno Spark",
    "ip": "196.188.1.1",
}


@pytest.mark.parametrize("language", ["en", "am"])
@pytest.mark.parametrize("kind", KINDS)
class TestTexts:
    def message(self, kind, language, *, channel=""):
        from notifications import letters

        channel = channel or KINDS[kind].channels[0]
        return letters.write(kind=kind, language=language, channel=channel, to="x", known=KNOWN)

    def test_every_kind_speaks_every_language(self, kind, language):
        message = self.message(kind, language)
        text = message.subject + message.text
        ethiopic = sum("\u1200" <= letter <= "\u137f" for letter in text.replace("ሐና", ""))
        assert ethiopic > 20 if language == "am" else ethiopic == 0
        assert "{" not in text
        assert len(message.subject) <= 100

    def test_a_text_message_of_it_fits(self, kind, language):
        if "sms" in KINDS[kind].channels:
            message = self.message(kind, language, channel="sms")
            assert "\n" not in message.text
            assert len(message.text) <= 160

    def test_it_can_be_said_without_a_name(self, kind, language):
        from notifications import letters

        known = {name: value for name, value in KNOWN.items() if name != "name"}
        message = letters.write(
            kind=kind, language=language, channel=KINDS[kind].channels[0], to="x", known=known
        )
        assert "Hello" not in message.text
        assert "None" not in message.text


def test_an_unknown_language_is_answered_in_english():
    from notifications import letters

    message = letters.write(kind="password_changed", language="fr", channel="email", to="x", known={})
    assert message.subject == "Your Key2Key password was changed"


def test_a_persons_news_are_exported_and_erased(person):
    user = person(phone="+251911223344")
    notify(user=user, kind="password_changed")
    written(to=user.email)
    notify(kind="phone_code", channel="sms", to=user.phone, secret={"code": "123456"})
    kept = written(to="somebody@else.example")
    part = privacy["notifications.notification"]
    assert len(part.export(user)) == 4
    part.erase(user)
    assert list(Notification.objects.all()) == [kept]


def test_wishes_devices_and_copies_are_exported_and_erased(person):
    user, other = person(), person(email="almaz@example.com")
    for one in (user, other):
        PreferenceFactory(user=one)
        PushDeviceFactory(user=one)
        OutboxMessageFactory(to=one.email)
    for name in ("preference", "pushdevice", "outboxmessage"):
        part = privacy[f"notifications.{name}"]
        assert len(part.export(user)) == 1
        part.erase(user)
        assert part.export(user) == []
        assert len(part.export(other)) == 1
