"""Three payment companies, and processes of the product that know them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from key2key.tests.money.companies import Companies
    from key2key.tests.money.processes import Hatchery


@pytest.fixture(scope="module")
def _open_companies() -> Iterator[Companies]:
    from key2key.tests.money.companies import open_for_business

    with open_for_business() as companies:
        yield companies


@pytest.fixture
def companies(_open_companies: Companies, settings: Any) -> Companies:
    """Telebirr, Chapa and Stripe, enabled and nobody else."""
    from payments.gateways.telebirr import line

    line._tokens.clear()
    _open_companies.enable(settings)
    return _open_companies


@pytest.fixture(scope="module")
def processes(
    _open_companies: Companies, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hatchery]:
    """Where web servers and workers come from."""
    from key2key.tests.money.processes import hatchery

    with hatchery(_open_companies.environment(), folder=tmp_path_factory.mktemp("processes")) as found:
        yield found
