"""What a socket asks of the rules. A leaf stands below them, so the door hands them in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from chat.log import Sent
from chat.protocol import Delete, Edit, Send


class Entered(Protocol):
    """What a change became in the log: its number and its time."""

    @property
    def seq(self) -> int:
        """Its number."""

    @property
    def ts(self) -> datetime:
        """Its time."""


@dataclass(frozen=True)
class Rules:
    """Synchronous rules, given the person and the frame. They refuse with the errors of the floor.

    `send` is for what one statement cannot do: claim attachments.
    """

    send: Callable[[UUID, Send], Sent]
    edit: Callable[[UUID, Edit], Entered]
    delete: Callable[[UUID, Delete], Entered]
