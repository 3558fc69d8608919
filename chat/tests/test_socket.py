"""What people say to each other over sockets, and how fast it is there."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.tests.factories import UserFactory
from chat import services
from chat.models import Conversation, Member, Message
from chat.reference_client import Refused
from chat.tests.factories import ConversationFactory, say, seqs
from chat.tests.sockets import Served, bare, beside, client_of, play, served, token_of
from key2key.common.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(transactional_db) -> Iterator[Served]:
    with served() as server:
        yield server


@pytest.fixture
def conversation(transactional_db) -> Conversation:
    return ConversationFactory()


def test_the_welcome_names_what_changed_and_what_was_agreed(server, conversation):
    say(conversation, by=conversation.seller, body="Good morning")
    token = token_of(conversation.buyer)

    async def scene() -> dict[str, Any]:
        async with bare(server) as line:
            return await line.hello(token)

    welcome = play(scene)
    assert welcome["user"] == str(conversation.buyer_id)
    [row] = welcome["changed"]
    assert (row["cid"], row["head"], row["read"], row["unread"]) == (str(conversation.pk), 1, 0, 1)
    assert welcome["cursor"].startswith("c1:")
    assert (welcome["hb"], welcome["more"], welcome["notes"]) == (25, False, [])
    assert welcome["limits"]["body"] == 4000
    assert abs(welcome["now"] / 1000 - time.time()) < 5


def test_two_people_talk_and_both_see_the_same_log(server, conversation):
    buyer, seller = client_of(server, conversation.buyer), client_of(server, conversation.seller)
    cid = str(conversation.pk)

    async def scene() -> None:
        async with buyer, seller:
            asked = await buyer.send(cid, body="ዋጋው ስንት ነው? 🏡")
            await seller.until(lambda: seller.store.thread(cid).last == 1)
            answered = await seller.send(cid, body="Nine million.")
            await buyer.until(lambda: buyer.store.thread(cid).last == 2)
            assert (asked["seq"], answered["seq"]) == (1, 2)

    play(scene)
    assert (
        buyer.store.thread(cid).bodies
        == seller.store.thread(cid).bodies
        == ["ዋጋው ስንት ነው? 🏡", "Nine million."]
    )
    mine, theirs = buyer.store.thread(cid).events[0], seller.store.thread(cid).events[0]
    assert "cmid" in mine
    assert "cmid" not in theirs, "a cmid is its sender's alone"
    assert seqs(conversation.pk) == [1, 2]


def test_what_was_said_over_http_is_on_the_socket_at_once(server, conversation):
    seller, cid = client_of(server, conversation.seller), str(conversation.pk)

    async def scene() -> float:
        async with seller:
            await asyncio.sleep(0.2)
            began = time.monotonic()
            await beside(
                services.send,
                by=conversation.buyer,
                conversation_id=conversation.pk,
                client_id=uuid7(),
                body="Hi",
            )
            await seller.until(lambda: seller.store.thread(cid).bodies == ["Hi"])
            return time.monotonic() - began

    assert play(scene) < 1.5, "by a hint, not by a look"


def test_people_on_two_processes_hear_each_other(server, conversation):
    with served() as other:
        buyer, seller = client_of(server, conversation.buyer), client_of(other, conversation.seller)
        cid = str(conversation.pk)

        async def scene() -> None:
            async with buyer, seller:
                for number in range(5):
                    await buyer.send(cid, body=f"{number}")
                await seller.until(lambda: seller.store.thread(cid).last == 5, seconds=1.5)

        play(scene)
        assert seller.store.thread(cid).bodies == ["0", "1", "2", "3", "4"]


def test_the_same_cmid_is_one_message_however_often_it_comes(server, conversation):
    token, cmid, cid = token_of(conversation.buyer), str(uuid7()), str(conversation.pk)

    async def scene() -> tuple[list[dict[str, Any]], dict[str, Any]]:
        async with bare(server) as line:
            await line.hello(token)
            answers = []
            for number in range(3):
                await line.say(t="send", id=f"a{number}", cid=cid, cmid=cmid, body="Once")
                answers.append(await line.hear("ok"))
            await line.say(t="send", id="b", cid=cid, cmid=cmid, body="Something else")
            return answers, await line.hear("err")

    (first, *repeats), mismatch = play(scene)
    assert not first["dup"]
    assert all(one["dup"] and (one["mid"], one["seq"]) == (first["mid"], first["seq"]) for one in repeats)
    assert (mismatch["code"], mismatch["mid"], mismatch["seq"]) == ("cmid_mismatch", first["mid"], 1)
    assert Message.objects.get().body == "Once"


def test_twins_at_the_same_moment_get_the_same_answer(server, conversation):
    token, cmid, cid = token_of(conversation.buyer), str(uuid7()), str(conversation.pk)

    async def one() -> tuple[str, int]:
        async with bare(server) as line:
            await line.hello(token)
            await line.say(t="send", id="a", cid=cid, cmid=cmid, body="Once")
            answer = await line.hear("ok")
            return answer["mid"], answer["seq"]

    async def scene() -> list[tuple[str, int]]:
        return await asyncio.gather(*(one() for _ in range(8)))

    assert len(set(play(scene))) == 1
    assert Message.objects.count() == 1


def test_a_stranger_gets_not_found_to_everything_and_hears_nothing(server, conversation):
    say(conversation, by=conversation.seller)
    token, cid = token_of(UserFactory()), str(conversation.pk)
    mid = str(Message.objects.get().pk)

    async def scene() -> tuple[list[str], list[str]]:
        async with bare(server) as line:
            welcome = await line.hello(token)
            assert welcome["changed"] == []
            await line.say(t="read", seqs={cid: 1})
            await line.say(t="recv", seqs={cid: 1})
            await line.say(t="typing", cid=cid)
            asked = [
                {"t": "send", "cid": cid, "cmid": str(uuid7()), "body": "Let me in"},
                {"t": "edit", "cid": cid, "mid": mid, "rev": 2, "body": "Mine now"},
                {"t": "del", "cid": cid, "mid": mid},
                {"t": "sync", "cid": cid, "after": 0},
            ]
            codes = []
            for number, frame in enumerate(asked):
                await line.say(**frame, id=str(number))
                codes.append((await line.hear("err"))["code"])
            await asyncio.sleep(1.5)
            return codes, [frame["t"] for frame in line.seen]

    codes, seen = play(scene)
    assert codes == ["not_found"] * 4
    assert set(seen) == {"welcome", "err"}
    assert seqs(conversation.pk) == [1]
    assert list(Member.objects.values_list("read_seq", "delivered_seq")) == [(0, 0), (0, 0)]


def test_marks_move_forward_and_are_told_to_the_other_side(server, conversation):
    buyer, seller, cid = (
        client_of(server, conversation.buyer),
        client_of(server, conversation.seller),
        str(conversation.pk),
    )
    for _ in range(3):
        say(conversation, by=conversation.seller)

    async def scene() -> None:
        async with buyer, seller:
            await buyer.until(lambda: buyer.store.thread(cid).last == 3)
            await buyer.read(cid)
            await seller.until(lambda: seller.store.thread(cid).row.get("peer_read") == 3)
            await buyer.say({"t": "read", "seqs": {cid: 1}})
            await seller.until(lambda: seller.store.thread(cid).delivered.get(buyer.user) == 3)
            await buyer.until(lambda: buyer.store.thread(cid).row.get("unread") == 0)

    play(scene)
    member = Member.objects.get(conversation=conversation, user=conversation.buyer)
    assert (member.read_seq, member.delivered_seq) == (3, 3)


def test_words_are_corrected_and_taken_back_on_all_devices(server, conversation):
    buyer, seller, cid = (
        client_of(server, conversation.buyer),
        client_of(server, conversation.seller),
        str(conversation.pk),
    )

    async def scene() -> None:
        async with buyer, seller:
            first, second = [await buyer.send(cid, body=body) for body in ("Teh price?", "Wrong chat")]
            changed = await buyer.edit(cid, mid=first["mid"], revision=2, body="The price?")
            again = await buyer.edit(cid, mid=first["mid"], revision=2, body="The price?")
            assert (changed["seq"], again["seq"]) == (3, 3)
            await buyer.delete(cid, mid=second["mid"])
            await seller.until(lambda: seller.store.thread(cid).last == 4)
            await buyer.until(lambda: buyer.store.thread(cid).last == 4)
            with pytest.raises(Refused, match="not_found"):
                await seller.delete(cid, mid=first["mid"])

    play(scene)
    assert buyer.store.thread(cid).bodies == seller.store.thread(cid).bodies == ["The price?"]


def test_who_types_is_seen_by_the_others_only(server, conversation):
    buyer, seller, cid = (
        client_of(server, conversation.buyer),
        client_of(server, conversation.seller),
        str(conversation.pk),
    )

    async def scene() -> None:
        async with buyer, seller:
            for _ in range(3):
                await buyer.typing(cid)
            await seller.until(lambda: seller.typists == [(cid, buyer.user)])
            await asyncio.sleep(0.3)

    play(scene)
    assert (len(seller.typists), buyer.typists) == (1, []), "once within three seconds, and not to oneself"


def test_history_is_read_in_stretches_that_fit_a_frame(server, conversation):
    for number in range(12):
        say(conversation, by=conversation.seller, body=f"{number}" + "ቤ" * 3990)
    token, cid = token_of(conversation.buyer), str(conversation.pk)

    async def scene() -> None:
        async with bare(server) as line:
            await line.hello(token)
            await line.say(t="sync", id="a", cid=cid, after=0, limit=100)
            first = await line.hear("batch")
            assert (first["from"], first["head"]) == (1, 12)
            assert 1 < first["to"] < 12, "the frame is full before the page is"
            assert [event["seq"] for event in first["ev"]] == list(range(1, first["to"] + 1))
            await line.say(t="sync", id="b", cid=cid, before=12, limit=2)
            last = await line.hear("batch")
            assert [event["seq"] for event in last["ev"]] == [10, 11]
            await line.say(t="sync", id="c", cid=cid, after=12)
            nothing = await line.hear("batch")
            assert (nothing["ev"], nothing["head"]) == ([], 12)

    play(scene)


def test_ten_at_once_pass_and_the_rest_is_told_when(server, conversation):
    token, cid = token_of(conversation.buyer), str(conversation.pk)

    async def scene() -> tuple[list[dict[str, Any]], float]:
        async with bare(server) as line, bare(server) as other:
            await line.hello(token)
            await other.hello(token)
            began, answers = time.monotonic(), []
            for number in range(40):
                await (line, other)[number % 2].say(
                    t="send", id=f"a{number}", cid=cid, cmid=str(uuid7()), body=str(number)
                )
            for one in (line, other):
                while sum(frame["t"] in {"ok", "err"} for frame in one.seen) < 20:
                    one.seen.append(json.loads(await asyncio.wait_for(one.socket.recv(), 5)))
                answers += [frame for frame in one.seen if frame["t"] in {"ok", "err"}]
            return answers, time.monotonic() - began

    answers, seconds = play(scene)
    said = [frame for frame in answers if frame["t"] == "ok"]
    refused = [frame for frame in answers if frame["t"] == "err"]
    assert 10 <= len(said) <= 10 + 5 * (seconds + 1)
    assert len(said) + len(refused) == 40
    assert all(frame["code"] == "rate_limited" and 0 < frame["retry_ms"] <= 1000 for frame in refused)
    assert Message.objects.count() == len(said)
