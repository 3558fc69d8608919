"""Ways out of the house. Plain data in; one call, within ten seconds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """What one recipient gets. Channels take of it what they can carry."""

    to: str
    text: str
    subject: str = ""
    html: str = ""


class Refused(Exception):
    """The recipient cannot be reached this way, now or later."""


class Channel(ABC):
    """One way out."""

    @abstractmethod
    def send(self, message: Message) -> None:
        """Hand the message over. Raises Refused when trying again is no use, anything else when it is."""
