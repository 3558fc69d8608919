"""The rules of house.md that the models show, and what the database itself refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pghistory.models
import pytest
from django.apps import apps
from django.contrib.auth.models import PermissionsMixin
from django.db import ProgrammingError, connection, models, transaction
from psycopg import errors, sql

from key2key.common.rights import append_only_tables
from key2key.tests.house.rooms import APPS

OWN = {*APPS, "common"}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in OWN]


def relations_that_leave() -> Iterator[tuple[str, Any]]:
    inherited = {field.name for field in PermissionsMixin._meta.get_fields()}
    for model in own_models():
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            target = field.related_model
            if not isinstance(target, type) or issubclass(model, pghistory.models.Event):
                continue
            if issubclass(model, PermissionsMixin) and field.name in inherited:
                continue
            if target._meta.app_label != model._meta.app_label:
                yield f"{model._meta.label}.{field.name}", field


def test_relations_that_leave_their_app_have_no_way_back() -> None:
    offenders = [name for name, field in relations_that_leave() if not field.remote_field.hidden]
    assert not offenders, 'give these related_name="+"'


def test_logs_and_history_are_append_only() -> None:
    tables = {
        model._meta.db_table for model in apps.get_models() if issubclass(model, pghistory.models.Event)
    }
    assert tables
    tables |= {"common_event", "common_auditentry"}
    assert tables <= set(append_only_tables())


@pytest.mark.django_db
@pytest.mark.parametrize("deed", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_product_may_not_change_what_is_append_only(deed: str) -> None:
    assert append_only_tables()
    for table in append_only_tables():
        key = sql.Identifier(_primary_key(table))
        parts = [sql.Identifier(table), key, key][: deed.count("{}")]
        with pytest.raises(ProgrammingError) as refusal, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.SQL(deed).format(*parts))
        assert isinstance(refusal.value.__cause__, errors.InsufficientPrivilege), table


@pytest.mark.django_db
def test_the_product_may_truncate_nothing_and_own_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND (has_table_privilege(current_user, oid, 'TRUNCATE')"
            "      OR pg_has_role(current_user, relowner, 'USAGE'))"
        )
        assert not cursor.fetchall()
        cursor.execute("SELECT has_schema_privilege(current_user, 'public', 'CREATE')")
        assert cursor.fetchone() == (False,)


@pytest.mark.django_db
def test_the_product_may_change_all_other_tables_of_its_own() -> None:
    """The negative control of the two above: the role is there, and the refusals come from its rights."""
    tables = {model._meta.db_table for model in own_models() if model._meta.managed} - set(
        append_only_tables()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS name"
            " WHERE NOT has_table_privilege(current_user, quote_ident(name), 'UPDATE')",
            [sorted(tables)],
        )
        assert not cursor.fetchall()


def test_every_row_of_our_own_says_what_it_is() -> None:
    nameless = [
        model._meta.label
        for model in own_models()
        if model.__str__ is models.Model.__str__
        and not issubclass(model, pghistory.models.Event)
        and not model._meta.proxy
    ]
    assert not nameless


def _primary_key(table: str) -> str:
    model = next(
        model for model in apps.get_models(include_auto_created=True) if model._meta.db_table == table
    )
    assert model._meta.pk is not None
    return model._meta.pk.column
