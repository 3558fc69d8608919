"""Whose words an asset takes, and what happens when numbers contradict each other."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.tests.factories import UserFactory
from key2key.common import clock
from listings.models import Asset, Listing
from listings.tests.test_drafting import CAR, HOME, make

pytestmark = pytest.mark.django_db
VIN, OTHER_VIN, FRAME = "JTDBR32E720123456", "WVWZZZ1JZXW000001", "AB123456789"
UNIT = {"site_name": "Summit", "block": "12", "unit": "4"}


@pytest.fixture
def owner(sign_in: Any) -> APIClient:
    client: APIClient = sign_in(UserFactory())
    return client


@pytest.fixture
def stranger(sign_in: Any) -> APIClient:
    client: APIClient = sign_in(UserFactory())
    return client


def identity_of(made: dict[str, Any]) -> tuple[str | None, str | None, str]:
    asset = Listing.objects.get(pk=made["id"]).asset
    return asset.vin, asset.chassis_number, asset.engine_number


def go_live(made: dict[str, Any]) -> None:
    Listing.objects.filter(pk=made["id"]).update(status="active", published_at=clock.now())


def patch(client: APIClient, made: dict[str, Any], **body: Any) -> Any:
    return client.patch(f"/api/v1/vehicles/{made['id']}", body, format="json")


@pytest.mark.parametrize("is_live", [True, False])
def test_a_stranger_who_names_the_vin_changes_nothing_of_the_car(
    owner: APIClient, stranger: APIClient, is_live: bool
) -> None:
    made = make(owner, "vehicles", CAR | {"engine_number": "E-1"})
    if is_live:
        go_live(made)
    theirs = make(stranger, "vehicles", CAR | {"engine_number": "STOLEN", "chassis_number": FRAME})
    assert patch(stranger, theirs, engine_number="STOLEN", chassis_number=FRAME).status_code == 200
    assert identity_of(made) == identity_of(theirs) == (VIN, None, "E-1")


def test_a_frame_number_of_another_car_does_not_belong_to_a_shared_one(
    owner: APIClient, stranger: APIClient
) -> None:
    make(owner, "vehicles", CAR)
    make(owner, "vehicles", CAR | {"vin": "", "chassis_number": FRAME})
    theirs = make(stranger, "vehicles", CAR)
    refused = patch(stranger, theirs, chassis_number=FRAME)
    assert (refused.status_code, refused.json()["code"]) == (409, "identity_of_two")
    assert identity_of(theirs) == (VIN, None, "")


def test_a_draft_does_not_change_what_was_reviewed_of_the_same_car(owner: APIClient) -> None:
    made = make(owner, "vehicles", CAR | {"engine_number": "E-1"})
    go_live(made)
    make(owner, "vehicles", CAR | {"engine_number": "E-2"})
    assert identity_of(made) == (VIN, None, "E-1")


def test_ones_own_drafts_of_a_car_complete_each_other(owner: APIClient) -> None:
    made = make(owner, "vehicles", CAR)
    make(owner, "vehicles", CAR | {"chassis_number": FRAME})
    assert identity_of(made) == (VIN, FRAME, "")
    assert Asset.objects.count() == 1


def test_the_numbers_of_a_car_of_ones_own_are_corrected(owner: APIClient) -> None:
    made = make(owner, "vehicles", CAR | {"chassis_number": FRAME, "engine_number": "E-1"})
    assert patch(owner, made, vin=OTHER_VIN, chassis_number="").status_code == 200
    assert identity_of(made) == (OTHER_VIN, None, "E-1")
    assert Asset.objects.count() == 1


def test_whoever_typed_a_strangers_vin_leaves_without_the_strangers_numbers(
    owner: APIClient, stranger: APIClient
) -> None:
    made = make(owner, "vehicles", CAR | {"chassis_number": FRAME, "engine_number": "E-1"})
    theirs = make(stranger, "vehicles", CAR)
    assert patch(stranger, theirs, vin=OTHER_VIN).status_code == 200
    assert identity_of(theirs) == (OTHER_VIN, None, "")
    assert identity_of(made) == (VIN, FRAME, "E-1")


def test_a_unit_is_corrected_by_its_number_alone(owner: APIClient, stranger: APIClient) -> None:
    make(owner, "properties", HOME | UNIT)
    theirs = make(stranger, "properties", HOME | UNIT)
    assert Asset.objects.count() == 1
    answer = stranger.patch(f"/api/v1/properties/{theirs['id']}", {"unit": "5"}, format="json")
    assert answer.status_code == 200, answer.content
    assert sorted(Asset.objects.values_list("site_name", "block", "unit")) == [
        ("SUMMIT", "12", "4"),
        ("SUMMIT", "12", "5"),
    ]


def test_numbers_of_two_cars_are_refused(owner: APIClient) -> None:
    make(owner, "vehicles", CAR)
    second = make(owner, "vehicles", CAR | {"vin": OTHER_VIN, "chassis_number": FRAME})
    before = list(Asset.objects.order_by("pk").values()), list(Listing.objects.order_by("pk").values())
    refused = owner.post("/api/v1/vehicles", CAR | {"chassis_number": FRAME}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "identity_of_two")
    refused = patch(owner, second, vin=VIN)
    assert (refused.status_code, refused.json()["code"]) == (409, "identity_of_two")
    assert before == (
        list(Asset.objects.order_by("pk").values()),
        list(Listing.objects.order_by("pk").values()),
    )
