"""What an organisation means to the apps above accounts."""

from __future__ import annotations

import pytest

from accounts.models import Membership, Organisation
from accounts.tests.factories import MembershipFactory
from key2key.common.models import Event
from listings.enums import Status
from listings.models import Seller
from listings.tests.factories import AgencySellerFactory, ListingFactory

pytestmark = pytest.mark.django_db


def test_an_organisation_that_sells_cannot_be_deleted(sign_in):
    place = MembershipFactory(role=Membership.Role.OWNER)
    seller = AgencySellerFactory(organisation=place.organisation)
    ListingFactory(seller=seller, owner=place.user, status=Status.DRAFT)
    answer = sign_in(place.user).delete(f"/api/v1/organisations/{place.organisation_id}")
    assert (answer.status_code, answer.json()["code"]) == (409, "organisation_in_use")
    assert Organisation.objects.exists()
    assert Membership.objects.exists()
    assert not Event.objects.exists()


def test_an_organisation_that_offered_nothing_takes_its_seller_along(sign_in):
    place = MembershipFactory(role=Membership.Role.OWNER)
    AgencySellerFactory(organisation=place.organisation)
    answer = sign_in(place.user).delete(f"/api/v1/organisations/{place.organisation_id}")
    assert answer.status_code == 204
    assert not Organisation.objects.exists()
    assert not Seller.objects.exists()
