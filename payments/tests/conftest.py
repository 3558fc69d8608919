"""What is paid for in these tests."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _something_to_pay_for() -> None:
    from payments.tests.stand import stand_up

    stand_up()
