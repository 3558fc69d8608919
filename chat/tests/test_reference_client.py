"""What the client keeps, without any network: order, holes, the cursor, the sends without answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.protocol import Close
from chat.reference_client import Pending, Refused, Store
from chat.reference_client.client import COMES_BACK, _comes_back

CID = "01900000-0000-7000-8000-000000000001"


def event(seq: int, kind: str = "msg", **more: Any) -> dict[str, Any]:
    return {"cid": CID, "seq": seq, "k": kind, "mid": f"m{seq}", "body": f"{seq}", **more}


@given(st.permutations(range(1, 9)), st.lists(st.integers(1, 8)))
def test_in_whatever_order_and_however_often_events_come_they_are_kept_once_in_order(order, repeats):
    thread = Store().thread(CID)
    for seq in [*order, *repeats]:
        thread.take(event(seq))
    assert [one["seq"] for one in thread.events] == list(range(1, 9))
    assert not thread.has_hole
    assert not thread.early


def test_a_cursor_waits_until_nothing_before_it_is_missing():
    store = Store()
    store.learn([{"cid": CID, "head": 2}], notes=[], cursor="c1:a")
    assert store.cursor is None
    store.thread(CID).take(event(2))
    store.hear_of(None)
    assert store.cursor is None, "1 is missing"
    store.hear_of("c1:b")
    store.thread(CID).take(event(1))
    store.hear_of(None)
    assert store.cursor == "c1:b"
    store.thread(CID).syncing = True
    store.hear_of("c1:c")
    assert store.cursor == "c1:b"


def test_messages_are_shown_as_they_stand():
    thread = Store().thread(CID)
    for one in (
        event(1),
        event(2),
        event(3, "edit", mid="m1", body="one"),
        event(4, "del", mid="m2"),
        event(5, "system"),
    ):
        thread.take(one)
    assert thread.bodies == ["one"]


def test_another_epoch_drops_what_was_kept_but_not_what_is_unsaid():
    async def scene() -> Store:
        store = Store(cursor="c1:a", epoch="old")
        store.thread(CID).take(event(1))
        store.pending.append(Pending(cid=CID, body="Hello", is_in_flight=True))
        store.begin(epoch="new")
        return store

    store = asyncio.run(scene())
    assert (store.cursor, store.threads, store.epoch) == (None, {}, "new")
    assert [(one.body, one.is_in_flight) for one in store.pending] == [("Hello", False)]


def test_one_send_of_a_conversation_is_in_flight_and_the_order_is_kept():
    async def scene() -> None:
        store = Store()
        store.pending += [Pending(cid="a", body="1"), Pending(cid="a", body="2"), Pending(cid="b", body="3")]
        assert [one.body for one in store.next_sends()] == ["1", "3"]
        first = store.pending[0]
        first.is_in_flight = True
        assert [one.body for one in store.next_sends()] == ["3"]
        store.settle(first.cmid, answer={"seq": 1})
        store.settle(first.cmid, answer={"seq": 1})
        assert [one.body for one in store.next_sends()] == ["2", "3"]
        assert (await first.answer)["seq"] == 1
        second = store.pending[0]
        store.refuse(second.cmid, error=Refused({"code": "not_allowed"}))
        with pytest.raises(Refused, match="not_allowed"):
            await second.answer
        assert second.frame("x")["cmid"] == second.frame("y")["cmid"]

    asyncio.run(scene())


def test_clients_come_back_after_the_codes_that_say_so():
    assert all(_comes_back(code) == (code < 4400) for code in Close)
    assert 1009 not in COMES_BACK, "the same frame would be too long again"
