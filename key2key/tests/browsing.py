"""Chromium for tests: found or skipped with a reason, watched for errors, photographed on request."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from accounts.tests.desk import code_of
from accounts.tests.factories import PASSWORD

NAMES = ("chromium", "chromium-browser", "google-chrome")
DESK, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
NAMED_ELSEWHERE = "Failed to load resource"  # Chromium says it without the address; `_look` names it


class Watched:
    """A page whose console is read: an error or a refusal by the content security policy fails the test."""

    def __init__(self, page: Any, *, base: str) -> None:
        self.page, self.base, self.troubles = page, base, list[str]()
        page.on("console", self._hear)
        page.on("response", self._look)
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))

    def open(self, path: str) -> None:
        self.page.goto(f"{self.base}{path}")
        self.page.wait_for_load_state("networkidle")

    def shoot(self, name: str) -> None:
        """Pictures of the page, light, dark and on a phone, when K2K_SHOTS names a folder."""
        folder = os.environ.get("K2K_SHOTS")
        if not folder:
            return
        for theme in ("light", "dark"):
            self.page.evaluate(
                "dark => document.documentElement.classList.toggle('dark', dark)", theme == "dark"
            )
            self.page.wait_for_timeout(250)
            self.page.screenshot(path=Path(folder, f"{name}-{theme}.png"))
        self.page.evaluate("document.documentElement.classList.remove('dark')")
        self.page.set_viewport_size(PHONE)
        self.page.wait_for_timeout(250)
        self.page.screenshot(path=Path(folder, f"{name}-phone.png"))
        self.page.set_viewport_size(DESK)

    def _look(self, response: Any) -> None:
        if response.status >= HTTPStatus.NOT_FOUND:
            self.troubles.append(f"{self.page.url}: {response.status} {response.url}")

    def _hear(self, message: Any) -> None:
        if message.type == "error" and not message.text.startswith(NAMED_ELSEWHERE):
            self.troubles.append(f"{self.page.url}: {message.text}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser of this machine."""
    binary = next((path for path in map(shutil.which, NAMES) if path), None)
    if binary is None:
        pytest.skip(f"No Chromium here: none of {', '.join(NAMES)} is on the PATH.")
    sync = pytest.importorskip("playwright.sync_api", reason="The package playwright is not installed.")
    with pytest.MonkeyPatch.context() as patch, sync.sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in the thread of the tests
        browser = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium: Any, live_server: Any) -> Iterator[Watched]:
    """A fresh browser window on the running product; at the end its console must be clean."""
    context = chromium.new_context(viewport=DESK, locale="en-GB", color_scheme="light")
    watched = Watched(context.new_page(), base=live_server.url)
    yield watched
    context.close()
    if watched.troubles:
        pytest.fail("\n".join(watched.troubles))


def enter(watched: Watched, user: User, *, code: str = "", password: str = PASSWORD) -> None:
    """Fill the staff's sign-in page in and send it."""
    watched.open("/admin/")
    watched.page.fill("[name=username]", user.email or "")
    watched.page.fill("[name=password]", password)
    watched.page.fill("[name=otp]", code or code_of(user))
    watched.page.click("#login-form button[type=submit]")
    watched.page.wait_for_load_state("networkidle")
