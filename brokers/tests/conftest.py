"""What holds after every test of brokers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _the_ledger_adds_up(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if request.node.get_closest_marker("django_db"):
        from payments.services import ledger_faults

        assert ledger_faults() == []
