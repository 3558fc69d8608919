from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return Client()


def link_in(mail) -> str:
    return re.search(r"https?://[^/\s]+(/\S+)", mail.body)[1]


class TestVerificationLink:
    def test_opening_it_changes_nothing_pressing_the_button_does(self, browser, post, outbox):
        post("auth/register", full_name="Hana", email="hana@example.com", password=PASSWORD)
        path = link_in(outbox()[0])
        assert browser.get(path).status_code == 200
        assert not User.objects.get().email_verified
        assert browser.post(path).status_code == 200
        assert User.objects.get().email_verified

    def test_a_dead_link_says_so(self, browser):
        page = browser.post("/verify-email?token=x")
        assert page.status_code == 400
        assert "This link is not valid any more" in page.content.decode()

    def test_a_link_without_a_token_is_dead(self, browser):
        assert browser.post("/verify-email").status_code == 400


class TestPasswordLink:
    def test_it_sets_the_password(self, browser, post, outbox):
        user = UserFactory()
        post("auth/password/forgot", email=user.email)
        path = link_in(outbox()[0])
        assert browser.get(path).status_code == 200
        assert browser.post(path, {"password": ""}).status_code == 200
        weak = browser.post(path, {"password": "short"})
        assert weak.status_code == 400
        assert "errorlist" in weak.content.decode()
        done = browser.post(path, {"password": "a much better horse"})
        assert done.status_code == 200
        user.refresh_from_db()
        assert user.check_password("a much better horse")
        assert browser.post(path, {"password": "a much better horse"}).status_code == 404

    def test_pages_that_hold_a_secret_are_kept_nowhere(self, browser):
        for path in ("/verify-email?token=x", "/reset-password?token=x"):
            page = browser.get(path)
            assert "no-store" in page["Cache-Control"]
            assert page["Referrer-Policy"] == "same-origin"

    def test_they_speak_amharic(self, browser):
        page = browser.get("/verify-email?token=x", HTTP_ACCEPT_LANGUAGE="am")
        assert '<html lang="am">' in page.content.decode()
