"""What is paid for in these tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from payments.tests.standins.telebirr import TelebirrStandIn


@pytest.fixture(autouse=True)
def _something_to_pay_for() -> None:
    from payments.tests.stand import stand_up

    stand_up()


@pytest.fixture(scope="session")
def _telebirr_server() -> Iterator[TelebirrStandIn]:
    with TelebirrStandIn() as company:
        yield company


@pytest.fixture
def telebirr(_telebirr_server: TelebirrStandIn, settings: Any) -> TelebirrStandIn:
    """Telebirr answers on this machine and is enabled beside the sandbox."""
    from payments.gateways.telebirr import line

    line._tokens.clear()
    _telebirr_server.start_over()
    settings.PAYMENT_GATEWAYS = ["sandbox", "telebirr"]
    for name, value in _telebirr_server.settings().items():
        setattr(settings, name, value)
    return _telebirr_server
