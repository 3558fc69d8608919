"""The two roles of the database: `owner` owns the tables, `app` does the product's work (decision 21)."""

from __future__ import annotations

from collections.abc import Iterable

import pghistory.models
from django.apps import apps
from django.conf import settings
from django.db import connections, models
from psycopg import sql

EXTENSIONS = ("pg_trgm", "btree_gin", "btree_gist")


def prepare_database() -> None:
    """Make the product's role and the extensions, as the owner's login. Safe to repeat.

    With one login for both (no DATABASE_OWNER_URL) that login must be allowed to create roles: it makes
    `key2key_app`, which nobody can log in as, and becomes a member so that the product can step down to
    it. The extensions are trusted ones: the database's owner may create them.
    """
    role = sql.Identifier(settings.APP_ROLE)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.APP_ROLE])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
        if settings.STEPS_DOWN:
            cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
        for extension in EXTENSIONS:
            cursor.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))


def grant_rights() -> None:
    """Give `app` what it needs on every table, and no more. Runs after each migration."""
    role, unchangeable = (
        sql.Identifier(settings.APP_ROLE),
        [sql.Identifier(name) for name in append_only_tables()],
    )
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
        cursor.execute(
            sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(role)
        )
        cursor.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(role))
        cursor.execute(sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(role))
        for table in unchangeable:
            cursor.execute(sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(table, role))


def append_only_tables() -> list[str]:
    """Tables that the product may add to and read, never change: events, audit, history."""
    return sorted(model._meta.db_table for model in _managed() if _is_append_only(model))


def _managed() -> Iterable[type[models.Model]]:
    return (
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    )


def _is_append_only(model: type[models.Model]) -> bool:
    return bool(getattr(model, "append_only", False)) or issubclass(model, pghistory.models.Event)
