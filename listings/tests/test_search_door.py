"""The search's door: who may knock, what caches may keep, what the OpenAPI document says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from accounts.tests.factories import UserFactory
from listings import search
from listings.tests.factories import ListingFactory

pytestmark = pytest.mark.django_db
PATHS = {"/api/v1/listings": None, "/api/v1/properties": "property", "/api/v1/vehicles": "vehicle"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))


def test_strangers_share_an_answer_for_half_a_minute(api: APIClient) -> None:
    ListingFactory()
    response = api.get("/api/v1/listings")
    assert response["Cache-Control"] == "public, max-age=30, stale-while-revalidate=60"
    assert {"Authorization", "Accept-Language"} <= {word.strip() for word in response["Vary"].split(",")}
    again = api.get("/api/v1/listings", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", response["ETag"])
    ListingFactory()
    assert api.get("/api/v1/listings", headers={"If-None-Match": response["ETag"]}).status_code == 200


def test_an_answer_with_a_next_page_is_the_same_bytes_next_time(api: APIClient) -> None:
    for _ in range(3):
        ListingFactory()
    for asked in ("limit=1", "limit=1&sort=price", "limit=1&q=villa&count=true"):
        assert api.get(f"/api/v1/listings?{asked}").content == api.get(f"/api/v1/listings?{asked}").content


def test_what_a_signed_in_person_gets_is_not_shared(sign_in: Callable[..., APIClient]) -> None:
    response = sign_in(UserFactory()).get("/api/v1/listings")
    assert response["Cache-Control"].startswith("private")


def test_a_token_that_is_given_must_be_valid(api: APIClient) -> None:
    response = api.get("/api/v1/listings", headers={"Authorization": "Bearer not.a.token"})
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


def test_the_language_of_the_caller_is_the_cards(api: APIClient) -> None:
    ListingFactory(texts={"am": ("ቪላ", "")})
    english, amharic = (
        api.get("/api/v1/listings", headers={"Accept-Language": language}).json()["results"][0]
        for language in ("en", "am")
    )
    assert (english["title"], english["location"]["name"]) == ("Villa with a garden", "Bole")
    assert (amharic["title"], amharic["location"]["name"]) == ("ቪላ", "ቦሌ")


def test_an_empty_page_is_a_page(api: APIClient) -> None:
    assert api.get("/api/v1/vehicles?count=true").json() == {
        "results": [],
        "next": None,
        "previous": None,
        "count": 0,
        "count_is_capped": False,
    }


@pytest.mark.parametrize("path", PATHS)
def test_the_document_describes_every_parameter(document: dict[str, Any], path: str) -> None:
    described = {parameter["name"] for parameter in document["paths"][path]["get"]["parameters"]}
    known = {parameter.name for parameter in search.parameters(PATHS[path])}
    assert described == known | {"sort", "limit", "cursor", "count"}


@pytest.mark.parametrize("path", PATHS)
def test_the_document_describes_the_answer_exactly(
    document: dict[str, Any], api: APIClient, path: str
) -> None:
    for kind in ("property", "vehicle"):
        ListingFactory(kind=kind)
        ListingFactory(
            kind=kind, photos=0, latitude=None, longitude=None, price=None, price_qualifier="on_request"
        )
    page = api.get(f"{path}?q=villa&limit=1&count=true").json()
    schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator(schema | {"components": document["components"]})
    assert list(validator.iter_errors(page)) == []
    assert list(validator.iter_errors(api.get(path).json())) == []
    assert page["truncated"] is False
    del page["results"][0]["photo_count"]
    assert list(validator.iter_errors(page)) != []
