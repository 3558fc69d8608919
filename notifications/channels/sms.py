"""Text messages. A provider is a class of its own here, and a word of the setting SMS_CHANNEL."""

from __future__ import annotations

import sys

from notifications.channels import Channel, Message


class ConsoleSms(Channel):
    """Prints the message: for desks without a provider."""

    def send(self, message: Message) -> None:
        """Print one line."""
        sys.stdout.write(f"SMS to {message.to}: {message.text}\n")
        sys.stdout.flush()
