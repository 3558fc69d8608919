"""Fixtures that tests of every app use. Imported before Django is set up: models only inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from accounts.models import User
    from payments.tests.company import Company

FEW, MANY = 1, 20


@pytest.fixture
def api() -> APIClient:
    """A caller who is not signed in; what breaks is an answer with 500, as it is for real callers."""
    from rest_framework.test import APIClient

    return APIClient(raise_request_exception=False)


def signed_in(user: User, *, second_factor: bool = False) -> APIClient:
    """A caller with an access token of a real session of the user."""
    from rest_framework.test import APIClient

    from accounts import services
    from accounts.authentication import access_token

    grant = services.open_session(user=user, second_factor=second_factor)
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token(grant.session)}")
    return client


@pytest.fixture
def sign_in() -> Callable[..., APIClient]:
    """`sign_in(user, second_factor=False)`: a caller with an access token of a real session of the user."""
    return signed_in


@pytest.fixture
def sandbox() -> Iterator[Company]:
    """The sandbox's payment company answers, without a server: press its buttons, deliver its webhooks."""
    from payments.tests.company import running

    with running() as company:
        yield company


@pytest.fixture(autouse=True)
def _closed_circuits() -> None:
    """A payment company that was silent in one test is asked in the next."""
    from payments import circuits

    circuits.forget()


@pytest.fixture
def assert_same_queries() -> Callable[..., None]:
    """A list costs as many queries with 20 rows as with one.

    `assert_same_queries(client, path, add=make_rows)`: `make_rows(n)` makes n more rows that the list
    shows. The path may have a query string; `limit=100` is added.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def assert_same(client: APIClient, path: str, *, add: Callable[[int], Any]) -> None:
        address = f"{path}{'&' if '?' in path else '?'}limit=100"

        def queries(*, rows: int) -> list[str]:
            client.get(address)  # what a process remembers for seconds it remembers from here on
            with CaptureQueriesContext(connection) as captured:
                response = client.get(address)
            assert response.status_code == 200, response.content
            assert len(response.json()["results"]) >= rows
            return [query["sql"] for query in captured.captured_queries]

        add(FEW)
        few = queries(rows=FEW)
        add(MANY - FEW)
        many = queries(rows=MANY)
        if len(many) > len(few):  # what is remembered may have run out in that very moment
            many = queries(rows=MANY)
        assert len(many) == len(few), "\n".join(many)

    return assert_same
