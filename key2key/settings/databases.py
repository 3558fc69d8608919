"""Where PostgreSQL is, under two roles: `default` is the product (`app`), `owner` migrates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

STEP_DOWN_ROLE = "key2key_app"

# A request that waits longer than this gets 503 with Retry-After instead of a hang.
TIMEOUTS = {"statement_timeout": 5_000, "lock_timeout": 2_000, "idle_in_transaction_session_timeout": 10_000}
WORKER_STATEMENT_TIMEOUT = 60_000  # nobody waits for the worker, and its batches are larger


def parse(url: str) -> dict[str, Any]:
    """Django's connection settings for a `postgresql://` URL; query parameters go to libpq.

    Raises ValueError with a sentence when the URL is not PostgreSQL's: there is no other path.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL must start with postgresql://, not {parts.scheme}://")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def databases(*, url: str, owner_url: str, pool_size: int) -> dict[str, Any]:
    """Both aliases.

    With one URL its login owns the tables, and the product's connections step down to `key2key_app`
    as they open; with two, `url` is the login of the product itself.
    """
    app, owner = parse(url), parse(owner_url or url)
    settings: dict[str, Any] = dict(TIMEOUTS) if owner_url else {**TIMEOUTS, "role": STEP_DOWN_ROLE}
    app["OPTIONS"] = {**app["OPTIONS"], **_startup(app["OPTIONS"], settings)}
    app["CONN_HEALTH_CHECKS"] = True  # or the first requests after a restart of PostgreSQL fail
    if pool_size:
        app["OPTIONS"]["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 2}
    return {"default": app, "owner": owner}


def grant_worker_time(database: dict[str, Any]) -> None:
    """Give the statements of a process without callers 60 s. Before its first connection; safe to repeat."""
    options = database["OPTIONS"]
    options["options"] = _startup(options, {"statement_timeout": WORKER_STATEMENT_TIMEOUT})["options"]


@contextmanager
def worker_time(database: dict[str, Any]) -> Iterator[None]:
    """`grant_worker_time` for the connections that are opened inside, as a command in a process of others."""
    before = database["OPTIONS"].get("options", "")
    grant_worker_time(database)
    try:
        yield
    finally:
        database["OPTIONS"]["options"] = before


def app_role(databases: dict[str, Any], *, steps_down: bool) -> str:
    """The role whose rights the product has: its own login, or the one that it steps down to."""
    return STEP_DOWN_ROLE if steps_down else str(databases["default"]["USER"])


def _startup(options: dict[str, str], settings: dict[str, Any]) -> dict[str, str]:
    words = [options.get("options", ""), *(f"-c {name}={value}" for name, value in settings.items())]
    return {"options": " ".join(word for word in words if word)}
