"""Fixtures of the acceptance tests. Imported before Django is set up: models only inside."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from key2key.tests.features.market import Desk, Person


@pytest.fixture(autouse=True)
def no_limit_reached() -> None:
    """Every test begins with unused limits."""
    from django_redis import get_redis_connection

    get_redis_connection("default").flushdb()


@pytest.fixture
def api(api: APIClient) -> APIClient:
    """A stranger who sends JSON."""
    api.default_format = "json"
    return api


@pytest.fixture
def sign_in(sign_in: Callable[..., APIClient]) -> Callable[..., APIClient]:
    """`sign_in(user)`: a signed-in caller who sends JSON."""

    def signed_in(user: Any, **given: Any) -> APIClient:
        client = sign_in(user, **given)
        client.default_format = "json"
        return client

    return signed_in


@pytest.fixture
def person(db: Any, sign_in: Callable[..., APIClient]) -> Callable[..., Person]:
    """`person()`: somebody new with a verified e-mail, signed in."""
    from accounts.tests.factories import UserFactory
    from key2key.tests.features.market import Person

    def made(**fields: Any) -> Person:
        user = UserFactory(**fields)
        return Person(user, sign_in(user))

    return made


@pytest.fixture
def seller(person: Callable[..., Person]) -> Person:
    return person(role="seller")


@pytest.fixture
def desk(db: Any) -> Desk:
    """A moderator in the admin."""
    from accounts.tests.desk import at_desk
    from key2key.tests.features.market import Desk

    return Desk(at_desk("moderator"))


@pytest.fixture
def on_the_market(desk: Desk) -> Callable[..., dict[str, Any]]:
    """`on_the_market(seller, "vehicles", year=2014)`: drafted, submitted, approved; as its owner sees it."""

    def published(owner: Person, kind: str, **fields: Any) -> dict[str, Any]:
        draft = owner.draft(kind, **fields)
        answer = owner.step(draft["id"], "submit")
        assert answer.status_code == 200, answer.content
        desk.approve(draft["id"])
        listing = owner.read(draft["id"])
        assert listing["status"] == "active"
        return listing

    return published
