"""The test databases: made, copied, emptied."""

from __future__ import annotations

import gc
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]

# Settings are read once, at their import: what tests need otherwise must be in the environment before.
os.environ["DJANGO_SETTINGS_MODULE"] = "key2key.settings.test"
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["K2K_DATA"] = str(ROOT / os.environ.get("K2K_DATA", ".local") / "test")


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers, or join those that the run's first process started."""
    from key2key import embedded
    from key2key.settings.environment import environment

    postgres, redis = not environment.DATABASE_URL, not environment.REDIS_URL
    if postgres or redis:
        embedded.ensure(environment.K2K_DATA, postgres=postgres, redis=redis, durable=False)
    from django.conf import settings

    settings._setup()  # pytest-django sets Django up only when the settings were read by now


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not walk over it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """This worker's database: a fresh copy of the template."""
    from django.conf import settings
    from django.db import connections

    name = settings.DATABASES["default"]["NAME"]
    with django_db_blocker.unblock():
        template = _template()
        with _maintenance() as connection:
            _drop_left_behind(connection)
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        with _maintenance() as connection:
            _drop(connection, name)
    shutil.rmtree(settings.K2K_DATA, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _empty_tables_as_owner() -> Iterator[None]:
    """Django flushes every table as the product's role, which may not; we truncate what tests fill."""
    from django.test import TransactionTestCase

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            TransactionTestCase, "_fixture_teardown", lambda self: truncate_all_but_reference_data()
        )
        yield


def truncate_all_but_reference_data() -> None:
    """Empty what a transactional test has filled, as the owner: the product itself may not truncate."""
    from django.apps import apps
    from django.conf import settings
    from django.core.cache import cache

    kept = {
        "django_migrations",
        "django_content_type",
        "auth_permission",
        "auth_group",
        "auth_group_permissions",
    }
    tables = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and not getattr(model, "reference_data", False)
    } - kept
    names = sql.SQL(", ").join(sql.Identifier(table) for table in sorted(tables))
    with _as_owner(settings.DATABASES["owner"]["NAME"]) as connection:
        connection.execute(sql.SQL("TRUNCATE {}").format(names))
    cache.clear()


def _template() -> str:
    """A database that is migrated and holds the reference data; made once per state of the code."""
    name = f"key2key_template_{_state_of_the_code()}"
    with _maintenance() as connection:
        connection.execute("SELECT pg_advisory_lock(7331)")
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not found:
            _make_template(connection, name)
    return name


def _make_template(connection: psycopg.Connection[Any], name: str) -> None:
    from django.core.management import call_command
    from django.db import connections

    old = connection.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'key2key\\_template\\_%'"
    ).fetchall()
    for (stale,) in old:
        _drop(connection, stale)
    making = f"{name}_making"
    _drop(connection, making)
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(making))
    )
    usual = connections["default"].settings_dict["NAME"]
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = making
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = usual
    connection.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name))
    )


def _maintenance() -> psycopg.Connection[Any]:
    """The owner's login on the database that is always there; it may create databases."""
    return _as_owner("postgres")


def _as_owner(name: str) -> psycopg.Connection[Any]:
    from django.db import connections

    parameters = connections["owner"].get_connection_params()
    wanted = {key: parameters[key] for key in ("user", "password", "host", "port") if parameters.get(key)}
    return psycopg.connect(dbname=name, autocommit=True, **wanted)


def _drop_left_behind(connection: psycopg.Connection[Any]) -> None:
    """Databases of runs that were killed: the run's process, whose number is in the name, is gone."""
    names = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^key2key_test_[0-9]+_'")
    for (name,) in names.fetchall():
        if not _lives(int(name.split("_")[2])):
            _drop(connection, name)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _drop(connection: psycopg.Connection[Any], name: str) -> None:
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    try:
        connection.execute(drop)  # waits for an autovacuum worker, which only a superuser may end by FORCE
    except psycopg.errors.ObjectInUse:
        connection.execute(sql.SQL("{} WITH (FORCE)").format(drop))


def _state_of_the_code() -> str:
    digest = hashlib.sha256()
    for pattern in (
        "*/migrations/*.py",
        "key2key/*/migrations/*.py",
        "listings/reference/*.json",
        "*/roles.py",
    ):
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    for path in ("key2key/common/rights.py", "key2key/tests/databases.py"):
        digest.update((ROOT / path).read_bytes())
    return digest.hexdigest()[:12]
