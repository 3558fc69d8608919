"""A member of staff in the admin, as their browser speaks to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin

import httpx

from key2key.management.journey.caller import NO_IDLE_CONNECTIONS

_REFUSAL = re.compile(r'class="errornote[^>]*>(.*?)</div>', re.DOTALL)
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class StaffLogin:
    """How somebody signs in to the admin; `code` is asked for what the authenticator shows now."""

    email: str
    password: str
    code: Callable[[], str]


class Desk:
    """Signed in with both factors; every deed is a POST with its CSRF token."""

    def __init__(self, base: str, *, login: StaffLogin, path: str = "admin") -> None:
        self.admin = f"{base.rstrip('/')}/{path}/"
        self.http = httpx.Client(
            timeout=20, follow_redirects=True, headers={"Referer": self.admin}, limits=NO_IDLE_CONNECTIONS
        )
        form = {
            "csrfmiddlewaretoken": self._token(f"{self.admin}login/"),
            "username": login.email,
            "password": login.password,
            "otp": login.code(),
        }
        answer = self.http.post(f"{self.admin}login/?next=/{path}/", data=form)
        if answer.url.path.endswith("/login/"):
            raise PermissionError(f"{login.email} could not sign in to the admin")

    def page(self, path: str) -> str:
        """A page of the admin."""
        answer = self.http.get(f"{self.admin}{path}")
        answer.raise_for_status()
        return answer.text

    def act(self, page: str, deed: str, **form: str) -> None:
        """Do what a button of a row's page does. Raises RuntimeError when the page refuses it."""
        token = self.http.cookies.get("csrftoken") or ""
        path = f"{self.admin}{page}/{deed}/"
        answer = self.http.post(
            path,
            data={"csrfmiddlewaretoken": token, "_form_submitted": "true", **form},
            headers={"HX-Request": "true"},
        )
        goes_on = answer.headers.get("HX-Redirect") or (str(answer.url) if answer.history else "")
        if answer.status_code != HTTPStatus.OK or not goes_on or "/login/" in goes_on:
            raise RuntimeError(f"{path}: {answer.status_code} {_words(answer.text)[:400]}")
        refusal = _REFUSAL.search(self.http.get(urljoin(path, goes_on)).text)
        if refusal is not None:
            raise RuntimeError(f"{path}: {_words(refusal[1])}")

    def _token(self, url: str) -> str:
        found = _TOKEN.search(self.http.get(url).text)
        if found is None:
            raise RuntimeError(f"{url} has no form")
        return found[1]


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
