"""The OpenAPI document, WHO_MAY and the generated files say what the code says."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.core.management import call_command
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from openapi_spec_validator import validate

from key2key.common.plugins import who_may
from key2key.management.commands.env_example import example
from key2key.tests.house.sources import ROOT

METHODS = frozenset({"get", "post", "put", "patch", "delete"})
CAMEL_CASE = re.compile(r"[a-z]+(?:[A-Z][a-z0-9]*)*")


@cache
def schema() -> dict[str, Any]:
    """The document as the code makes it."""
    GENERATOR_STATS.reset()
    made: dict[str, Any] = json.loads(
        json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str)
    )
    return made


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in schema()["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield method.upper(), path, operation


def nodes(node: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield path, node
        for name, inner in node.items():
            if name not in {"examples", "enum", "const", "default"}:
                yield from nodes(inner, f"{path}/{name}")
    elif isinstance(node, list):
        for position, inner in enumerate(node):
            yield from nodes(inner, f"{path}/{position}")


def test_who_may_names_exactly_the_calls_of_the_schema() -> None:
    asked = {(method, path) for method, path, _ in operations()}
    answered: list[tuple[str, str]] = [key for _, fragment in who_may for key in fragment]
    assert sorted(set(answered)) == sorted(answered), "two apps answer for the same call"
    assert asked - set(answered) == set(), "calls without a row in WHO_MAY"
    assert set(answered) - asked == set(), "rows of WHO_MAY without a call"


def test_every_operation_has_a_camel_case_id_of_its_own() -> None:
    ids = [operation["operationId"] for _, _, operation in operations()]
    assert [name for name in ids if not CAMEL_CASE.fullmatch(name)] == []
    assert sorted(ids) == sorted(set(ids))


def test_every_page_has_a_limit() -> None:
    for method, path, operation in operations():
        answer = (
            operation["responses"]
            .get("200", {})
            .get("content", {})
            .get("application/json", {})
            .get("schema", {})
        )
        if method == "GET" and "next" in _resolved(answer).get("properties", {}):
            limits = [one for one in operation.get("parameters", []) if _resolved(one)["name"] == "limit"]
            assert limits, f"{path} has no limit"
            assert _resolved(limits[0])["schema"]["maximum"] <= 100


def test_every_operation_says_what_it_does_and_how_it_refuses() -> None:
    for method, path, operation in operations():
        assert operation.get("summary") or operation.get("description"), f"{method} {path} says nothing"
        answers = operation["responses"]
        assert "application/problem+json" in answers["400"]["content"], f"{method} {path}"
        if "{" in path:
            assert "404" in answers, f"{method} {path}"


def test_the_schema_is_made_without_warnings() -> None:
    schema.cache_clear()
    schema()
    assert not GENERATOR_STATS._error_cache
    assert not GENERATOR_STATS._warn_cache


def test_the_schema_is_openapi_3_1() -> None:
    assert schema()["openapi"].startswith("3.1")
    validate(schema())


def test_nothing_of_openapi_3_0_is_left() -> None:
    old = [
        path
        for path, node in nodes(schema())
        if "properties" not in path.rpartition("/")[2] and not path.endswith("/properties")
        if {"nullable", "example"} & set(node) or isinstance(node.get("exclusiveMinimum"), bool)
    ]
    assert not old


def test_no_body_takes_fields_that_it_does_not_name() -> None:
    """What the strict serializers refuse, the document must not offer."""
    for method, path, operation in operations():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            body = _resolved(content.get("schema", {}))
            assert body.get("additionalProperties") in {None, False}, f"{method} {path}"


def test_the_committed_schema_is_the_present_one() -> None:
    written = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    assert written == schema(), "run `make schema`"


def test_the_example_environment_is_the_present_one() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == example(), "run `make schema`"


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    said = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said, verbosity=1)
    except SystemExit:
        pytest.fail(said.getvalue())


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        section, name = node["$ref"].removeprefix("#/components/").split("/")
        node = schema()["components"][section][name]
    return node
