"""A ceiling on what callers may send: under ASGI Django would first write all of it to the disk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Awaitable[None]]  # each server and framework has its own word for a scope

_CUT = "key2key.body_is_cut"


def limited(application: Application) -> Application:
    """The application, which is given no more than the limit of a body and learns of it by `is_cut`.

    So it answers by itself, with its own headers, request id and log line.
    """

    async def limit(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            receive = _Counted(scope, receive)
        await application(scope, receive, send)

    return limit


def is_cut(scope: Scope) -> bool:
    """Whether the body of this request was longer than it may be."""
    return bool(scope.get(_CUT))


class _Counted:
    """The caller's messages, until their bodies are longer than they may be."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope, self._receive = scope, receive
        self._room = _limit_of(str(scope["path"]))
        self._has_ended = False
        scope[_CUT] = _announced(scope) > self._room

    async def __call__(self) -> Message:
        if self._has_ended:
            return await self._disconnection()
        if not self._scope[_CUT]:
            message = await self._receive()
            self._room -= len(message.get("body", b""))
            if self._room >= 0:
                return message
            self._scope[_CUT] = True
        self._has_ended = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _disconnection(self) -> Message:
        """After a body's end an application waits for nothing else: what still comes is let fall."""
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                return message


def _limit_of(path: str) -> int:
    takes_files = settings.FILE_BODY_PATHS.match(path)
    return int(settings.FILE_BODY_MAX_SIZE if takes_files else settings.BODY_MAX_SIZE)


def _announced(scope: Scope) -> int:
    """What Content-Length says; 0 when it says nothing that can be read."""
    given = dict(scope["headers"]).get(b"content-length", b"")
    return int(given) if given.isdigit() else 0
