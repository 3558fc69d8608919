"""Places, brands, models and every closed list, as clients get them."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from key2key.common import clock
from listings import transitions
from listings.enums import PropertyType, Status
from listings.models import Area, Listing, VehicleBrand, VehicleModel
from listings.serializers.reference import ReferenceSerializer
from listings.vocabulary import vocabulary

pytestmark = pytest.mark.django_db
LOCATIONS, BRANDS, REFERENCE = "/api/v1/locations", "/api/v1/vehicle-brands", "/api/v1/reference"
MODELS = f"{BRANDS}/toyota/models"


def slugs(api: APIClient, path: str, **asked: Any) -> list[str]:
    response = api.get(path, asked)
    assert response.status_code == 200, response.content
    return [row["slug"] for row in response.json()["results"]]


def test_a_place_is_answered_in_the_promised_shape(api: APIClient) -> None:
    row = api.get(LOCATIONS, {"q": "bole atlas"}, headers={"Accept-Language": "am"}).json()["results"][0]
    assert row == {
        "slug": "bole-atlas",
        "name": Area.objects.get(slug="bole-atlas").name_am,
        "names": {"en": "Bole Atlas", "am": Area.objects.get(slug="bole-atlas").name_am},
        "level": "neighbourhood",
        "path": "addis-ababa/bole/bole-atlas",
        "latitude": Area.objects.get(slug="bole-atlas").latitude,
        "longitude": Area.objects.get(slug="bole-atlas").longitude,
    }
    assert api.get(LOCATIONS, {"q": "bole atlas"}).json()["results"][0]["name"] == "Bole Atlas"


@pytest.mark.parametrize(
    "typed, first",
    [
        ("bole", "bole"),
        ("BOLLE", "bole"),
        ("ቦሌ", "bole"),
        ("gonder", "gondar"),
        ("Awasa", "hawassa"),
        ("ሐዋሳ", "hawassa"),
        ("ሀዋሳ", "hawassa"),
        ("Finfinne", "addis-ababa"),
        ("addis abeba", "addis-ababa"),
        ("አዲስአበባ", "addis-ababa"),
        ("ዓዲስ አበባ", "addis-ababa"),
        ("atlas bole", "bole-atlas"),
    ],
)
def test_a_place_is_found_by_its_usual_spellings(api: APIClient, typed: str, first: str) -> None:
    assert slugs(api, LOCATIONS, q=typed)[0] == first


def test_names_that_begin_so_come_before_others_and_popular_ones_first(api: APIClient) -> None:
    found = slugs(api, LOCATIONS, q="bole", limit=100)
    rows = Area.objects.in_bulk(found, field_name="slug")
    begins = [rows[slug].name_en.lower().startswith("bole") for slug in found]
    assert begins == sorted(begins, reverse=True)
    popularity = [rows[slug].popularity for slug in found if rows[slug].name_en.startswith("Bole ")]
    assert popularity == sorted(popularity, reverse=True)


def test_level_and_parent_narrow(api: APIClient) -> None:
    assert len(slugs(api, LOCATIONS, level="sub_city", parent="addis-ababa", limit=100)) == 11
    inside = slugs(api, LOCATIONS, parent="bole", limit=100)
    assert set(inside) == set(Area.objects.filter(parent__slug="bole").values_list("slug", flat=True))
    assert slugs(api, LOCATIONS, q="!?") == []
    assert slugs(api, LOCATIONS, q="", level="country") == ["ethiopia"]


@pytest.mark.parametrize(
    "asked, pointer, code",
    [
        ({"parent": "atlantis"}, "/parent", "unknown_location"),
        ({"level": "planet"}, "/level", "invalid_choice"),
        ({"q": "x" * 101}, "/q", "max_length"),
        ({"q": "bo\x00le"}, "/q", "null_characters_not_allowed"),
        ({"limit": "0"}, "/limit", "invalid"),
        ({"nearby": "1"}, "/nearby", "unknown_parameter"),
    ],
)
def test_what_cannot_be_asked_is_named(
    api: APIClient, asked: dict[str, str], pointer: str, code: str
) -> None:
    response = api.get(LOCATIONS, asked)
    assert response.status_code == 400
    assert [(fault["pointer"], fault["code"]) for fault in response.json()["errors"]] == [(pointer, code)]


@pytest.mark.parametrize("path", [LOCATIONS, MODELS])
def test_pages_show_everything_once_there_and_back(api: APIClient, path: str) -> None:
    whole: list[str] = []
    address = f"{path}?limit=37&count=true"
    last = None
    while address:
        page = api.get(address).json()
        whole += [row["slug"] for row in page["results"]]
        address, last = page["next"], page
    assert len(whole) == len(set(whole)) == last["count"]  # type: ignore[index]
    back = [row["slug"] for row in last["results"]]  # type: ignore[index]
    address = last["previous"]  # type: ignore[index]
    while address:
        page = api.get(address).json()
        back = [row["slug"] for row in page["results"]] + back
        address = page["previous"]
    assert back == whole


@pytest.mark.parametrize("values", [["x"], [0, 1, 2, 3], [None], [{}], "bole", [0, "a", 1]], ids=json.dumps)
def test_a_forged_cursor_is_refused_or_harmless(api: APIClient, values: Any) -> None:
    good = api.get(LOCATIONS, {"limit": 1}).json()["next"].rpartition("cursor=")[2]
    position = json.loads(base64.urlsafe_b64decode(good + "=" * (-len(good) % 4)))
    for forged in (
        {**position, "values": values},
        {"filters": position["filters"], "values": position["values"]},
    ):
        word = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")
        response = api.get(LOCATIONS, {"limit": 1, "cursor": word})
        assert response.status_code in {200, 400}
        if response.status_code == 400:
            assert response.json()["code"] == "invalid_cursor"
    assert api.get(LOCATIONS, {"limit": 1, "q": "bole", "cursor": good}).json()["code"] == "invalid_cursor"


def test_brands_are_found_in_both_scripts_and_by_class(api: APIClient) -> None:
    assert slugs(api, BRANDS)[0] == VehicleBrand.objects.first().slug  # type: ignore[union-attr]
    assert slugs(api, BRANDS, q="ቶዮታ") == ["toyota"]
    assert slugs(api, BRANDS, q="Tyota") == ["toyota"]
    assert "bajaj" in slugs(api, BRANDS, vehicle_class="three_wheeler", limit=100)
    assert "ferrari" not in slugs(api, BRANDS, vehicle_class="three_wheeler", limit=100)
    row = api.get(BRANDS, {"q": "toyota"}, headers={"Accept-Language": "am"}).json()["results"][0]
    assert row["name"] == row["names"]["am"] == "ቶዮታ"
    assert row["country"] == "JP"
    assert {"car", "pickup_van"} <= set(row["vehicle_classes"])


def test_a_model_tells_years_bodies_fuels_and_generations(api: APIClient) -> None:
    assert slugs(api, MODELS, q="ኮሮላ")[0] == "corolla"
    assert slugs(api, MODELS, q="toyota vitz") == ["vitz"]
    row = api.get(MODELS, {"q": "korola"}).json()["results"][0]
    model = VehicleModel.objects.get(brand__slug="toyota", slug="corolla")
    assert row["slug"] == "corolla"
    assert (row["year_from"], row["year_to"]) == (model.year_from, model.year_to)
    assert (row["body_types"], row["fuel_types"]) == (model.bodies, model.fuels)
    assert row["vehicle_classes"] == model.classes
    assert row["generations"] == model.generations


def test_models_of_a_class_only(api: APIClient) -> None:
    found = slugs(api, MODELS, vehicle_class="minibus", limit=100)
    assert "hiace" in found
    assert "corolla" not in found


def test_a_brand_that_does_not_exist_has_no_models(api: APIClient) -> None:
    response = api.get(f"{BRANDS}/trabantissimo/models")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", [LOCATIONS, BRANDS, MODELS, REFERENCE])
def test_caches_may_keep_it_and_know_when_it_is_the_same(api: APIClient, path: str) -> None:
    first = api.get(path)
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    assert "Accept-Language" in first.headers["Vary"]
    again = api.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = api.get(path, headers={"If-None-Match": first.headers["ETag"], "Accept-Language": "am"})
    assert other.status_code == 200


@pytest.mark.parametrize("path", [LOCATIONS, BRANDS, MODELS, REFERENCE])
def test_reading_costs_no_query_however_many_rows(api: APIClient, path: str) -> None:
    api.get(path)
    for limit in ("1", "100"):
        with CaptureQueriesContext(connection) as queries:
            assert api.get(path, {"limit": limit} if path != REFERENCE else {}).status_code == 200
        assert len(queries) == 0


def test_the_reference_has_every_list_with_labels_and_standard_names(api: APIClient) -> None:
    told = api.get(REFERENCE).json()
    types = told["enums"]["property_type"]
    assert [value["value"] for value in types] == PropertyType.values
    assert types[0] == {
        "value": "apartment",
        "label": "Apartment",
        "standard": {"reso": "Apartment", "schema_org": "Apartment"},
    }
    under_offer = next(value for value in told["enums"]["status"] if value["value"] == "under_offer")
    assert under_offer["standard"] == {"reso": "Active Under Contract"}
    assert "standard" not in told["enums"]["holding_type"][0]
    assert {"currency", "language", "role", "amenity", "fuel_type", "area_level"} <= set(told["enums"])
    assert [group["group"] for group in told["equipment"]] == ["safety", "comfort", "media", "extras"]
    assert all(group["items"] for group in told["equipment"])


def test_the_reference_tells_the_legal_steps(api: APIClient) -> None:
    told = api.get(REFERENCE).json()["status_actions"]
    assert set(told) == set(Status.values)
    assert told["draft"] == [
        {"action": "submit", "to": "pending_review", "by": "owner"},
        {"action": "cancel", "to": "cancelled", "by": "owner"},
        {"action": "remove", "to": "removed", "by": "staff"},
    ]
    for status, steps in told.items():
        owners = [step["action"] for step in steps if step["by"] == "owner"]
        listing = Listing(status=status, published_at=clock.now())
        assert owners == transitions.allowed_actions(listing, actor=transitions.Actor.OWNER)


def test_the_reference_defines_the_attributes(api: APIClient) -> None:
    told = {(one["kind"], one["name"]): one for one in api.get(REFERENCE).json()["attributes"]}
    gears = told["vehicle", "gears"]
    assert (gears["type"], gears["minimum"], gears["maximum"], gears["choices"]) == ("number", "1", "24", [])
    steering = told["vehicle", "steering_position"]
    assert steering["choices"][0]["standard"] == {"schema_org": "LeftHandDriving"}
    assert told["property", "service_charge"]["type"] == "money"
    assert told["property", "bathrooms_half"]["categories"]


def test_equipment_is_labelled_in_the_callers_language(api: APIClient) -> None:
    told = api.get(REFERENCE, headers={"Accept-Language": "am"}).json()
    assert told["equipment"][0]["items"][0]["label"] == "ኤቢኤስ ፍሬን (ABS)"


@pytest.mark.parametrize("language", ["en", "am"])
def test_the_reference_is_what_its_serializer_would_make(language: str) -> None:
    made = vocabulary(language)
    assert json.loads(json.dumps(ReferenceSerializer(made).data)) == json.loads(json.dumps(made))
