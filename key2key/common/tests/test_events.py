from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
import structlog
from django.db import transaction

from key2key.common import audit, background, events
from key2key.common.ids import uuid7
from key2key.common.models import AuditEntry, Event, EventDelivery, ExchangeRate, Work
from key2key.common.request import caused_by, current_request_id


@dataclass(frozen=True)
class KeysHandedOver:
    """For these tests."""

    listing_id: UUID
    at: datetime
    price: Decimal
    note: str | None
    deal_id: UUID | None = None


@pytest.fixture
def heard(monkeypatch):
    """Lets the tests' own receivers hear, and nobody after them."""
    monkeypatch.setattr(events, "_receivers", {})
    return []


def happened() -> KeysHandedOver:
    return KeysHandedOver(uuid7(), datetime(2026, 11, 22, tzinfo=UTC), Decimal("1.50"), None)


@pytest.mark.django_db
def test_a_receiver_hears_the_very_event(heard):
    events.on(KeysHandedOver)(heard.append)
    event = happened()
    events.publish(event)
    assert heard == [], "it is heard afterwards, not inside"
    background.sweep()
    assert heard == [event]


@pytest.mark.django_db
def test_an_id_that_may_be_missing_is_an_id_where_it_is_there(heard):
    events.on(KeysHandedOver)(heard.append)
    event = replace(happened(), deal_id=uuid7())
    events.publish(event)
    background.sweep()
    assert heard == [event]


@pytest.mark.django_db
def test_an_event_without_receivers_is_still_written_down(heard):
    events.publish(happened())
    assert (Event.objects.count(), EventDelivery.objects.count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_an_event_belongs_to_a_transaction():
    with pytest.raises(RuntimeError, match="transaction"):
        events.publish(happened())
    assert Event.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_published(heard):
    events.on(KeysHandedOver)(heard.append)

    def publish_and_fail():
        with transaction.atomic():
            events.publish(happened())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        publish_and_fail()
    background.sweep()
    assert (heard, Event.objects.count()) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_a_failing_receiver_rolls_back_only_itself(heard):
    def writes_then_fails(event):
        ExchangeRate.objects.create(currency="AED", rate=1, valid_from="2001-01-01")
        raise ValueError("no")

    def listens(event):
        heard.append(event)

    events.on(KeysHandedOver)(writes_then_fails)
    events.on(KeysHandedOver)(listens)
    with transaction.atomic():
        events.publish(happened())
    background.sweep()
    assert len(heard) == 1
    assert not ExchangeRate.objects.filter(valid_from="2001-01-01").exists()
    states = dict(EventDelivery.objects.values_list("receiver", "work_state"))
    assert sorted(states.values()) == [Work.WorkState.DONE, Work.WorkState.QUEUED]


@pytest.mark.django_db
def test_only_dataclasses_are_events():
    with pytest.raises(TypeError):
        events.publish({"listing": 1})
    with pytest.raises(TypeError):
        events.publish(KeysHandedOver)


@pytest.mark.django_db
def test_what_a_receiver_does_carries_the_id_of_the_request_that_caused_it(heard):
    def listens(event):
        heard.append((current_request_id(), structlog.contextvars.get_contextvars().get("request_id")))
        audit.record(actor=None, action="tests.heard", subject=Event.objects.get())

    events.on(KeysHandedOver)(listens)
    with caused_by("request-one-1"):
        events.publish(happened())
    background.sweep()
    assert heard == [("request-one-1", "request-one-1")]
    assert AuditEntry.objects.get().request_id == "request-one-1"
    assert current_request_id() == ""
