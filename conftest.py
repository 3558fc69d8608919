"""What every test stands on: real PostgreSQL and Redis, one database per worker, no network.

One cluster serves a run (key2key.embedded, or the servers that DATABASE_URL and REDIS_URL name). The
first worker migrates a template with the reference data; each worker's database is a copy of it.
Tables are made by the owner; the code under test is connected as the product's role.
"""

from __future__ import annotations

pytest_plugins = ["key2key.tests.databases", "key2key.tests.fixtures", "key2key.tests.away"]
