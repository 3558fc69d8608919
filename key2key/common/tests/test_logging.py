from __future__ import annotations

import pytest

from key2key.common.logging import HIDDEN, redact


@pytest.mark.parametrize(
    "canary",
    [
        "almaz.bekele@example.com",
        "+251911234567",
        "0911 23 45 67",
        "Bearer abc.def.ghi",
        "eyJhbGciOi.eyJzdWIi.c2ln",
    ],
)
def test_personal_data_and_tokens_are_hidden_wherever_they_stand(canary):
    event = redact(None, "info", {"event": f"said {canary} here", "inner": {"list": [f"x {canary}"]}})
    assert canary.split()[-1] not in str(event)
    assert HIDDEN in str(event)


@pytest.mark.parametrize(
    "name", ["password", "new_password", "refresh_token", "Authorization", "code", "otp"]
)
def test_secrets_are_hidden_by_their_names(name):
    assert redact(None, "info", {"body": {name: "hunter2"}}) == {"body": {name: HIDDEN}}


def test_a_line_stays_one_line():
    assert redact(None, "info", {"event": "a\x1b[31mb\rc"})["event"] == "a\\x1b[31mb\\x0dc"


def test_what_is_harmless_stays():
    event = {"event": "request", "status": 200, "route": "api/v1/listings", "milliseconds": 1.5}
    assert redact(None, "info", event) == event
