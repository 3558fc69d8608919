"""Ways out of the house. Plain data in; one call, within ten seconds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Message:
    """What one recipient gets. Channels take of it what they can carry."""

    to: str
    text: str
    subject: str = ""
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)  # what a push is encrypted and signed with
    payload: str = ""


class Refused(Exception):
    """The recipient cannot be reached this way, now or later."""


class Gone(Refused):
    """There is no such recipient any more: forget the address."""


class Channel(ABC):
    """One way out."""

    @abstractmethod
    def send(self, message: Message) -> None:
        """Hand the message over. Raises Refused when trying again is no use, anything else when it is."""
