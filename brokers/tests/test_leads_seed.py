"""The demo's open leads and viewings."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from accounts.tests.factories import UserFactory
from brokers.enums import LeadStage, ViewingState
from brokers.management.seeding.interests import AGENCY, INTERESTS
from brokers.management.seeding.leads import sow
from brokers.models import Lead, LeadNote, Viewing
from brokers.tests.arranging import ahead
from chat.models import Message
from key2key.common import clock
from key2key.common.plugins import Sowing
from listings.enums import Kind
from listings.models import Seller
from listings.tests.factories import ListingFactory

pytestmark = pytest.mark.django_db


def test_sowing_twice_is_sowing_once() -> None:
    agent = UserFactory(email=AGENCY)
    seller = Seller.objects.create(user=agent, name="Hana Homes")
    for kind in Kind.values:
        ListingFactory(kind=kind, photos=0, seller=seller, owner=agent, published_at=ahead(days=-30))
    for email in {interest.buyer for interest in INTERESTS}:
        UserFactory(email=email)
    told: list[str] = []
    for _ in range(2):
        sow(Sowing(told.append))
    assert told == [f"leads: {len(INTERESTS)} of {len(INTERESTS)} new", "leads: all there already"]
    assert Lead.objects.count() == len(INTERESTS)
    assert set(Lead.objects.values_list("stage", flat=True)) == set(LeadStage)
    assert Message.objects.count() == sum(1 + bool(interest.answer) for interest in INTERESTS)
    assert LeadNote.objects.count() == sum(len(interest.notes) for interest in INTERESTS)
    assert Lead.objects.filter(response_minutes__isnull=False).count() == sum(
        bool(interest.answer) for interest in INTERESTS
    )
    assert not Lead.objects.filter(created_at__gt=clock.now()).exists()
    states = {state: viewing for viewing in Viewing.objects.all() for state in [viewing.state]}
    assert set(states) == {ViewingState.CONFIRMED, ViewingState.REQUESTED, ViewingState.DONE}
    tomorrow = states[ViewingState.CONFIRMED].starts_at.astimezone(ZoneInfo(settings.MARKET_TIME_ZONE))
    assert (tomorrow.date(), tomorrow.hour) == (clock.today() + timedelta(days=1), 10)
    assert states[ViewingState.DONE].starts_at < clock.now()


def test_without_people_nothing_is_sown() -> None:
    sow(Sowing(lambda _: None))
    assert not Lead.objects.exists()
