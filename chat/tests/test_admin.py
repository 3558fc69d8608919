"""Conversations at the staff's desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.tests.desk import ADMIN, at_desk, said
from chat import services
from chat.enums import ReportReason, ReportState, State
from chat.models import Conversation, Report
from chat.tests.factories import ConversationFactory, say
from key2key.common.models import AuditEntry

pytestmark = pytest.mark.django_db
WORDS = "Send the money first"


@pytest.fixture
def moderator() -> Client:
    return at_desk("moderator")


@pytest.fixture
def report() -> Report:
    conversation = ConversationFactory()
    bad = say(conversation, by=conversation.seller, body=WORDS)
    return services.report(
        by=conversation.buyer,
        conversation_id=conversation.pk,
        reason=ReportReason.FRAUD,
        message_id=bad.mid,
    )


def page(row: Any, action: str = "change") -> str:
    return f"{ADMIN}chat/{row._meta.model_name}/{row.pk}/{action}/"


def deed(client: Client, row: Any, action: str) -> Any:
    name = {"chat.report": "report", "chat.conversation": "conversation"}[row._meta.label_lower]
    address = f"{ADMIN}chat/{name}/{row.pk}/{action}/"
    return client.post(address, {"_form_submitted": "true", "reason": "A complaint"})


def test_a_conversation_shows_who_and_how_much_but_no_words(moderator: Client, report: Report) -> None:
    body = moderator.get(page(report.conversation)).content.decode()
    assert report.conversation.buyer.full_name in body
    assert WORDS not in body


def test_words_are_shown_to_whoever_has_said_why(moderator: Client, report: Report) -> None:
    deed(moderator, report.conversation, "read")
    assert WORDS in moderator.get(page(report.conversation)).content.decode()
    assert WORDS not in at_desk("moderator").get(page(report.conversation)).content.decode()
    entry = AuditEntry.objects.get(action="conversation.read")
    assert (entry.actor, entry.reason) == (moderator.user, "A complaint")


def test_a_report_shows_its_evidence_to_those_who_decide(moderator: Client, report: Report) -> None:
    assert WORDS in moderator.get(page(report)).content.decode()
    assert WORDS not in at_desk("support").get(page(report)).content.decode()


def test_the_queue_shows_what_waits(moderator: Client, report: Report) -> None:
    shown = moderator.get(f"{ADMIN}chat/report/?state__exact=open").context["cl"].result_list
    assert [row.pk for row in shown] == [report.pk]


def test_a_reported_message_is_removed_and_its_place_stays(moderator: Client, report: Report) -> None:
    deed(moderator, report, "remove_message")
    assert report.message is not None
    report.message.refresh_from_db()
    assert (report.message.body, report.message.removed_at is None) == ("", False)
    assert Conversation.objects.get().last_seq == 2
    assert said(deed(moderator, report, "remove_message"))
    assert Conversation.objects.get().last_seq == 2


def test_a_reported_conversation_is_frozen_and_opened_again(moderator: Client, report: Report) -> None:
    deed(moderator, report, "freeze")
    assert Conversation.objects.get().state == State.FROZEN
    deed(moderator, report.conversation, "open_again")
    assert Conversation.objects.get().state == State.OPEN
    deed(moderator, report.conversation, "close")
    assert Conversation.objects.get().state == State.CLOSED


def test_a_settled_report_leaves_the_queue(moderator: Client, report: Report) -> None:
    deed(moderator, report, "settle")
    assert Report.objects.get().state == ReportState.SETTLED


@pytest.mark.parametrize("action", ["freeze", "remove_message", "settle"])
def test_support_looks_but_does_nothing(action: str, report: Report) -> None:
    response = deed(at_desk("support"), report, action)
    assert response.status_code == 403
    report.refresh_from_db()
    assert report.state == ReportState.OPEN
    assert Conversation.objects.get().state == State.OPEN
