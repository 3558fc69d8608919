"""Where sockets connect: `/ws/`, and nowhere else."""

from __future__ import annotations

from typing import Any

from channels.routing import URLRouter
from django.urls import path, re_path

from chat import consumers


async def nowhere(_scope: Any, receive: Any, send: Any) -> None:
    """Turn away what connects to another path, as HTTP does."""
    await receive()
    await send({"type": "websocket.close"})


_converse: Any = consumers.converse  # Django's types know no door but HTTP's
_nowhere: Any = nowhere
websockets = URLRouter([path("ws/", _converse), re_path(r"", _nowhere)])
