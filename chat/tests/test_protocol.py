"""Frames: whatever comes in is read or refused, never more."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat import protocol
from chat.protocol import BadFrame
from key2key.common.ids import uuid7

NAMES = [
    "t",
    "id",
    "cid",
    "cmid",
    "mid",
    "rev",
    "body",
    "att",
    "reply",
    "seqs",
    "after",
    "before",
    "limit",
    "v",
    "n",
]
KINDS = ["hello", "send", "edit", "del", "read", "recv", "sync", "inbox", "typing", "auth", "pong", "ping"]
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.uuids().map(str)
    | st.sampled_from(KINDS)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5
)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    with suppress(BadFrame):
        protocol.read(text)


@given(st.dictionaries(st.sampled_from(NAMES), values), st.sampled_from(KINDS))
def test_any_object_is_read_or_refused_and_what_is_read_can_be_sent_back(fields, kind):
    told: Any
    try:
        told = protocol.read(json.dumps({**fields, "t": kind}))
    except BadFrame as bad:
        told = protocol.refusal(bad.code, message=bad.message, request_id=bad.request_id)
    protocol.write({"echo": str(told)}).encode()


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "1" * 5000, '{"t":NaN}', '{"t":"pong","n":true}', "null", '"x"']
)
def test_traps_of_json_are_bad_requests(text):
    with pytest.raises(BadFrame) as refused:
        protocol.read(text)
    assert refused.value.code == "bad_request"


def test_a_frame_may_have_32_kibibytes_and_no_more():
    frame = {"t": "pong", "n": 1, "x": ""}
    room = protocol.FRAME_BYTES - len(json.dumps(frame))
    assert protocol.read(json.dumps({**frame, "x": "x" * room})) == protocol.Pong(1)
    with pytest.raises(BadFrame) as refused:
        protocol.read(json.dumps({**frame, "id": "a", "x": "ቤ" * (room // 3 + 1)}, ensure_ascii=False))
    assert (refused.value.code, refused.value.request_id) == ("too_long", "a")


def test_a_message_of_4000_characters_in_any_script_is_a_frame():
    cid, cmid = str(uuid7()), str(uuid7())
    text = json.dumps(
        {"t": "send", "id": "a", "cid": cid, "cmid": cmid, "body": "🏡" * 4000}, ensure_ascii=False
    )
    frame = protocol.read(text)
    assert isinstance(frame, protocol.Send)
    assert len(frame.body) == 4000


def test_a_message_has_words_or_files():
    cid, cmid = str(uuid7()), str(uuid7())
    empty = {"t": "send", "id": "a", "cid": cid, "cmid": cmid, "body": ""}
    with pytest.raises(BadFrame):
        protocol.read(json.dumps(empty))
    assert protocol.read(json.dumps({**empty, "att": [str(uuid7())]}))
