"""What changed since a cursor: nothing is ever left out (decision 24)."""

from __future__ import annotations

from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from django.db import connection, connections, transaction

from accounts.tests.factories import UserFactory
from accounts.tests.parallel import at_once
from chat import log
from chat.models import Conversation, Member, RealtimeEpoch, new_epoch
from chat.tests.factories import ConversationFactory, MemberFactory, say
from key2key.common.ids import uuid7
from notifications.services import notify


def inbox(user: Any, *, cursor: str | None = None, limit: int = 100) -> log.Inbox:
    with transaction.atomic():
        position = log.decode_cursor(cursor)
        return log.run(log.inbox(user_id=user.pk, position=position, limit=limit))


def look(users: list[Any], *, since: int) -> log.Look:
    with transaction.atomic():
        return log.run(log.look(user_ids=[user.pk for user in users], since=since))


def heads(found: log.Inbox | log.Look) -> dict[Any, int]:
    return {change.conversation_id: change.head for change in found.changed}


@pytest.mark.django_db(transaction=True)
class TestNothingIsMissed:
    def test_a_slow_writer_is_seen_by_whoever_looked_meanwhile(self) -> None:
        conversation = ConversationFactory()
        slow = connections.create_connection("default")
        try:
            with slow.cursor() as cursor:
                cursor.execute("BEGIN")
                cursor.execute(
                    "UPDATE chat_member SET muted = TRUE WHERE user_id = %s", [conversation.buyer_id]
                )
                other = ConversationFactory(buyer=conversation.buyer)
                say(other, by=other.seller)  # later, and committed first
                seen = look([conversation.buyer], since=0)
                assert not next(
                    change for change in seen.changed if change.conversation_id == conversation.pk
                ).muted
                cursor.execute("COMMIT")
        finally:
            slow.close()
        after = look([conversation.buyer], since=seen.since)
        assert any(change.muted for change in after.changed if change.conversation_id == conversation.pk)

    def test_by_the_newest_stamp_alone_the_slow_writer_would_be_missed(self) -> None:
        """The negative control: whoever goes on after the newest stamp that they saw loses the change."""
        conversation = ConversationFactory()
        slow = connections.create_connection("default")
        try:
            with slow.cursor() as cursor:
                cursor.execute("BEGIN")
                cursor.execute(
                    "UPDATE chat_member SET muted = TRUE WHERE user_id = %s", [conversation.buyer_id]
                )
                other = ConversationFactory(buyer=conversation.buyer)
                say(other, by=other.seller)
                newest = max(Member.objects.values_list("stamp", flat=True))
                cursor.execute("COMMIT")
        finally:
            slow.close()
        after = look([conversation.buyer], since=newest + 1)
        assert not after.changed

    def test_while_many_write_one_who_keeps_looking_ends_with_all(self) -> None:
        buyer = UserFactory()
        talks = [ConversationFactory(buyer=buyer) for _ in range(4)]
        known: dict[Any, int] = {}

        def work(number: int) -> None:
            if number:
                for step in range(15):
                    talk = talks[(number + step) % len(talks)]
                    say(talk, by=talk.seller)
                return
            since = 0
            for _ in range(30):
                seen = look([buyer], since=since)
                known.update(heads(seen))
                since = seen.since
            known["since"] = since

        at_once(5, work)
        known.update(heads(look([buyer], since=known.pop("since"))))
        assert known == dict(Conversation.objects.values_list("pk", "last_seq"))

    def test_who_joins_while_somebody_waits_to_write_is_told_of_it(self) -> None:
        assert _stamps_of_a_send_beside_a_join(steps=slice(0, 2)) == {"same"}

    def test_without_the_lock_of_the_first_step_the_new_member_would_not_be_told(self) -> None:
        """The negative control: the send then knows only the members from before it began to wait."""
        assert _stamps_of_a_send_beside_a_join(steps=slice(1, 2)) == {"older", "same"}


def _stamps_of_a_send_beside_a_join(*, steps: slice) -> set[str]:
    """How the members are stamped by a send that began to wait while somebody joined."""
    conversation, joined = ConversationFactory(), Event()

    def work(number: int) -> None:
        if number == 0:
            with transaction.atomic():
                Conversation.objects.select_for_update().get(pk=conversation.pk)
                MemberFactory(conversation=conversation)
                joined.set()
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(0.5)")
            return
        joined.wait(10)
        whole = log.send(
            message_id=uuid7(),
            user_id=conversation.buyer_id,
            conversation_id=conversation.pk,
            client_id=uuid7(),
            body="Is it still free?",
        )
        with transaction.atomic():
            log.run(replace(whole, steps=whole.steps[steps]))

    at_once(2, work)
    stamps = set(Member.objects.values_list("stamp", flat=True))
    assert Member.objects.count() == 3
    return {"same" if stamp == max(stamps) else "older" for stamp in stamps}


