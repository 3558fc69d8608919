"""The door for sockets: chat, notes and what people are doing at this moment, on one line."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from accounts.selectors import public_profile
from chat import services
from chat.protocol import Delete, Edit, Send
from chat.services import Changed, Sent
from chat.socket.rules import Rules
from chat.socket.serving import serve


async def converse(scope: Any, receive: Any, send: Any) -> None:
    """Serve one socket of `k2k.v1`."""
    await serve(scope, receive, send, rules=RULES, may_come=is_ours(_origin(scope)))


def is_ours(origin: str | None) -> bool:
    """Whether the page that opens the socket is one of ours. Apps have no page, and say none."""
    if origin is None or origin in settings.CORS_ALLOWED_ORIGINS:
        return True
    host, _port = split_domain_port(urlsplit(origin).netloc)
    return bool(host) and validate_host(host, settings.ALLOWED_HOSTS)


def _origin(scope: Any) -> str | None:
    given = dict(scope["headers"]).get(b"origin")
    return None if given is None else given.decode("latin-1")


def _send(user_id: UUID, frame: Send) -> Sent:
    return services.send(
        by=public_profile(user_id),
        conversation_id=frame.cid,
        client_id=frame.cmid,
        body=frame.body,
        attachments=frame.attachments,
        reply=frame.reply,
    )


def _edit(user_id: UUID, frame: Edit) -> Changed:
    return services.edit(
        by=public_profile(user_id), message_id=frame.mid, body=frame.body, rev=frame.revision
    )


def _delete(user_id: UUID, frame: Delete) -> Changed:
    return services.delete(by=public_profile(user_id), message_id=frame.mid)


RULES = Rules(send=_send, edit=_edit, delete=_delete)
