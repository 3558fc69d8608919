"""The frames of `k2k.v1`: what clients may say, what they are told, and with which codes sockets close.

Pure: no socket, no row. Unknown fields are ignored, unknown kinds are answered with `unknown_type`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any
from uuid import UUID

SUBPROTOCOL = "k2k.v1"
VERSION = 1

FRAME_BYTES = 32 * 1024
BODY_CHARACTERS = 4000
ATTACHMENTS = 10
CONVERSATIONS_AT_ONCE = 500
PAGE = 100
GREATEST_PAGE = 200
BATCH_BYTES = 60 * 1024
HELLO_SECONDS = 5.0
PING_SECONDS = 25.0
PONG_SECONDS = 10.0
AUTH_WARNING_SECONDS = 60.0
AUTH_GRACE_SECONDS = 30.0
SOCKETS_PER_USER = 10
TYPING_SECONDS = 6
GREATEST_SEQ = 2**53 - 1  # what a number can hold in every client

LIMITS = {
    "frame": FRAME_BYTES,
    "body": BODY_CHARACTERS,
    "att": ATTACHMENTS,
    "page": GREATEST_PAGE,
    "per_second": 5,
    "burst": 10,
    "per_minute": 120,
}


class Close(IntEnum):
    """Why a socket closes. Clients come back after 1012, 1013 and 40xx, not after 44xx."""

    RESTART = 1012
    OVERLOADED = 1013
    NO_HELLO = 4001
    SLOW_READER = 4002
    NO_PONG = 4003
    RESYNC = 4004
    BAD_FRAMES = 4400
    TOKEN = 4401
    REVOKED = 4403
    VERSION = 4406
    SECOND_HELLO = 4409
    REPLACED = 4410
    FLOODING = 4429


class BadFrame(Exception):
    """A frame that is refused, with the code of the error frame and the request it belongs to."""

    def __init__(self, code: str, *, message: str, request_id: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.request_id = code, message, request_id


@dataclass(frozen=True)
class Hello:
    """Who is there, on which device, and what they know already."""

    token: str
    device: str
    version: int
    cursor: str | None
    epoch: str | None


@dataclass(frozen=True)
class Send:
    """A new message."""

    id: str
    cid: UUID
    cmid: UUID
    body: str
    attachments: tuple[UUID, ...]
    reply: int | None


@dataclass(frozen=True)
class Edit:
    """Other words for an own message; `revision` makes repeats harmless."""

    id: str
    cid: UUID
    mid: UUID
    revision: int
    body: str


@dataclass(frozen=True)
class Delete:
    """An own message taken back."""

    id: str
    cid: UUID
    mid: UUID


@dataclass(frozen=True)
class Read:
    """How far conversations were read."""

    seqs: Mapping[UUID, int]


@dataclass(frozen=True)
class Received:
    """How far conversations have arrived on the device."""

    seqs: Mapping[UUID, int]


@dataclass(frozen=True)
class Sync:
    """A stretch of a conversation's log: what came after, or before, a seq."""

    id: str
    cid: UUID
    after: int | None
    before: int | None
    limit: int


@dataclass(frozen=True)
class Inbox:
    """What has changed since the cursor."""

    id: str
    cursor: str | None


@dataclass(frozen=True)
class Typing:
    """Somebody writes."""

    cid: UUID


@dataclass(frozen=True)
class Auth:
    """A newer access token for the living socket."""

    id: str
    token: str


@dataclass(frozen=True)
class Pong:
    """The answer to a ping."""

    n: int


Frame = Hello | Send | Edit | Delete | Read | Received | Sync | Inbox | Typing | Auth | Pong


def read(text: str) -> Frame:
    """The frame in a text. Raises BadFrame ("bad_request", "unknown_type", "too_long")."""
    fields = _object(text)
    request_id = _request_id(fields)
    if len(text.encode(errors="replace")) > FRAME_BYTES:
        raise BadFrame("too_long", message=f"A frame has at most {FRAME_BYTES} bytes.", request_id=request_id)
    kind = fields.get("t")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise BadFrame("unknown_type", message="There is no such kind of frame.", request_id=request_id)
    try:
        return reader(fields)
    except _TooLongError as error:
        raise BadFrame("too_long", message=str(error), request_id=request_id) from error
    except (KeyError, ValueError) as error:
        raise BadFrame("bad_request", message=_complaint(error), request_id=request_id) from error


