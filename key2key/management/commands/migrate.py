"""`migrate` as the owner of the tables, followed by the rights of the product's role."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate

from key2key.common.rights import grant_rights, prepare_database


class Command(migrate.Command):
    """Django's migrate on the `owner` connection."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's own, with `owner` as the default database."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare the roles, migrate, grant."""
        prepare_database()
        super().handle(*args, **options)
        grant_rights()
