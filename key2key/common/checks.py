"""Wrong or unsafe settings stop the start with a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.db.utils import Error as DatabaseError

OLDEST_POSTGRESQL = 150_000
NEEDED_EXTENSIONS = frozenset({"pg_trgm", "btree_gin", "btree_gist"})
SHORTEST_SECRET = 32


@register(Tags.security)
def production_settings(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Defaults that are only safe on a desk."""
    if settings.ENVIRONMENT != "production":
        return []
    return [finding for is_wrong, finding in _production_findings() if is_wrong]


def _production_findings() -> Iterator[tuple[bool, CheckMessage]]:
    secret = settings.SECRET_KEY
    yield (
        secret == settings.DEFAULT_SECRET,
        Error("SECRET_KEY is the default.", hint="Set a random one.", id="k2k.E001"),
    )
    yield (
        len(secret) < SHORTEST_SECRET and secret != settings.DEFAULT_SECRET,
        Error("SECRET_KEY is shorter than 32 characters.", hint="Set a longer one.", id="k2k.E002"),
    )
    yield settings.DEBUG, Error("DEBUG shows settings to strangers.", hint="Set DEBUG=false.", id="k2k.E003")
    yield (
        "sandbox" in settings.PAYMENT_GATEWAYS,
        Error(
            "The sandbox gateway gives keys for no money.",
            hint="Take `sandbox` out of PAYMENT_GATEWAYS.",
            id="k2k.E004",
        ),
    )
    yield (
        not settings.BASE_URL.startswith("https://"),
        Error("PUBLIC_URL is not https.", hint="Set PUBLIC_URL=https://...", id="k2k.E005"),
    )
    yield (
        "*" in settings.ALLOWED_HOSTS,
        Error("ALLOWED_HOSTS lets any host in.", hint="Name your hosts.", id="k2k.E006"),
    )
    yield (
        settings.EMAIL_BACKEND.endswith("console.EmailBackend"),
        Warning("Mails are printed, not sent.", hint="Set EMAIL_HOST.", id="k2k.W001"),
    )


@register(Tags.security)
def originals_have_their_bucket(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Photos as they were sent, with what the camera wrote into them, never lie where everybody reads."""
    public, private = (_bucket(name) for name in ("default", "private"))
    if public is None or (private and private != public):
        return []
    return [
        Error(
            "S3_BUCKET has no private bucket beside it: originals would be public, or nowhere.",
            hint="Set S3_PRIVATE_BUCKET to another bucket.",
            id="k2k.E007",
        )
    ]


def _bucket(storage: str) -> str | None:
    options: dict[str, Any] = settings.STORAGES[storage].get("OPTIONS", {})
    return options.get("bucket_name")


@register(Tags.database)
def database_fits(app_configs: Any, databases: Any = None, **kwargs: Any) -> Sequence[CheckMessage]:
    """The server's version, its character type, its extensions and the role we came in with."""
    if not databases or "default" not in databases:
        return []
    try:
        return list(_examine())
    except DatabaseError as error:
        return [Error(f"The database does not answer: {error}", hint="Check DATABASE_URL.", id="k2k.E010")]


def _examine() -> Sequence[CheckMessage]:
    found: list[CheckMessage] = []
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'),"
            " (SELECT array_agg(extname::text) FROM pg_extension),"
            " (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),"
            " (SELECT datdba = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
            "  FROM pg_database WHERE datname = current_database())"
        )
        version, encoding, extensions, is_superuser, is_owner = cursor.fetchone()
        missing = NEEDED_EXTENSIONS - set(extensions)
        trigrams: list[str] = []
        if "pg_trgm" not in missing:
            cursor.execute("SELECT show_trgm('ቤት')")
            trigrams = cursor.fetchone()[0]
    if version < OLDEST_POSTGRESQL:
        found.append(Error("PostgreSQL is older than 15.", hint="Upgrade the server.", id="k2k.E011"))
    if encoding != "UTF8":
        found.append(
            Error(f"The database's encoding is {encoding}.", hint="Create it in UTF8.", id="k2k.E012")
        )
    if missing:
        names = ", ".join(sorted(missing))
        found.append(
            Error(f"Extensions are missing: {names}.", hint="Run manage.py prepare_database.", id="k2k.E013")
        )
    elif not trigrams:
        found.append(
            Error(
                "The database's LC_CTYPE yields no trigrams for Amharic: search would be deaf to it.",
                hint="Create the database with LC_CTYPE C.UTF-8.",
                id="k2k.E014",
            )
        )
    if is_superuser or is_owner:
        found.append(
            Error(
                "The product is connected as a superuser or as the database's owner.",
                hint="Run manage.py prepare_database, and see docs/operations.md.",
                id="k2k.E015",
            )
        )
    return found
