"""Complaints, and what staff do about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.tests.factories import StaffFactory, UserFactory
from chat import selectors, services
from chat.enums import ReportReason, ReportState, State
from chat.models import Report
from chat.tests.factories import ConversationFactory, say, seqs
from key2key.common import clock
from key2key.common.errors import Conflict, NotFound
from key2key.common.models import AuditEntry, Event

pytestmark = pytest.mark.django_db


class TestModeration:
    def test_a_report_keeps_what_was_said_even_when_it_is_taken_back(self) -> None:
        conversation = ConversationFactory()
        bad = say(conversation, by=conversation.seller, body="Send the money first")
        report = services.report(
            by=conversation.buyer,
            conversation_id=conversation.pk,
            reason=ReportReason.FRAUD,
            message_id=bad.mid,
        )
        services.delete(by=conversation.seller, message_id=bad.mid)
        report.refresh_from_db()
        assert report.snapshot[0]["body"] == "Send the money first"
        assert Event.objects.filter(name="chat.ConversationReported").count() == 1

    def test_the_evidence_reaches_twenty_messages_each_way(self) -> None:
        conversation = ConversationFactory()
        sent = [say(conversation, by=conversation.seller) for _ in range(60)]
        report = services.report(
            by=conversation.buyer,
            conversation_id=conversation.pk,
            reason=ReportReason.SPAM,
            message_id=sent[29].mid,
        )
        assert [said["seq"] for said in report.snapshot] == list(range(10, 51))

    def test_the_same_complaint_again_is_the_same_until_it_is_settled(self) -> None:
        conversation = ConversationFactory()
        known = {
            "by": conversation.buyer, "conversation_id": conversation.pk, "reason": ReportReason.SPAM,
        }  # fmt: skip
        first, again = services.report(**known), services.report(**known)
        assert first.pk == again.pk
        services.settle_report(report_id=first.pk, by=StaffFactory(), reason="Warned")
        assert services.report(**known).pk != first.pk

    def test_a_stranger_cannot_complain_nor_a_member_of_a_foreign_message(self) -> None:
        conversation, other = ConversationFactory(), ConversationFactory()
        foreign = say(other, by=other.buyer)
        known = {"conversation_id": conversation.pk, "reason": ReportReason.SPAM}
        for extra in ({"by": UserFactory()}, {"by": conversation.buyer, "message_id": foreign.mid}):
            with pytest.raises(NotFound):
                services.report(**known, **extra)
        assert not Report.objects.exists()

    def test_staff_deeds_are_audited_and_happen_once(self) -> None:
        conversation, staff = ConversationFactory(), StaffFactory()
        sent = say(conversation, by=conversation.seller)
        report = services.report(
            by=conversation.buyer, conversation_id=conversation.pk, reason=ReportReason.SPAM
        )
        deeds: dict[str, Callable[[], Any]] = {
            "message.removed": lambda: services.remove_message(message_id=sent.mid, by=staff, reason="Rude"),
            "conversation.frozen": lambda: services.set_state(
                conversation_id=conversation.pk, state=State.FROZEN, by=staff, reason="Rude"
            ),
            "report.settled": lambda: services.settle_report(report_id=report.pk, by=staff, reason="Rude"),
        }
        for action, deed in deeds.items():
            deed()
            entry = AuditEntry.objects.get(action=action)
            assert (entry.actor_id, entry.reason) == (staff.pk, "Rude")
            events = len(seqs(conversation.pk))
            with pytest.raises(Conflict):
                deed()
            assert AuditEntry.objects.filter(action=action).count() == 1
            assert len(seqs(conversation.pk)) == events
        report.refresh_from_db()
        assert report.state == ReportState.SETTLED

    def test_staff_read_words_only_after_they_have_said_why_and_not_for_long(self) -> None:
        conversation, staff = ConversationFactory(), StaffFactory()
        say(conversation, by=conversation.seller)
        assert selectors.words_shown_to(staff, conversation=conversation) is None
        services.begin_reading(conversation_id=conversation.pk, by=staff, reason="A complaint")
        shown = selectors.words_shown_to(staff, conversation=conversation)
        assert shown is not None
        assert len(shown) == 1
        assert selectors.words_shown_to(StaffFactory(), conversation=conversation) is None
        with clock.advanced(timedelta(minutes=16)):
            assert selectors.words_shown_to(staff, conversation=conversation) is None

    def test_an_erased_persons_words_go_and_the_numbers_stay(self) -> None:
        conversation = ConversationFactory()
        for by in (conversation.buyer, conversation.seller, conversation.buyer):
            say(conversation, by=by)
        assert services.forget_person(conversation.buyer_id) == 2
        assert services.forget_person(conversation.buyer_id) == 0
        bodies = list(conversation.messages.order_by("seq").values_list("body", flat=True))
        assert bodies == ["", "Is it still free?", ""]
        assert seqs(conversation.pk) == [1, 2, 3, 4, 5]
