"""The files of the reference data keep what their notes say, and the loader brings rows in step with them."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from key2key.common import default_rates
from key2key.common.models import ExchangeRate
from listings import areas, equipment, makes, reference_data, vocabulary
from listings.enums import AreaLevel, Status
from listings.models import Area, VehicleBrand, VehicleModel
from listings.vehicle_enums import WITH_BODY, BodyType, FuelType, VehicleClass

AREAS = reference_data.read(reference_data.AREAS)
BRANDS = reference_data.read(reference_data.VEHICLES)
MODELS = [(brand["slug"], model) for brand in BRANDS for model in brand["models"]]
EQUIPMENT = json.loads(equipment.FILE.read_text(encoding="utf-8"))
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ETHIOPIC = re.compile("[\u1200-\u137f]")
LIES_IN = {
    "country": {None},
    "region": {"country"},
    "city_administration": {"country"},
    "zone": {"region"},
    "sub_city": {"city_administration"},
    "city": {"zone", "region"},
    "neighbourhood": {"sub_city", "city", "city_administration"},
}


def test_every_area_follows_its_parent_and_lies_at_its_level() -> None:
    level_of: dict[str | None, str | None] = {None: None}
    for row in AREAS:
        assert level_of.get(row["parent"], "missing") in LIES_IN[row["level"]], row["slug"]
        level_of[row["slug"]] = row["level"]
    assert [row["slug"] for row in AREAS if row["parent"] is None] == ["ethiopia"]
    assert set(LIES_IN) == set(AreaLevel.values)


def test_area_slugs_are_unique_and_names_among_brothers_and_sisters_too() -> None:
    slugs = [row["slug"] for row in AREAS]
    assert len(set(slugs)) == len(slugs)
    assert all(SLUG.fullmatch(slug) and len(slug) <= 80 for slug in slugs)
    for name in ("name_en", "name_am"):
        pairs = [(row["parent"], row[name]) for row in AREAS]
        assert len(set(pairs)) == len(pairs)


def test_every_area_has_both_names_and_a_point_in_ethiopia() -> None:
    for row in AREAS:
        assert not ETHIOPIC.search(row["name_en"]), row
        assert ETHIOPIC.search(row["name_am"]), row
        assert 3.3 <= row["latitude"] <= 15.0, row
        assert 32.9 <= row["longitude"] <= 48.1, row
        assert 0 <= row["popularity"] <= 100
        assert len(set(row["aliases"])) == len(row["aliases"])


def test_the_area_tree_is_as_large_as_promised() -> None:
    count = {level: sum(row["level"] == level for row in AREAS) for level in LIES_IN}
    assert count["region"] == 12
    assert count["city_administration"] == 2
    assert count["sub_city"] >= 11
    paths = reference_data.paths_of(AREAS)
    in_addis = [
        row
        for row in AREAS
        if row["level"] == "neighbourhood" and paths[row["slug"]].startswith("addis-ababa/")
    ]
    assert len(in_addis) >= 60


def test_paths_begin_below_the_country() -> None:
    paths = reference_data.paths_of(AREAS)
    assert paths["ethiopia"] == "ethiopia"
    assert paths["addis-ababa"] == "addis-ababa"
    assert paths["bole-atlas"] == "addis-ababa/bole/bole-atlas"
    assert len(set(paths.values())) == len(AREAS)
    assert max(map(len, paths.values())) <= 255


def test_brands_and_models_have_unique_slugs_and_there_are_as_many_as_promised() -> None:
    assert len({brand["slug"] for brand in BRANDS}) == len(BRANDS) >= 45
    assert len({(brand, model["slug"]) for brand, model in MODELS}) == len(MODELS) >= 500
    assert all(SLUG.fullmatch(slug) for brand, model in MODELS for slug in (brand, model["slug"]))
    assert all(re.fullmatch("[A-Z]{2}", brand["country"]) for brand in BRANDS)
    other = next(brand for brand in BRANDS if brand["slug"] == "other")
    assert (other["country"], [model["slug"] for model in other["models"]]) == ("ZZ", ["other"])


def test_brands_and_known_models_have_an_amharic_name() -> None:
    assert all(ETHIOPIC.search(brand["name_am"]) for brand in BRANDS)
    known = [model for _brand, model in MODELS if model["popularity"] >= 30]
    assert known
    assert all(model["name_am"] for model in known)
    assert all(ETHIOPIC.search(model["name_am"]) or model["name_am"].isdigit() for model in known)


@pytest.mark.parametrize("brand", BRANDS, ids=[brand["slug"] for brand in BRANDS])
def test_the_models_of_a_brand_speak_the_words_of_the_lists(brand: dict[str, Any]) -> None:
    for model in brand["models"]:
        _speaks_the_words_of_the_lists(model)


def _speaks_the_words_of_the_lists(model: dict[str, Any]) -> None:
    assert model["classes"]
    assert set(model["classes"]) <= set(VehicleClass.values)
    assert set(model["bodies"]) <= set(BodyType.values)
    assert set(model["fuels"]) <= set(FuelType.values)
    assert not model["bodies"] or WITH_BODY & set(model["classes"])
    assert model["fuels"] or set(model["classes"]) & {"trailer", "other"}
    assert 0 <= model["popularity"] <= 100
    spans = [model, *model["generations"]]
    assert all(_in_order(span["year_from"], span["year_to"]) for span in spans)
    begins = [generation["year_from"] for generation in model["generations"]]
    assert all(_in_order(one, other) for one, other in pairwise(begins))
    assert len({generation["slug"] for generation in model["generations"]}) == len(begins)


def test_equipment_has_four_groups_unique_slugs_and_both_names() -> None:
    assert {item["group"] for item in EQUIPMENT} == {"safety", "comfort", "media", "extras"}
    assert len({item["slug"] for item in EQUIPMENT}) == len(EQUIPMENT)
    assert all(item["name_en"] and ETHIOPIC.search(item["name_am"]) for item in EQUIPMENT)
    assert max(len(item["slug"]) for item in EQUIPMENT) <= 40


def test_standard_names_are_of_lists_and_values_that_exist() -> None:
    lists = vocabulary.vocabulary("en")
    values = {name: {value["value"] for value in found} for name, found in lists["enums"].items()}
    values |= {
        found["name"]: {choice["value"] for choice in found["choices"]} for found in lists["attributes"]
    }
    for name, standard in vocabulary.standard_names().items():
        assert set(standard) <= values[name], name
        assert all(set(words) <= {"reso", "schema_org"} and words for words in standard.values())
    assert set(vocabulary.standard_names()["status"]) == set(Status.values)


@pytest.mark.django_db
def test_loading_again_writes_nothing() -> None:
    with CaptureQueriesContext(connection) as queries:
        loaded = reference_data.load_reference_data()
    assert (loaded.areas, loaded.brands, loaded.models) == (len(AREAS), len(BRANDS), len(MODELS))
    assert (loaded.written, loaded.strangers) == (0, {})
    assert not [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


@pytest.mark.django_db
def test_loading_mends_what_differs_and_keeps_the_rows_ids() -> None:
    bole = Area.objects.get(slug="bole")
    Area.objects.filter(slug="bole").update(name_am="?", path="elsewhere", parent=None)
    VehicleBrand.objects.filter(slug="toyota").update(country="XX")
    VehicleModel.objects.filter(brand__slug="toyota", slug="corolla").update(generations=[])
    assert reference_data.load_reference_data().written == 3
    mended = Area.objects.get(slug="bole")
    assert (mended.pk, mended.name_am, mended.path, mended.parent_id) == (
        bole.pk,
        bole.name_am,
        "addis-ababa/bole",
        bole.parent_id,
    )
    assert VehicleModel.objects.get(brand__slug="toyota", slug="corolla").generations


@pytest.mark.django_db
def test_rows_that_the_files_do_not_hold_are_left_and_named() -> None:
    addis = Area.objects.get(slug="addis-ababa")
    _new_area("old-quarter", parent=addis)
    VehicleModel.objects.create(brand=VehicleBrand.objects.get(slug="byd"), slug="old-one", name_en="Old One")
    told = StringIO()
    call_command("load_reference", stdout=told)
    assert Area.objects.filter(slug="old-quarter").exists()
    lines = told.getvalue().splitlines()
    assert lines[0].startswith(
        f"Reference data: {len(AREAS)} areas, {len(BRANDS)} brands, {len(MODELS)} models; 0 rows"
    )
    assert lines[1:] == [
        "Left as they are, not in the files: areas old-quarter",
        "Left as they are, not in the files: models byd/old-one",
    ]


@pytest.mark.django_db
def test_the_command_lays_staff_groups_and_is_silent_when_told_so() -> None:
    from django.contrib.auth.models import Group

    Group.objects.all().delete()
    told = StringIO()
    call_command("load_reference", verbosity=0, stdout=told)
    assert told.getvalue() == ""
    assert Group.objects.filter(name="moderator").exists()


@pytest.mark.django_db
def test_a_rate_that_staff_entered_is_never_replaced() -> None:
    ExchangeRate.objects.all().delete()
    ExchangeRate.objects.create(currency="USD", rate=Decimal(99), valid_from=default_rates.VALID_FROM)
    assert default_rates.lay_default_rates() == 3
    assert default_rates.lay_default_rates() == 0
    assert ExchangeRate.objects.get(currency="USD").rate == Decimal(99)
    assert set(ExchangeRate.objects.values_list("currency", flat=True)) == {"USD", "EUR", "GBP", "AED"}


@pytest.mark.django_db
def test_the_tree_knows_ancestors_and_descendants() -> None:
    bole, atlas = areas.find("bole"), areas.find("bole-atlas")
    assert bole is not None
    assert atlas is not None
    assert [place.slug for place in areas.ancestors(atlas.id)] == ["addis-ababa", "bole"]
    assert atlas.id in areas.descendant_ids(["bole"])
    assert areas.descendant_ids(["bole", "bole-atlas"]) == areas.descendant_ids(["bole"])
    assert len(areas.descendant_ids(["ethiopia"])) == Area.objects.count()
    assert areas.ancestors(areas.find("ethiopia").id) == []  # type: ignore[union-attr]
    assert areas.place(bole.id, "am") == {"slug": "bole", "name": "ቦሌ", "path": "addis-ababa/bole"}


@pytest.mark.django_db
def test_an_id_that_the_process_does_not_know_yet_is_looked_up() -> None:
    areas.everything()
    row = _new_area("new-quarter", parent=Area.objects.get(slug="bole"))
    assert areas.place(row.pk, "en")["path"] == "addis-ababa/bole/new-quarter"
    areas.forget()


@pytest.mark.django_db(transaction=True)
def test_a_changed_row_is_seen_at_once_after_a_reload_and_nothing_is_read_in_between() -> None:
    makes.everything()
    with CaptureQueriesContext(connection) as queries:
        assert makes.find_brand("toyota").country == "JP"  # type: ignore[union-attr]
    assert len(queries) == 0
    VehicleBrand.objects.filter(slug="toyota").update(country="XX")
    assert makes.find_brand("toyota").country == "JP"  # type: ignore[union-attr]
    makes.forget()
    assert makes.find_brand("toyota").country == "XX"  # type: ignore[union-attr]
    reference_data.load_reference_data()
    assert makes.find_brand("toyota").country == "JP"  # type: ignore[union-attr]


def _new_area(slug: str, *, parent: Area) -> Area:
    return Area.objects.create(
        slug=slug,
        parent=parent,
        level=AreaLevel.NEIGHBOURHOOD,
        path=f"{parent.path}/{slug}",
        name_en=slug.title(),
        latitude=9.0,
        longitude=38.7,
    )


def _in_order(one: int | None, other: int | None) -> bool:
    return one is None or other is None or one <= other
