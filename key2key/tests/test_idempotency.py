from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts import services
from accounts.tests.factories import StaffFactory, UserFactory
from key2key.common import housekeeping
from key2key.common.models import IdempotencyKey
from key2key.common.plugins import privacy
from listings.models import Listing

BODY = {
    "property_type": "apartment",
    "purpose": "sale",
    "title": "Two bedrooms near the stadium",
    "price": "9500000.00",
    "location": "bole",
}


def post(client, body=BODY, key="k-1"):
    return client.post("/api/v1/properties", body, format="json", HTTP_IDEMPOTENCY_KEY=key)


@pytest.mark.django_db
def test_the_same_key_and_body_get_the_stored_answer(sign_in):
    client = sign_in(UserFactory())
    first, again = post(client), post(client)
    assert first.status_code == again.status_code == 201, first.content
    assert (first.content, first["Location"]) == (again.content, again["Location"])
    assert again["Idempotent-Replayed"] == "true"
    assert not first.has_header("Idempotent-Replayed")
    assert Listing.objects.count() == 1


@pytest.mark.django_db
def test_the_same_key_with_another_body_is_refused(sign_in):
    client = sign_in(UserFactory())
    post(client)
    answer = post(client, {**BODY, "price": "1.00"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Listing.objects.count() == 1


@pytest.mark.django_db
def test_keys_of_two_people_are_two_keys(sign_in):
    post(sign_in(UserFactory()))
    post(sign_in(UserFactory()))
    assert Listing.objects.count() == 2


@pytest.mark.django_db
def test_a_refusal_is_not_kept_so_a_corrected_retry_may_use_the_key(sign_in):
    client = sign_in(UserFactory())
    assert post(client, {**BODY, "location": "atlantis"}).status_code == 400
    assert IdempotencyKey.objects.count() == 0
    assert post(client).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_malformed_key_is_400(sign_in, key):
    answer = post(sign_in(UserFactory()), key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")


@pytest.mark.django_db
def test_keys_are_kept_for_thirty_days(sign_in):
    post(sign_in(UserFactory()))
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(days=29))
    housekeeping.forget_old_rows()
    assert IdempotencyKey.objects.count() == 1
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(days=31))
    housekeeping.forget_old_rows()
    assert IdempotencyKey.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_under_one_key_have_one_effect(sign_in):
    user = UserFactory()

    def ask(_):
        try:
            return post(sign_in(user))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(20)))
    assert Listing.objects.count() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    running = [answer for answer in answers if answer.status_code == 409]
    assert all(answer.json()["code"] == "idempotency_in_progress" for answer in running)
    assert all(answer["Retry-After"] == "1" for answer in running)
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1


@pytest.mark.django_db(transaction=True)
def test_without_a_key_every_post_has_its_effect(sign_in):
    """The control: it is the key that makes them one."""
    client = sign_in(UserFactory())
    for _ in range(3):
        assert client.post("/api/v1/properties", BODY, format="json").status_code == 201
    assert Listing.objects.count() == 3


@pytest.mark.django_db
def test_the_kept_answers_are_handed_out_and_forgotten_with_the_person(sign_in):
    person, other = UserFactory(), UserFactory()
    post(sign_in(person))
    post(sign_in(other))
    (kept,) = dict(privacy)["common.idempotencykey"].export(person)
    assert (kept["key"], BODY["title"] in kept["body"]) == ("k-1", True)
    services.erase_user(user_id=person.pk, by=StaffFactory(is_superuser=True))
    assert [key.user_id for key in IdempotencyKey.objects.all()] == [other.pk]
