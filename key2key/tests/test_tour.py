"""The tour of the README, run line by line in a shell against a real server; and what it must refuse."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core import mail
from django_otp.oath import totp
from PIL import Image

from accounts.tests.factories import PASSWORD, StaffFactory, UserFactory
from key2key.common import background
from key2key.common.models import AuditEntry
from listings.models import Listing
from uploads.models import Upload

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db(transaction=True)


def tour() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    part = text.partition("<!-- tour -->")[2].partition("<!-- /tour -->")[0]
    return "\n".join(re.findall(r"```sh\n(.*?)```", part, flags=re.DOTALL))


@pytest.fixture
def photo(tmp_path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.effect_noise((800, 600), 60).convert("RGB").save(path, quality=85)
    return path


@pytest.fixture
def moderator():
    return StaffFactory(email="moderator@key2key.example", groups=["moderator"])


@pytest.fixture
def worker() -> Iterator[None]:
    """What the worker does beside the server."""
    stop = threading.Event()

    def work() -> None:
        from django.db import connection

        while not stop.wait(0.1):
            background.sweep()
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


def run_in_shell(script: str, *, folder: Path, base: str, answers: list[Callable[[], str]]) -> str:
    """The output of the lines; each `read` among them is answered when its turn has come."""
    output = folder / "output.txt"
    given = iter(answers)
    with output.open("w", encoding="utf-8") as sink:
        shell = subprocess.Popen(
            ["bash", "-eu"],
            cwd=folder,
            env={**os.environ, "BASE": base, "LC_ALL": "C.UTF-8"},
            text=True,
            stdin=subprocess.PIPE,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
        for line in script.splitlines(keepends=True):
            shell.stdin.write(line)
            if line.startswith("read "):
                shell.stdin.flush()
                shell.stdin.write(f"{next(given)()}\n")
        shell.communicate(timeout=100)
    text = output.read_text(encoding="utf-8")
    assert shell.returncode == 0, text
    return text


def token_of_the_mail() -> str:
    wait_for(lambda: len(mail.outbox) == 1)
    return re.search(r"^[\w-]{20,}$", mail.outbox[0].body, flags=re.MULTILINE)[0]


@pytest.mark.skipif(not shutil.which("curl"), reason="the tour needs curl, which is not on this machine")
def test_the_tour_of_the_readme_works_line_by_line(live_server, tmp_path, photo, moderator, worker):
    secret = moderator.totpdevice_set.get().bin_key
    answers = [token_of_the_mail, lambda: PASSWORD, lambda: f"{totp(secret):06d}"]
    output = run_in_shell(tour(), folder=tmp_path, base=live_server.url, answers=answers)

    home, car = (Listing.objects.get(kind=kind) for kind in ("property", "vehicle"))
    assert (home.status, car.status) == ("active", "active"), output
    assert output.count("pending_review") >= 2
    assert '"code": "illegal_transition"' in output
    pages = [found for found in documents_in(output) if "results" in found]
    assert [card["id"] for card in pages[0]["results"]] == [str(home.pk)]
    assert [card["id"] for card in pages[1]["results"]] == [str(home.pk)], "found in the other script"
    assert [card["id"] for card in pages[2]["results"]] == [str(car.pk)]
    assert pages[0]["results"][0]["photo"]["width"] == 800
    assert "ሁለት መኝታ ቤት በስታዲየም አጠገብ" in output
    assert AuditEntry.objects.filter(action="listing.approve", actor_id=moderator.pk).count() == 2


def test_a_refused_step_gives_the_right_problem_and_changes_nothing(sign_in, api, photo):
    seller, stranger = sign_in(UserFactory()), sign_in(UserFactory())
    for path, body in BODIES.items():
        draft = seller.post(f"/api/v1/{path}", body, format="json").json()
        rows = list(Listing.objects.values().order_by("pk"))
        uploads = Upload.objects.count()
        for client, status in ((stranger, 404), (api, 401)):
            answer = client.patch(
                f"/api/v1/{path}/{draft['id']}", {"title": "Not mine at all"}, format="json"
            )
            assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
            answer = client.post(f"/api/v1/listings/{draft['id']}/submit", {}, format="json")
            assert answer.status_code == status
        assert api.get(f"/api/v1/{path}/{draft['id']}").status_code == 404
        answer = seller.post(f"/api/v1/listings/{draft['id']}/hold", {}, format="json")
        assert (answer.status_code, answer.json()["allowed"]) == (409, ["submit"])
        refused = {
            "too_large": ("big.jpg", photo.read_bytes() + b"\0" * 20_000_000, 413),
            "not_an_image": ("note.jpg", b"Dear buyer, this is a text.", 400),
        }
        for code, (name, content, status) in refused.items():
            file = io.BytesIO(content)
            file.name = name
            answer = seller.post("/api/v1/uploads", {"kind": "photo", "file": file}, format="multipart")
            assert answer.status_code == status, answer.content
            document = answer.json()
            assert code in {document["code"], *(fault["code"] for fault in document.get("errors", []))}
        assert list(Listing.objects.values().order_by("pk")) == rows
        assert Upload.objects.count() == uploads


BODIES = {
    "properties": {
        "property_type": "apartment", "purpose": "sale", "title": "Two bedrooms by the stadium",
        "price": "9500000.00", "location": "stadium",
    },
    "vehicles": {
        "vehicle_class": "car", "brand": "toyota", "model": "corolla", "year": 2012, "fuel_type": "petrol",
        "condition": "used", "purpose": "sale", "title": "Corolla 2012, one family", "price": "3200000.00",
        "location": "gerji",
    },
}  # fmt: skip


def wait_for(happened) -> None:
    pause = threading.Event()
    for _ in range(100):
        if happened():
            return
        pause.wait(0.1)
    raise AssertionError("it did not happen within 10 s")


def documents_in(text: str) -> Iterator[dict]:
    """The JSON objects that stand in the text, one behind the other."""
    decoder, position = json.JSONDecoder(), text.find("{")
    while position >= 0:
        try:
            found, end = decoder.raw_decode(text, position)
            yield found
        except ValueError:
            end = position + 1
        position = text.find("{", end)
