from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.core.files.storage import Storage
from django.core.management import call_command

from key2key.common import checks, health, metrics
from key2key.common.models import Event, EventDelivery

pytestmark = pytest.mark.django_db


def test_live_needs_nothing(api, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert api.get("/health/live").json() == {"status": "ok"}


def test_ready_when_all_is_well(api):
    assert api.get("/health/ready").json() == {"status": "ok"}


def test_redis_away_is_degraded_not_down(api, redis_away):
    answer = api.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "degraded"})


def test_the_whole_report_names_each_dependency(api):
    report = api.get("/health").json()
    assert {check["name"] for check in report["checks"]} >= {
        "database",
        "migrations",
        "work",
        "redis",
        "storage",
    }
    assert all(check["state"] == "ok" for check in report["checks"])
    assert report["versions"]["database"]


def test_work_that_waits_too_long_shows(api):
    from datetime import timedelta

    from django.utils import timezone

    event = Event.objects.create(name="tests.Old", payload={})
    EventDelivery.objects.create(event=event, receiver="x", due_at=timezone.now() - timedelta(minutes=5))
    found = {finding.name: finding for finding in health.findings()}
    assert found["work"].state == "degraded"


def test_metrics_are_for_named_networks(api):
    answer = api.get("/metrics", REMOTE_ADDR="127.0.0.1")
    assert answer.status_code == 200
    assert b"k2k_request_seconds" in answer.content
    assert api.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 404


def test_metrics_are_labelled_by_route_not_by_path(api):
    api.get("/api/v1/users/018f0000-0000-7000-8000-000000000000")
    text = api.get("/metrics", REMOTE_ADDR="127.0.0.1").content.decode()
    assert "018f0000" not in text


def test_the_product_starts_as_it_is_configured_here():
    assert [found for found in run_checks(databases=["default"]) if found.level >= 40] == []


def test_a_desk_is_no_production(settings):
    settings.ENVIRONMENT = "production"
    settings.SECRET_KEY = "change-me"
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["*"]
    settings.PAYMENT_GATEWAYS = ["sandbox"]
    settings.BASE_URL = "http://127.0.0.1:8000"
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    found = {one.id for one in checks.production_settings(None)}
    assert found == {"k2k.E001", "k2k.E003", "k2k.E004", "k2k.E005", "k2k.E006", "k2k.W001"}
    settings.SECRET_KEY = "short"
    assert "k2k.E002" in {one.id for one in checks.production_settings(None)}


def test_a_safe_production_starts(settings):
    settings.ENVIRONMENT = "production"
    settings.SECRET_KEY = "x" * 50
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["key2key.example"]
    settings.PAYMENT_GATEWAYS = []
    settings.BASE_URL = "https://key2key.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert checks.production_settings(None) == []


def test_migrations_are_complete():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


class AwayError(Exception):
    """Of nobody's family, as botocore's are."""


class StorageAway(Storage):
    """Answers as a vendor's client does when the vendor is away."""

    def exists(self, name):
        raise AwayError("could not connect")


def test_a_storage_that_is_away_is_degraded_whatever_it_raises(api, settings):
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": f"{__name__}.StorageAway"}}
    answer = api.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "degraded"})
    (storage,) = [check for check in api.get("/health").json()["checks"] if check["name"] == "storage"]
    assert (storage["state"], storage["detail"]) == ("degraded", "AwayError")


def test_invented_methods_are_one_label(api):
    for word in ("BREW", "STEEP", "WHISK"):
        api.generic(word, "/api/v1/listings")
    text = metrics.exposition().decode()
    assert 'method="other"' in text
    assert not any(word in text for word in ("BREW", "STEEP", "WHISK"))


@pytest.mark.parametrize("private", ["", "photos"])
def test_originals_need_a_bucket_of_their_own(settings, private):
    backend = settings.STORAGES["default"]["BACKEND"]

    def bucket(name):
        return {"BACKEND": backend, "OPTIONS": {"bucket_name": name}}

    assert checks.originals_have_their_bucket(None) == []
    settings.STORAGES = {**settings.STORAGES, "default": bucket("photos"), "private": bucket(private)}
    assert [found.id for found in checks.originals_have_their_bucket(None)] == ["k2k.E007"]
    settings.STORAGES = {**settings.STORAGES, "default": bucket("photos"), "private": bucket("originals")}
    assert checks.originals_have_their_bucket(None) == []