@pytest.mark.django_db
class TestPages:
    def test_pages_show_everything_once_and_the_last_one_keeps_the_first_horizon(self) -> None:
        buyer = UserFactory()
        talks = [ConversationFactory(buyer=buyer).pk for _ in range(7)]
        page = inbox(buyer, limit=3)
        since, shown = page.since, [change.conversation_id for change in page.changed]
        while page.more:
            page = inbox(buyer, cursor=page.cursor, limit=3)
            shown += [change.conversation_id for change in page.changed]
        assert sorted(shown) == sorted(talks)
        kept = log.decode_cursor(page.cursor)
        assert kept is not None
        assert (kept.since, kept.resumes) == (max(0, since - log.MARGIN), False)

    def test_notes_and_conversations_come_in_the_order_in_which_they_were_written(self) -> None:
        conversation = ConversationFactory()
        notify(kind="listing_approved", user=conversation.buyer, data={"title": "Villa", "link": "/"})
        whole = inbox(conversation.buyer)
        assert (len(whole.changed), len(whole.notes)) == (1, 1)
        first = inbox(conversation.buyer, limit=1)
        second = inbox(conversation.buyer, cursor=first.cursor, limit=1)
        assert len(first.changed) + len(second.changed) == 1
        assert len(first.notes) + len(second.notes) == 1
        assert not second.more

    def test_only_what_is_mine_comes(self) -> None:
        conversation = ConversationFactory()
        notify(kind="listing_approved", user=conversation.buyer, data={"title": "Villa", "link": "/"})
        found = inbox(UserFactory())
        assert (found.changed, found.notes) == ([], [])


@pytest.mark.django_db
class TestBeginnings:
    def test_a_fresh_start_tells_what_stands_and_a_resume_tells_what_ended(self) -> None:
        conversation = ConversationFactory()
        cursor = inbox(conversation.buyer).cursor
        Member.objects.filter(user=conversation.buyer).update(left_at="2026-11-22T12:00:00Z")
        assert inbox(conversation.buyer).changed == []
        left = inbox(conversation.buyer, cursor=cursor).changed
        assert [change.frame() for change in left] == [{"cid": str(conversation.pk), "left": True}]

    @pytest.mark.parametrize("cursor", ["", "c1:", "c1:!!", "c1:Zm9v", "c2:abc", "rubbish", "c1:" + "A" * 50])
    def test_a_cursor_that_is_not_ours_begins_anew(self, cursor: str) -> None:
        conversation = ConversationFactory()
        assert log.decode_cursor(cursor) is None
        assert heads(inbox(conversation.buyer, cursor=cursor)) == {conversation.pk: 0}

    def test_a_cursor_from_beyond_the_present_is_of_another_past(self) -> None:
        conversation = ConversationFactory()
        epoch = inbox(conversation.buyer).epoch
        ahead = log.encode_cursor(log.Position(epoch, since=2**60))
        assert heads(inbox(conversation.buyer, cursor=ahead)) == {conversation.pk: 0}

    def test_a_restore_makes_another_epoch_and_old_cursors_begin_anew(self) -> None:
        conversation = ConversationFactory()
        before = inbox(conversation.buyer)
        RealtimeEpoch.objects.update(value=new_epoch())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        beyond = log.encode_cursor(log.Position(before.epoch, since=before.since))
        after = inbox(conversation.buyer, cursor=beyond)
        assert after.epoch != before.epoch
        assert heads(after) == {conversation.pk: 0}
        assert log.run(log.epoch()) == after.epoch


@pytest.mark.django_db
class TestCounts:
    def test_unread_is_what_others_said_beyond_the_mark(self) -> None:
        conversation = ConversationFactory()
        for by in (conversation.seller, conversation.buyer, conversation.seller, conversation.seller):
            say(conversation, by=by)
        log.run(log.append(conversation_id=conversation.pk, kind="system", payload={"code": "x"}))
        log.run(log.read(user_id=conversation.buyer_id, seqs={conversation.pk: 1}))
        conversation.messages.filter(seq=4).update(removed_at="2026-11-22T12:00:00Z")
        change = inbox(conversation.buyer).changed[0]
        assert (change.head, change.read, change.unread) == (5, 1, 1)

    def test_both_sides_see_how_far_the_other_has_read(self) -> None:
        conversation = ConversationFactory()
        say(conversation, by=conversation.buyer)
        log.run(log.read(user_id=conversation.seller_id, seqs={conversation.pk: 1}))
        change = inbox(conversation.buyer).changed[0]
        assert (change.side_read, change.peer_read) == (0, 1)

    def test_a_look_serves_many_people_at_once(self) -> None:
        conversation = ConversationFactory()
        say(conversation, by=conversation.buyer)
        found = look([conversation.buyer, conversation.seller], since=0)
        assert {change.user_id: change.unread for change in found.changed} == {
            conversation.buyer_id: 0,
            conversation.seller_id: 1,
        }
