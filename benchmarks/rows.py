"""Many search rows: the seeded listings, copied until there are enough."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connections

from listings.models import Listing, SearchRow

SEEDED_SHARE = "0.2"
COPIED = {
    "listings_listing": {"id": "copy.id", "live_slot": "copy.id::text"},
    "listings_searchrow": {
        "listing_id": "copy.id",
        "published_at": "now() - random() * interval '45 days'",
        "is_public": "true",
    },
}


def prepare(wanted: int) -> None:
    """Migrate, seed a little, copy until there are `wanted` search rows. Safe to repeat."""
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    if not Listing.objects.exists():
        call_command("seed", "--share", SEEDED_SHARE)
    there = SearchRow.objects.count()
    if there < wanted:
        print(f"copying {there} search rows until there are {wanted} ...")
        _copy(wanted - there)


def _copy(missing: int) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            "CREATE TEMP TABLE copy AS SELECT gen_random_uuid() AS id, source.listing_id AS source"
            " FROM (SELECT listing_id, row_number() OVER () - 1 AS place, count(*) OVER () AS many"
            "       FROM listings_searchrow) source"
            " JOIN generate_series(0, %s - 1) number ON number %% source.many = source.place",
            [missing],
        )
        for table, changed in COPIED.items():
            key = "id" if "id" in changed else "listing_id"
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND"
                " table_schema = 'public' ORDER BY ordinal_position",
                [table],
            )
            names = [name for (name,) in cursor.fetchall()]
            values = ", ".join(changed.get(name, f'source."{name}"') for name in names)
            columns = ", ".join(f'"{name}"' for name in names)
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {values} FROM copy"  # noqa: S608
                f" JOIN {table} source ON source.{key} = copy.source"
            )
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("ANALYZE listings_searchrow, listings_listing")
    connections["owner"].close()
