"""The statements of the log: the one order, resends, who may write, marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Block
from accounts.tests.factories import UserFactory
from accounts.tests.parallel import at_once
from chat import log
from chat.enums import Side, State
from chat.models import ChatEvent, Conversation, Member, Message, Nudge
from chat.tests.factories import ConversationFactory, MemberFactory, say, seqs
from key2key.common import clock
from key2key.common.ids import uuid7

SENDERS = 20


def statement(conversation: Conversation, by: Any, **more: Any) -> log.Statement[log.Sent | log.Refusal]:
    known = {"message_id": uuid7(), "client_id": uuid4(), "body": "Is it still free?"}
    return log.send(**{**known, "user_id": by.pk, "conversation_id": conversation.pk, **more})


def try_to_send(conversation: Conversation, by: Any, **more: Any) -> log.Sent | log.Refusal:
    with transaction.atomic():
        return log.run(statement(conversation, by, **more))


@pytest.mark.django_db(transaction=True)
class TestOrder:
    def test_twenty_at_once_get_the_numbers_one_to_twenty(self) -> None:
        conversation = ConversationFactory()
        people = [conversation.buyer, conversation.seller]
        sent = at_once(SENDERS, lambda number: say(conversation, by=people[number % 2]))
        assert sorted(each.seq for each in sent) == list(range(1, SENDERS + 1))
        assert seqs(conversation.pk) == list(range(1, SENDERS + 1))
        assert Message.objects.count() == SENDERS

    def test_without_the_row_lock_numbers_would_clash(self) -> None:
        """The negative control: the number is read first and written back without holding the row."""
        conversation = ConversationFactory()

        def careless(_number: int) -> bool:
            try:
                with transaction.atomic():
                    head = Conversation.objects.values_list("last_seq", flat=True).get(pk=conversation.pk)
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT pg_sleep(0.1)")
                    ChatEvent.objects.create(conversation=conversation, seq=head + 1, kind="system")
                    Conversation.objects.filter(pk=conversation.pk).update(last_seq=head + 1)
            except IntegrityError:
                return False
            return True

        assert not all(at_once(4, careless))

    def test_a_send_that_is_rolled_back_gives_its_number_back(self) -> None:
        conversation = ConversationFactory()
        with transaction.atomic():
            log.run(statement(conversation, conversation.buyer))
            transaction.set_rollback(True)
        assert say(conversation, by=conversation.buyer).seq == 1
        assert seqs(conversation.pk) == [1]

    def test_what_the_product_says_stands_in_the_same_order(self) -> None:
        conversation = ConversationFactory()

        def either(number: int) -> int:
            if number % 2:
                return say(conversation, by=conversation.buyer).seq
            with transaction.atomic():
                return log.run(log.append(conversation_id=conversation.pk, kind="system")).seq

        assert sorted(at_once(10, either)) == list(range(1, 11))
        assert seqs(conversation.pk) == list(range(1, 11))


@pytest.mark.django_db(transaction=True)
class TestResends:
    def test_twenty_copies_of_one_send_are_one_message_with_one_answer(self) -> None:
        conversation, client_id = ConversationFactory(), uuid4()
        sent = at_once(SENDERS, lambda _: say(conversation, by=conversation.buyer, client_id=client_id))
        assert len({(each.mid, each.seq, each.ts) for each in sent}) == 1
        assert sorted(each.dup for each in sent) == [False] + [True] * (SENDERS - 1)
        assert seqs(conversation.pk) == [1]

    def test_without_the_lock_of_the_first_step_copies_clash(self) -> None:
        """The negative control: the look for the twin then happens before the twin is there."""
        conversation, client_id = ConversationFactory(), uuid4()

        def careless(_number: int) -> bool:
            try:
                with transaction.atomic():
                    whole = statement(conversation, conversation.buyer, client_id=client_id)
                    log.run(replace(whole, steps=whole.steps[1:]))
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT pg_sleep(0.1)")
            except IntegrityError:
                return False
            return True

        assert not all(at_once(4, careless))
        assert Message.objects.count() == 1

    def test_a_resend_after_years_and_an_edit_still_names_the_first(self) -> None:
        conversation, client_id = ConversationFactory(), uuid4()
        first = say(conversation, by=conversation.buyer, client_id=client_id)
        Message.objects.update(body="something else", rev=2)
        again = say(conversation, by=conversation.buyer, client_id=client_id)
        assert (again.mid, again.seq, again.ts, again.dup) == (first.mid, first.seq, first.ts, True)

    @pytest.mark.parametrize("other", [{"body": "Another"}, {"attachments": [uuid4()]}, {"reply_to": 1}])
    def test_other_content_under_the_same_id_is_refused_and_named(self, other: dict[str, Any]) -> None:
        conversation, client_id = ConversationFactory(), uuid4()
        first = say(conversation, by=conversation.buyer, client_id=client_id)
        answer = try_to_send(conversation, conversation.buyer, client_id=client_id, **other)
        assert answer == log.Refusal("cmid_mismatch", first.mid, first.seq)
        assert seqs(conversation.pk) == [1]

    def test_the_same_id_in_another_conversation_is_other_content(self) -> None:
        one, client_id = ConversationFactory(), uuid4()
        other = ConversationFactory(buyer=one.buyer)
        first = say(one, by=one.buyer, client_id=client_id)
        answer = try_to_send(other, one.buyer, client_id=client_id)
        assert answer == log.Refusal("cmid_mismatch", first.mid, first.seq)

    def test_two_people_may_choose_the_same_id(self) -> None:
        conversation, client_id = ConversationFactory(), uuid4()
        say(conversation, by=conversation.buyer, client_id=client_id)
        assert not say(conversation, by=conversation.seller, client_id=client_id).dup


def _leave(conversation: Conversation) -> None:
    Member.objects.filter(user=conversation.buyer).update(left_at=clock.now())


def _state(state: State) -> Callable[[Conversation], Any]:
    return lambda conversation: Conversation.objects.filter(pk=conversation.pk).update(state=state)


REFUSED: dict[str, tuple[str, Callable[[Conversation], Any]]] = {
    "who has left": ("not_found", _leave),
    "closed": ("not_allowed", _state(State.CLOSED)),
    "frozen": ("not_allowed", _state(State.FROZEN)),
    "blocks": ("not_allowed", lambda talk: Block.objects.create(user=talk.buyer, blocked=talk.seller)),
    "is blocked": ("not_allowed", lambda talk: Block.objects.create(user=talk.seller, blocked=talk.buyer)),
}


@pytest.mark.django_db
class TestWhoMay:
    @pytest.mark.parametrize("case", REFUSED)
    def test_nothing_is_written_for_whom_it_is_not_open(self, case: str) -> None:
        code, prepare = REFUSED[case]
        conversation = ConversationFactory()
        prepare(conversation)
        answer = try_to_send(conversation, conversation.buyer)
        assert answer == log.Refusal(code)
        conversation.refresh_from_db()
        assert (conversation.last_seq, Message.objects.count(), Nudge.objects.count()) == (0, 0, 0)

    def test_a_stranger_learns_nothing_and_locks_nothing(self) -> None:
        conversation = ConversationFactory()
        unknown = Conversation(pk=uuid7())
        answers = {try_to_send(each, UserFactory()) for each in (conversation, unknown)}
        assert answers == {log.Refusal("not_found")}
        with connection.cursor() as cursor:
            cursor.execute("SELECT xmax::text FROM chat_conversation WHERE id = %s", [conversation.pk])
            assert cursor.fetchone() == ("0",)

    def test_a_block_between_others_of_the_market_stops_nobody(self) -> None:
        conversation = ConversationFactory()
        Block.objects.create(user=conversation.seller, blocked=UserFactory())
        assert say(conversation, by=conversation.seller).seq == 1

    def test_colleagues_of_one_side_do_not_stop_each_other(self) -> None:
        conversation = ConversationFactory()
        colleague = MemberFactory(conversation=conversation, side=Side.SELLER).user
        Block.objects.create(user=conversation.seller, blocked=colleague)
        assert say(conversation, by=colleague).seq == 1

    def test_an_answer_points_at_a_message_of_the_same_conversation(self) -> None:
        conversation, other = ConversationFactory(), ConversationFactory()
        say(other, by=other.buyer)
        refused = try_to_send(conversation, conversation.buyer, reply_to=1)
        assert refused == log.Refusal("bad_request")
        say(conversation, by=conversation.buyer)
        assert say(conversation, by=conversation.seller, reply_to=1).seq == 2

    def test_who_has_left_reads_nothing_any_more(self) -> None:
        conversation = ConversationFactory()
        say(conversation, by=conversation.seller)
        _leave(conversation)
        asked = {"user_id": conversation.buyer_id, "conversation_id": conversation.pk}
        assert log.run(log.sync(**asked)) == log.Missing()
        assert log.run(log.read(user_id=conversation.buyer_id, seqs={conversation.pk: 1})) == []


@pytest.mark.django_db
class TestReading:
    def test_a_batch_is_contiguous_and_rises_in_both_directions(self) -> None:
        conversation = ConversationFactory()
        for _ in range(7):
            say(conversation, by=conversation.buyer)
        asked = {"user_id": conversation.seller_id, "conversation_id": conversation.pk, "limit": 3}
        forwards, backwards = log.run(log.sync(**asked, after=2)), log.run(log.sync(**asked, before=6))
        assert isinstance(forwards, log.Batch)
        assert isinstance(backwards, log.Batch)
        assert ([entry.seq for entry in forwards.entries], forwards.head) == ([3, 4, 5], 7)
        assert ([entry.seq for entry in backwards.entries], backwards.head) == ([3, 4, 5], 7)

    def test_at_the_end_a_batch_is_empty(self) -> None:
        conversation = ConversationFactory()
        asked = {"user_id": conversation.seller_id, "conversation_id": conversation.pk}
        assert log.run(log.sync(**asked)) == log.Batch(head=0, entries=[])

    def test_only_the_sender_sees_the_client_id(self) -> None:
        conversation = ConversationFactory()
        say(conversation, by=conversation.buyer)
        asked = {"user_id": conversation.seller_id, "conversation_id": conversation.pk}
        batch = log.run(log.sync(**asked))
        assert isinstance(batch, log.Batch)
        assert "cmid" in batch.entries[0].frame(viewer=conversation.buyer_id)
        assert "cmid" not in batch.entries[0].frame(viewer=conversation.seller_id)


@pytest.mark.django_db
class TestMarks:
    def test_a_mark_moves_forward_only_and_not_beyond_the_end(self) -> None:
        conversation = ConversationFactory()
        for _ in range(3):
            say(conversation, by=conversation.buyer)
        moved = [
            log.run(log.read(user_id=conversation.seller_id, seqs={conversation.pk: seq}))
            for seq in (2, 1, 99, 3)
        ]
        reads = [each[0].read[conversation.seller_id] if each else None for each in moved]
        assert reads == [2, None, 3, None]
        assert moved[2][0].side_read == {"buyer": 0, "seller": 3}
        assert moved[2][0].delivered[conversation.seller_id] == 3

    def test_many_conversations_move_at_once_and_foreign_ones_are_passed_over(self) -> None:
        one = ConversationFactory()
        two, foreign = ConversationFactory(buyer=one.buyer), ConversationFactory()
        for conversation in (one, two, foreign):
            say(conversation, by=conversation.seller)
        seqs_read = {conversation.pk: 1 for conversation in (one, two, foreign)}
        marks = log.run(log.read(user_id=one.buyer_id, seqs=seqs_read))
        assert {each.conversation_id for each in marks} == {one.pk, two.pk}
        assert not Member.objects.filter(conversation=foreign, read_seq__gt=0).exists()

    def test_what_a_device_has_received_is_not_read_yet(self) -> None:
        conversation = ConversationFactory()
        say(conversation, by=conversation.seller)
        log.run(log.received(user_id=conversation.buyer_id, seqs={conversation.pk: 1}))
        member = Member.objects.get(user=conversation.buyer)
        assert (member.delivered_seq, member.read_seq) == (1, 0)

    @pytest.mark.django_db(transaction=True)
    def test_crosswise_reads_and_sends_end_without_a_deadlock(self) -> None:
        one = ConversationFactory()
        two = ConversationFactory(buyer=one.buyer, seller=one.seller)
        for conversation in (one, two):
            for _ in range(40):
                say(conversation, by=conversation.seller)
        people, talks = [one.buyer, one.seller], [one, two]

        def busy(number: int) -> int:
            for step in range(10):
                if number % 2:
                    say(talks[(number + step) % 2], by=people[step % 2])
                else:
                    order = talks if step % 2 else talks[::-1]
                    with transaction.atomic():
                        wanted = {talk.pk: number + step for talk in order}
                        log.run(log.read(user_id=people[number // 2 % 2].pk, seqs=wanted))
            return number

        assert at_once(8, busy) == list(range(8))
