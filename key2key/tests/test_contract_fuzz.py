"""Schemathesis against the WSGI application in this process: whatever is sent, the contract holds.

Every operation is asked by a user and by a moderator, with input that fits the schema and input that
does not, with ids of real objects and of none. Each request is undone. `make test` sends a few of each, as
the one for whom the call is, always the same; the slow form sends many and different ones as both. Failures
are written to .local/fuzz/.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache as limits
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from accounts.models import User
from accounts.tests.factories import StaffFactory
from key2key.common.plugins import Who, who_may
from key2key.tests.cast import owner_with_people
from key2key.tests.examples import parameters_of, undone
from key2key.tests.fixtures import signed_in
from key2key.tests.house.sources import ROOT
from key2key.tests.rolled_back import rolled_back
from key2key.tests.test_house_contract import operations, schema

FEW = 2
MANY = int(os.environ.get("K2K_FUZZ_EXAMPLES", "6"))  # by hand more: the gate has its time
ROLES = ("user", "moderator")
USERS = frozenset(Who) - {Who.SUPPORT, Who.MODERATOR, Who.FINANCE, Who.KYC}
# Decision 30: what may rightly answer input that fits the schema (its state or its owner may not fit),
# and input that does not.
FITS = ["2xx", "304", "400", "401", "403", "404", "409", "412", "422", "429"]
DOES_NOT_FIT = ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "429"]
# Chains of calls are the journeys' matter.
NOT_HERE = {"use_after_free", "ensure_resource_availability", "max_response_time"}


@cache
def contract() -> Any:
    """The document, bound to the application."""
    config = schemathesis.Config.from_dict(
        {
            "checks": {
                "positive_data_acceptance": {"expected-statuses": FITS},
                "negative_data_rejection": {"expected-statuses": DOES_NOT_FIT},
                "missing_required_header": {"expected-statuses": DOES_NOT_FIT},
            },
            "generation": {"allow-x00": True},
        }
    )
    loaded = schemathesis.openapi.from_dict(schema(), config=config)
    loaded.app = WSGIHandler()
    return loaded


def _who(row: tuple[str, str]) -> tuple[Who, ...]:
    """For whom the call is, by WHO_MAY."""
    path, method = row
    found = next(fragment[(method, path)] for _, fragment in who_may if (method, path) in fragment)
    return (found,) if isinstance(found, Who) else found


def rows() -> list[tuple[str, str]]:
    return sorted((path, method) for method, path, _ in operations())


@pytest.fixture(autouse=True)
def _connection_is_kept() -> Iterator[None]:
    """The end of a request closes a connection that is inside a transaction: here the test's own."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def callers(
    django_db_setup: None, django_db_blocker: Any
) -> Iterator[Mapping[str, tuple[User, dict[str, str]]]]:
    """Each role's user and the headers that they send: the same for every call, which is undone."""
    with django_db_blocker.unblock(), rolled_back():
        people = {"user": owner_with_people(), "moderator": StaffFactory(groups=["moderator"])}
        clients = {role: signed_in(one, second_factor=one.is_staff) for role, one in people.items()}
        yield {
            role: (people[role], {"Authorization": str(client._credentials["HTTP_AUTHORIZATION"])})
            for role, client in clients.items()
        }


@pytest.fixture(autouse=True)
def _untouched(callers: Any) -> Iterator[None]:
    with rolled_back():
        yield


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row[1]} {row[0]}")
def test_a_few_requests_of_every_kind_keep_the_contract(row: tuple[str, str], callers: Any) -> None:
    role = "user" if USERS.intersection(_who(row)) else "moderator"
    send(row, role=role, caller=callers[role], examples=FEW, same_each_time=True)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row[1]} {row[0]}")
@pytest.mark.parametrize("role", ROLES)
def test_many_requests_of_every_kind_keep_the_contract(row: tuple[str, str], role: str, callers: Any) -> None:
    # The gate asks the same each time; K2K_FUZZ_ANEW=1 looks for what nobody has asked yet.
    anew = "K2K_FUZZ_ANEW" in os.environ
    send(row, role=role, caller=callers[role], examples=MANY, same_each_time=not anew)


def send(row: tuple[str, str], *, role: str, caller: Any, examples: int, same_each_time: bool) -> None:
    """Ask the operation `examples` times with fitting and as often with other input."""
    path, method = row
    user, headers = caller
    real = parameters_of(method, path, user if hasattr(user, "organisation") else owner_with_people())
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        asking = settings(
            max_examples=examples,
            derandomize=same_each_time,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(_asking(row, mode=mode, headers=headers, real=real if mode is GenerationMode.POSITIVE else {}))
        try:
            asking()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, (
                "no input fits the schema"
            )  # a call without input has no wrong one
        except BaseException as failure:  # a group of failures is not an Exception
            _write_down(row, role=role, mode=mode, failure=failure)
            raise


def _asking(
    row: tuple[str, str], *, mode: GenerationMode, headers: dict[str, str], real: dict[str, str]
) -> Callable[[], None]:
    path, method = row
    cases = contract()[path][method].as_strategy(generation_mode=mode)

    @given(case=cases, is_real=st.booleans())
    def ask(case: schemathesis.Case, is_real: bool) -> None:
        if is_real and real:
            case.path_parameters = dict(real)
        limits.clear()
        with undone():
            case.call_and_validate(headers=headers, checks=_checks())

    return ask


def _checks() -> list[Any]:
    return [check for check in CHECKS.get_all() if check.__name__ not in NOT_HERE]


def _write_down(row: tuple[str, str], *, role: str, mode: GenerationMode, failure: BaseException) -> None:
    """Leave what is needed to see the failure again, with a curl line."""
    directory = ROOT / ".local" / "fuzz"
    directory.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", f"{row[1]} {row[0]} {role} {mode.value}").strip("-")
    told = [failure, *getattr(failure, "exceptions", ())]
    text = "\n\n".join(textwrap.dedent(str(one)) for one in told)
    (directory / f"{name}.txt").write_text(text, encoding="utf-8")
