"""`dbshell`, which is `make psql`: with the client that came with the embedded server."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.commands import dbshell

from key2key import embedded
from key2key.settings.environment import environment


class Command(dbshell.Command):
    """Django's own; a machine with nothing but Python has no psql of its own."""

    def handle(self, **options: Any) -> None:
        """Open the prompt."""
        if not environment.DATABASE_URL:
            programs = embedded.binaries().psql.parent
            os.environ["PATH"] = os.pathsep.join([str(programs), os.environ.get("PATH", "")])
        super().handle(**options)
