"""How we are: every dependency's state and latency."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

import django
import structlog
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError

from key2key.common import background
from key2key.common.plugins import HealthCheck, health_checks

log = structlog.get_logger(__name__)
LAG_LIMIT_SECONDS = 60


@dataclass(frozen=True)
class Finding:
    """One dependency's state: ok, degraded (we serve without it) or down (we do not)."""

    name: str
    state: str
    milliseconds: float
    detail: str = ""


class NotWell(Exception):
    """A probe's own finding, in a sentence."""


def register_own() -> None:
    """The floor's own checks."""
    health_checks.register("database", HealthCheck(_database))
    health_checks.register("migrations", HealthCheck(_migrations))
    health_checks.register("work", HealthCheck(_work, critical=False))
    health_checks.register("redis", HealthCheck(_redis, critical=False))
    health_checks.register("storage", HealthCheck(_storage, critical=False))


def findings() -> list[Finding]:
    """The state of each dependency."""
    return [_look(name, check) for name, check in health_checks]


def report() -> dict[str, object]:
    """Versions and findings, and what they come to."""
    found = findings()
    return {
        "status": overall(found),
        "versions": {"django": django.get_version(), "database": _server_version()},
        "checks": [asdict(finding) for finding in found],
    }


def overall(found: list[Finding]) -> str:
    """The worst of the findings."""
    states = {finding.state for finding in found}
    return "down" if "down" in states else "degraded" if "degraded" in states else "ok"


def _look(name: str, check: HealthCheck) -> Finding:
    began = time.perf_counter()
    state, detail = "ok", ""
    try:
        check.probe()
    except NotWell as error:
        state, detail = _unwell(check), str(error)
    except Exception as error:  # noqa: BLE001 - every vendor has errors of its own, and a report must not fail on any
        log.warning("dependency_away", dependency=name, error=type(error).__name__)
        state, detail = _unwell(check), type(error).__name__
    return Finding(name, state, round((time.perf_counter() - began) * 1000, 1), detail)


def _unwell(check: HealthCheck) -> str:
    return "down" if check.critical else "degraded"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool")
        if cursor.fetchone()[0]:
            raise NotWell("the database takes no writes")


def _migrations() -> None:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise NotWell(f"{len(missing)} migrations are not applied")


def _work() -> None:
    lag = background.lag_seconds()
    if lag > LAG_LIMIT_SECONDS:
        raise NotWell(f"work waits for {lag:.0f} s")


def _redis() -> None:
    cache.get("health")


def _storage() -> None:
    storages["default"].exists("health")


def _server_version() -> str:
    try:
        connection.ensure_connection()
    except DatabaseError:
        return "unknown"
    version: int = connection.pg_version  # type: ignore[attr-defined]
    return f"{version // 10000}.{version % 10000} ({settings.DATABASES['default']['NAME']})"
