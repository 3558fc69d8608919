from __future__ import annotations

import pytest
from django.utils.translation import override

from notifications import letters
from notifications.kinds import KINDS

FULL = {
    "listing": "ቪላ በቦሌ",
    "title": "ቪላ በቦሌ",
    "person": "ሐና",
    "amount": "12500000.00",
    "currency": "ETB",
    "price": "12500000.00 ETB",
    "place": "ቦሌ",
    "search": "ቦሌ",
    "count": 3,
    "organisation": "ሀበሻ ቤቶች",
    "role": "agent",
    "reason": "ፎቶ ይጨምሩ።",
    "starts_at": "2026-11-24T06:30:00+00:00",
    "deadline": "2026-11-24T06:30:00+00:00",
    "expires_on": "2026-12-31",
    "device": "ስልክ",
    "ip": "196.188.1.1",
    "code": "123456",
    "token": "123",
}


def titled(kind: str, language: str = "en", **data) -> str:
    return letters.note(kind=kind, language=language, data=data)[0]


def said(kind: str, language: str = "en", **data) -> str:
    return letters.note(kind=kind, language=language, data=data)[1]


class TestAmounts:
    @pytest.mark.parametrize(
        "amount, shown", [("12500000.00", "12,500,000 ETB"), ("950.50", "950.50 ETB"), ("", "ETB")]
    )
    def test_thousands_stand_apart_and_cents_only_where_there_are_some(self, amount, shown):
        assert titled("refund_sent", amount=amount, currency="ETB") == f"Refund of {shown} is on its way"

    def test_a_price_in_one_word(self):
        assert "12,500,000 ETB" in said(
            "saved_search_match", search="Bole", listing="Villa", price=FULL["price"]
        )
        assert "on request" in said("saved_search_match", search="Bole", listing="Villa", price="on request")


class TestTimes:
    def test_they_are_those_of_the_market(self):
        words = {"listing": "Villa", "starts_at": FULL["starts_at"]}
        assert "24 Nov 2026, 09:30" in titled("viewing_confirmed", **words)
        assert "24/11/2026, 09:30" in titled("viewing_confirmed", "am", **words)

    def test_a_deadline_late_in_the_evening_of_utc_is_on_the_next_day_there(self):
        words = {"listing": "Villa", "deadline": "2026-11-24T22:00:00+00:00"}
        assert "25 Nov 2026" in said("review_due", **words)

    def test_a_day_is_a_day(self):
        assert (
            titled("licence_expiring", expires_on="2026-12-31") == "Your broker's licence ends on 31 Dec 2026"
        )

    def test_what_is_no_time_stays_as_it_is(self):
        assert "tomorrow" in titled("viewing_confirmed", listing="Villa", starts_at="tomorrow")


class TestChoices:
    @pytest.mark.parametrize(
        "status", ["draft", "pending_review", "changes_requested", "active", "suspended", "terminated"]
    )
    def test_no_state_of_a_broker_is_shown_as_its_slug(self, status):
        title = titled("broker_status_changed", status=status)
        assert title.startswith("Your broker profile ")
        assert "_" not in title

    def test_a_decision_says_where_the_deposit_goes(self):
        assert "back to the buyer" in said("deal_decided", listing="Villa", outcome="refund", reason="Papers")
        assert "ለገዢው ይመለሳል" in said("deal_decided", "am", listing="Villa", outcome="refund", reason="Papers")

    def test_one_message_and_many(self):
        assert titled("new_message", person="Hana", count=1) == "New message from Hana"
        assert titled("new_message", person="Hana", count=3) == "3 new messages from Hana"

    def test_an_invitation_by_text_message_carries_its_link(self):
        known = {"organisation": "Habesha Homes", "role": "agent", "link": "http://k2k.example/join?token=t"}
        message = letters.write(
            kind="organisation_invitation", language="en", channel="sms", to="+251911", known=known
        )
        assert known["link"] in message.text


class TestLinks:
    def test_a_mail_ends_with_the_whole_address(self, settings):
        known = {"listing": "Villa", "link": "/deals/1"}
        message = letters.write(kind="deal_completed", language="en", channel="email", to="x", known=known)
        assert message.text.rstrip().endswith(f"\n\n{settings.BASE_URL}/deals/1")
        assert f'href="{settings.BASE_URL}/deals/1"' in message.html

    def test_an_address_that_is_not_the_apps_is_not_written(self):
        known = {"listing": "Villa", "link": "https://elsewhere.example/x"}
        message = letters.write(kind="deal_completed", language="en", channel="email", to="x", known=known)
        assert "elsewhere" not in message.text


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.feed])
def test_with_everything_known_no_amharic_text_has_a_foreign_word(kind):
    with override("en"):
        title, body = letters.note(kind=kind, language="am", data=FULL)
    latin = [
        letter
        for letter in f"{title} {body}".replace("ETB", "").replace("Key2Key", "")
        if letter.isascii() and letter.isalpha()
    ]
    assert not latin
