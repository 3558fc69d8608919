from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from key2key.common.logging import HIDDEN, RotatingFile, redact

ROOT = Path(__file__).resolve().parents[3]


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


def handler(file, *, size=1000, kept=5):
    return RotatingFile(filename=str(file), maxBytes=size, backupCount=kept, delay=True)


def line(text):
    return logging.LogRecord("tests", logging.INFO, "", 0, text, None, None)


def test_a_process_follows_to_the_file_that_another_began(tmp_path):
    file = tmp_path / "logs" / "key2key.log"
    one, other = handler(file), handler(file)
    other.emit(line("first"))
    one.emit(line("x" * 990))
    one.emit(line("one goes on"))
    other.emit(line("other goes on"))
    assert file.read_text() == "one goes on\nother goes on\n"
    assert file.with_name("key2key.log.1").read_text().startswith("first\n")
    for each in (one, other):
        each.close()


WRITER = """
import logging, sys
from key2key.common.logging import RotatingFile
handler = RotatingFile(filename=sys.argv[1], maxBytes=5_000, backupCount=200, delay=True)
for number in range(1_000):
    text = f"{sys.argv[2]} {number} " + "x" * 60
    handler.emit(logging.LogRecord("tests", logging.INFO, "", 0, text, None, None))
"""


def test_no_line_of_several_processes_is_lost(tmp_path):
    file = tmp_path / "key2key.log"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(file), name], cwd=ROOT) for name in "abcd"]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    kept = [
        text.split()[:2] for log in tmp_path.glob("key2key.log*") for text in log.read_text().splitlines()
    ]
    assert len(kept) == len({tuple(words) for words in kept}) == 4_000
    assert len(list(tmp_path.glob("key2key.log.*"))) > 20
