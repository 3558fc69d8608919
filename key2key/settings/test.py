"""Settings of the test runs: the same servers, no pool, mails kept in memory, files thrown away."""

import os
from pathlib import Path
from tempfile import gettempdir
from urllib.parse import urlsplit, urlunsplit

from key2key.settings import *  # noqa: F403
from key2key.settings import DATABASES, REDIS_URL

# Runs beside each other share the servers, never a database: the run is the process that began it.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
_run = os.getppid() if _worker else os.getpid()
_name = f"{_run}_{_worker or 'gw0'}"
_number = (
    1 + (2 * _run + int((_worker or "gw0").removeprefix("gw"))) % 15
)  # Redis database 0 is the product's

for _database in DATABASES.values():
    _database["OPTIONS"].pop("pool", None)
    _database["NAME"] = f"key2key_test_{_name}"
DATABASES["default"]["CONN_MAX_AGE"] = 0

if REDIS_URL.startswith("unix:"):
    REDIS_URL = f"{REDIS_URL.partition('?')[0]}?db={_number}"
else:
    REDIS_URL = urlunsplit(urlsplit(REDIS_URL)._replace(path=f"/{_number}"))
CACHES["default"]["LOCATION"] = REDIS_URL  # noqa: F405
CELERY["broker_url"] = REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")  # noqa: F405

K2K_DATA = Path(gettempdir()) / f"key2key-test-{os.getuid()}" / _name
MEDIA_ROOT = K2K_DATA / "media"
STORAGES["default"] = {  # noqa: F405
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": str(K2K_DATA / "media"), "base_url": "/media/"},
}
STORAGES["private"] = {  # noqa: F405
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": str(K2K_DATA / "private")},
}
WHITENOISE_AUTOREFRESH = True  # or each client of each test looks through all static files anew
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CLOCK_MAY_MOVE = False  # the rules read real time, as in production; a test that moves it turns it on
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
ARGON2_TIME_COST, ARGON2_MEMORY_KIB = 1, 64  # the weakest: suites hash hundreds of passwords
LOGGING["handlers"]["file"]["filename"] = str(K2K_DATA / "logs" / "test.log")  # noqa: F405
LOGGING["root"]["handlers"] = ["file"]  # noqa: F405
