"""`manage.py env_example`: what `.env.example` must say, from the class that reads the environment."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from pydantic import SecretStr

from key2key.settings.environment import Environment

WIDTH = 100


class Command(BaseCommand):
    """Print every setting with its default and what it is for."""

    help = "Print .env.example."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(example(), ending="")


def example() -> str:
    """The whole text."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Copy to .env and change what differs here; without the file, everything below is as it stands."
    yield "# Made by `make schema` from key2key/settings/environment.py."
    for name, field in Environment.model_fields.items():
        yield ""
        yield from (f"# {line}" for line in textwrap.wrap(field.description or "", WIDTH))
        yield f"#{name}={_plain(field.default)}"


def _plain(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
