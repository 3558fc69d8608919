"""The floors and the rooms, named once."""

from __future__ import annotations

# From the top to the bottom; apps of one line do not know each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("analytics",),
    ("verification",),
    ("brokers",),
    ("chat", "payments"),
    ("listings",),
    ("accounts",),
    ("notifications", "uploads"),
)
APPS: tuple[str, ...] = tuple(app for floor in FLOORS for app in floor)
FLOOR = "key2key.common"
MACHINE_ROOM = "key2key.embedded"
ROOF = (
    "key2key.apps",
    "key2key.asgi",
    "key2key.celery",
    "key2key.docs",
    "key2key.management",
    "key2key.settings",
    "key2key.start",
    "key2key.tests",
    "key2key.urls",
    "key2key.wsgi",
)

DOORS = frozenset({"views", "consumers", "admin", "tasks", "receivers", "urls"})
RULES = frozenset({"services", "selectors", "querysets", "models", "events"})
SHAPES = frozenset({"serializers", "filters", "permissions"})
OUTSIDE = frozenset({"gateways", "channels", "storage", "images"})
DJANGOS = frozenset(
    {
        "admin_site",
        "apps",
        "authentication",
        "checks",
        "forms",
        "locale",
        "management",
        "middleware",
        "migrations",
        "reference",
        "routing",
        "static",
        "templates",
        "tests",
    }
)
ROOMS = DOORS | RULES | SHAPES | OUTSIDE | DJANGOS
REFUSED_NAMES = frozenset(
    {
        "util",
        "utils",
        "helper",
        "helpers",
        "misc",
        "manager",
        "managers",
        "stuff",
        "lib",
        "signals",
        "handlers",
    }
)
VENDORS = frozenset(
    {"stripe", "boto3", "botocore", "httpx", "requests", "aiohttp", "firebase_admin", "pywebpush", "twilio"}
)