def write(frame: Mapping[str, Any]) -> str:
    """A frame as it is sent."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"), default=str)


def refusal(code: str, *, message: str, request_id: str | None = None, **more: Any) -> dict[str, Any]:
    """An error frame."""
    return {"t": "err", **({"id": request_id} if request_id else {}), "code": code, "msg": message, **more}


class _TooLongError(Exception):
    """A text has more characters than it may have."""


def _object(text: str) -> dict[str, Any]:
    try:
        fields = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadFrame("bad_request", message="A frame is one JSON object.") from error
    if not isinstance(fields, dict):
        raise BadFrame("bad_request", message="A frame is one JSON object.")
    return fields


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is no JSON")


def _request_id(fields: Mapping[str, Any]) -> str | None:
    try:
        return _text(fields, "id", most=64)
    except (KeyError, ValueError, _TooLongError):
        return None


def _hello(fields: Mapping[str, Any]) -> Hello:
    return Hello(
        token=_text(fields, "token", most=4096),
        device=_text(fields, "device", most=64),
        version=_number(fields, "v"),
        cursor=_or_none(fields, "cursor", lambda: _text(fields, "cursor", most=512)),
        epoch=_or_none(fields, "epoch", lambda: _text(fields, "epoch", most=64)),
    )


def _send(fields: Mapping[str, Any]) -> Send:
    given = fields.get("att") or []
    if not isinstance(given, list) or len(given) > ATTACHMENTS:
        raise ValueError("att")
    attachments = tuple(_as_uuid(one, name="att") for one in given)
    body = _text(fields, "body", most=BODY_CHARACTERS, least=0 if attachments else 1)
    return Send(
        id=_text(fields, "id", most=64),
        cid=_uuid(fields, "cid"),
        cmid=_uuid(fields, "cmid"),
        body=body,
        attachments=attachments,
        reply=_or_none(fields, "reply", lambda: _number(fields, "reply", least=1)),
    )


def _edit(fields: Mapping[str, Any]) -> Edit:
    return Edit(
        id=_text(fields, "id", most=64),
        cid=_uuid(fields, "cid"),
        mid=_uuid(fields, "mid"),
        revision=_number(fields, "rev", least=1, most=2**31 - 1),
        body=_text(fields, "body", most=BODY_CHARACTERS),
    )


def _delete(fields: Mapping[str, Any]) -> Delete:
    return Delete(id=_text(fields, "id", most=64), cid=_uuid(fields, "cid"), mid=_uuid(fields, "mid"))


def _seqs(fields: Mapping[str, Any]) -> dict[UUID, int]:
    given = fields["seqs"]
    if not isinstance(given, dict) or not 0 < len(given) <= CONVERSATIONS_AT_ONCE:
        raise ValueError("seqs")
    return {_as_uuid(cid, name="seqs"): _number(given, cid) for cid in given}


def _sync(fields: Mapping[str, Any]) -> Sync:
    after = _or_none(fields, "after", lambda: _number(fields, "after"))
    before = _or_none(fields, "before", lambda: _number(fields, "before", least=1))
    if (after is None) == (before is None):
        raise ValueError("after")
    limit = _number(fields, "limit", least=1) if "limit" in fields else PAGE
    return Sync(
        id=_text(fields, "id", most=64),
        cid=_uuid(fields, "cid"),
        after=after,
        before=before,
        limit=min(limit, GREATEST_PAGE),
    )


def _inbox(fields: Mapping[str, Any]) -> Inbox:
    return Inbox(
        id=_text(fields, "id", most=64),
        cursor=_or_none(fields, "cursor", lambda: _text(fields, "cursor", most=512)),
    )


def _auth(fields: Mapping[str, Any]) -> Auth:
    return Auth(id=_text(fields, "id", most=64), token=_text(fields, "token", most=4096))


_READERS: dict[str, Callable[[Mapping[str, Any]], Frame]] = {
    "hello": _hello,
    "send": _send,
    "edit": _edit,
    "del": _delete,
    "read": lambda fields: Read(_seqs(fields)),
    "recv": lambda fields: Received(_seqs(fields)),
    "sync": _sync,
    "inbox": _inbox,
    "typing": lambda fields: Typing(_uuid(fields, "cid")),
    "auth": _auth,
    "pong": lambda fields: Pong(_number(fields, "n")),
}


def _or_none(fields: Mapping[str, Any], name: str, read_it: Callable[[], Any]) -> Any:
    return read_it() if fields.get(name) is not None else None


def _text(fields: Mapping[str, Any], name: str, *, most: int, least: int = 1) -> str:
    """A string that can be stored and sent: PostgreSQL takes no NUL, UTF-8 no half of a surrogate pair."""
    value = fields[name] if least else fields.get(name, "")
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError(name)
    if len(value) > most:
        raise _TooLongError(f"{name} has at most {most} characters.")
    if len(value.strip()) < least or not _is_whole(value):
        raise ValueError(name)
    return value


def _is_whole(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _number(fields: Mapping[str, Any], name: str, *, least: int = 0, most: int = GREATEST_SEQ) -> int:
    value = fields[name]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(name)
    return value


def _uuid(fields: Mapping[str, Any], name: str) -> UUID:
    return _as_uuid(fields[name], name=name)


def _as_uuid(value: Any, *, name: str) -> UUID:
    if not isinstance(value, str) or len(value) != 36:  # noqa: PLR2004 - the one form that we send, too
        raise ValueError(name)
    try:
        return UUID(value)
    except ValueError as error:
        raise ValueError(name) from error


def _complaint(error: Exception) -> str:
    return f"{error.args[0]} is missing or not right."
