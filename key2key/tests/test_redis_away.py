"""Redis only carries hints: without it everything that matters still works."""

from __future__ import annotations

import pytest

from accounts.tests.factories import UserFactory
from listings.enums import Status
from listings.models import Listing
from listings.tests.factories import ReadyUploadFactory
from listings.tests.test_drafting import HOME


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("redis_away", "broken_broker")
def test_without_redis_a_home_is_offered_changed_shown_and_sent_to_review(sign_in):
    user = UserFactory()
    client = sign_in(user)
    made = client.post("/api/v1/properties", HOME, format="json")
    assert made.status_code == 201, made.content
    listing = made.json()["id"]
    changed = client.patch(f"/api/v1/properties/{listing}", {"price": "9400000.00"}, format="json")
    assert (changed.status_code, changed.json()["price"]) == (200, "9400000.00")
    photo = client.post(
        f"/api/v1/listings/{listing}/photos",
        {"upload": str(ReadyUploadFactory(owner=user).pk)},
        format="json",
    )
    assert photo.status_code == 201, photo.content
    assert client.get(f"/api/v1/properties/{listing}").json()["quality_score"] > 0
    sent = client.post(f"/api/v1/listings/{listing}/submit", {}, format="json")
    assert sent.status_code == 200, sent.content
    assert Listing.objects.get(pk=listing).status == Status.PENDING_REVIEW
