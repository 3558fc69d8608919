"""Brings the rows of the reference data in step with the files in `reference/`.

The files are the truth for the rows they hold; rows that staff added beside them are left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import models, transaction

from listings import areas, makes, snapshots
from listings.models import Area, VehicleBrand, VehicleModel

FOLDER = Path(__file__).parent / "reference"
AREAS, VEHICLES = FOLDER / "areas.json", FOLDER / "vehicles.json"


@dataclass(frozen=True)
class Loaded:
    """What a load found and did; `strangers` are rows that the files do not hold, by table."""

    areas: int
    brands: int
    models: int
    written: int
    strangers: dict[str, list[str]]


@transaction.atomic
def load_reference_data() -> Loaded:
    """Write what is new or differs, remove nothing. Safe to repeat and to run beside itself.

    Other processes see the change within seconds after the commit.
    """
    area_rows, brand_rows = read(AREAS), read(VEHICLES)
    written = _load_areas(area_rows) + _load_brands(brand_rows) + _load_models(brand_rows)
    if written:
        transaction.on_commit(announce)
    return Loaded(
        areas=len(area_rows),
        brands=len(brand_rows),
        models=sum(len(brand["models"]) for brand in brand_rows),
        written=written,
        strangers=_strangers(area_rows, brand_rows),
    )


def read(file: Path) -> list[dict[str, Any]]:
    """The rows of a file."""
    rows: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return rows


def paths_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The path of each area by slug: slugs from the region down; the country's is its own slug.

    Parents come before their children.
    """
    paths: dict[str, str] = {}
    countries: set[str] = set()
    for row in rows:
        slug, parent = row["slug"], row["parent"]
        if parent is None:
            countries.add(slug)
        is_top = parent is None or parent in countries
        paths[slug] = slug if is_top else f"{paths[parent]}/{slug}"
    return paths


def _load_areas(rows: Sequence[Mapping[str, Any]]) -> int:
    """Generation by generation, because a child needs its parent's id."""
    paths, ids, written = paths_of(rows), dict[str | None, int | None]({None: None}), 0
    columns = ("slug", "level", "latitude", "longitude", "name_en", "name_am", "aliases", "popularity")
    waiting = list(rows)
    while ready := [row for row in waiting if row["parent"] in ids]:
        waiting = [row for row in waiting if row["parent"] not in ids]
        wanted = [
            {name: row[name] for name in columns}
            | {"parent_id": ids[row["parent"]], "path": paths[row["slug"]]}
            for row in ready
        ]
        written += _upsert(Area, wanted, key=("slug",))
        ids |= dict(Area.objects.values_list("slug", "pk"))
    return written


def _load_brands(brands: Iterable[Mapping[str, Any]]) -> int:
    wanted = [{**_names(brand), "country": brand["country"]} for brand in brands]
    return _upsert(VehicleBrand, wanted, key=("slug",))


def _load_models(brands: Iterable[Mapping[str, Any]]) -> int:
    ids = dict(VehicleBrand.objects.values_list("slug", "pk"))
    columns = ("classes", "bodies", "fuels", "year_from", "year_to", "generations")
    wanted = [
        {"brand_id": ids[brand["slug"]], **_names(model), **{name: model[name] for name in columns}}
        for brand in brands
        for model in brand["models"]
    ]
    return _upsert(VehicleModel, wanted, key=("brand_id", "slug"))


def _names(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "slug": row["slug"],
        "name_en": row["name"],
        "name_am": row["name_am"],
        "aliases": row["aliases"],
        "popularity": row["popularity"],
    }


def _upsert(model: type[models.Model], wanted: Sequence[dict[str, Any]], *, key: tuple[str, ...]) -> int:
    """Write the rows that are not there or say something else. Returns how many."""
    columns = list(wanted[0])
    there = {tuple(row[name] for name in key): row for row in model._default_manager.values(*columns)}
    changed = [model(**row) for row in wanted if there.get(tuple(row[name] for name in key)) != row]
    fields = {name: model._meta.get_field(name.removesuffix("_id")).name for name in columns}
    model._default_manager.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=[fields[name] for name in key],
        update_fields=[field for name, field in fields.items() if name not in key],
        batch_size=500,
    )
    return len(changed)


def _strangers(
    area_rows: Iterable[Mapping[str, Any]], brands: Sequence[Mapping[str, Any]]
) -> dict[str, list[str]]:
    known = {
        "areas": {row["slug"] for row in area_rows},
        "brands": {brand["slug"] for brand in brands},
        "models": {f"{brand['slug']}/{model['slug']}" for brand in brands for model in brand["models"]},
    }
    pairs = VehicleModel.objects.values_list("brand__slug", "slug")
    there = {
        "areas": set(Area.objects.values_list("slug", flat=True)),
        "brands": set(VehicleBrand.objects.values_list("slug", flat=True)),
        "models": {f"{brand}/{slug}" for brand, slug in pairs},
    }
    return {table: sorted(slugs - known[table]) for table, slugs in there.items() if slugs - known[table]}


def announce() -> None:
    """Let every process read the reference data anew. Call it after the commit."""
    areas.forget()
    makes.forget()
    snapshots.announce_change()
