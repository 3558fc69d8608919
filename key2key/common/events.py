"""Publish up: what others like to know.

`publish` writes the event in the caller's transaction, with one `EventDelivery` per receiver. Each
receiver runs afterwards in a transaction of its own (decision 1), so no listener can roll its publisher
back and locks are only taken downwards.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar, get_args, get_type_hints
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from key2key.common import background
from key2key.common.models import Event, EventDelivery
from key2key.common.request import caused_by, current_request_id

EventType = TypeVar("EventType")
Receiver = Callable[[Any], None]


@dataclass(frozen=True)
class Heard:
    """Which event a receiver is hearing, and when it was published, as the database's clock had it."""

    id: int
    published_at: datetime


_hearing: ContextVar[Heard] = ContextVar("hearing")
_receivers: dict[str, dict[str, tuple[type, Receiver]]] = {}
_READ: dict[type, Callable[[Any], Any]] = {
    UUID: UUID,
    Decimal: Decimal,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}


def on(event_type: type[EventType]) -> Callable[[Callable[[EventType], None]], Callable[[EventType], None]]:
    """Let the decorated function of a `receivers.py` hear every event of the type, once each."""

    def listen(receiver: Callable[[EventType], None]) -> Callable[[EventType], None]:
        listeners = _receivers.setdefault(_name(event_type), {})
        listeners[f"{receiver.__module__}.{receiver.__name__}"] = (event_type, receiver)
        return receiver

    return listen


def publish(event: Any) -> None:
    """Write down that it happened. Must be called inside the transaction of the cause.

    Raises RuntimeError outside a transaction: an event without its cause, or a cause without its
    event, could then remain.
    """
    if not is_dataclass(event) or isinstance(event, type):
        raise TypeError("an event is an instance of a frozen dataclass")
    if not connection.in_atomic_block:
        raise RuntimeError("publish() belongs into the transaction of its cause")
    name = _name(type(event))
    payload = json.loads(json.dumps(asdict(event), cls=DjangoJSONEncoder))
    row = Event.objects.create(name=name, payload=payload, request_id=current_request_id())
    names = list(_receivers.get(name, ()))
    if names:
        EventDelivery.objects.bulk_create(EventDelivery(event=row, receiver=receiver) for receiver in names)
        background.wake("key2key.common.tasks.deliver_events")


def deliver_waiting() -> int:
    """Hand out the events that wait. Returns how many were claimed."""
    return background.perform(EventDelivery)


def deliver(delivery: EventDelivery) -> None:
    """Let one receiver hear its event; its writes and the end of the duty are one transaction.

    What the receiver writes, publishes and logs carries the request's id of the event.
    """
    event_type, receiver = _receivers[delivery.event.name][delivery.receiver]
    heard = _hearing.set(Heard(delivery.event_id, delivery.event.created_at))
    try:
        with caused_by(delivery.event.request_id), transaction.atomic():
            background.finish(delivery)
            receiver(_read(event_type, delivery.event.payload))
    finally:
        _hearing.reset(heard)


def heard() -> Heard:
    """The event that is being heard; for receivers that count. Raises LookupError outside a delivery."""
    return _hearing.get()


def _name(event_type: type) -> str:
    return f"{event_type.__module__.removesuffix('.events')}.{event_type.__name__}"


def _read(event_type: type[EventType], payload: dict[str, Any]) -> EventType:
    hints = get_type_hints(event_type)
    values = {}
    for field in fields(event_type):  # type: ignore[arg-type]  # `publish` refuses all but dataclasses
        value, read = payload[field.name], _READ.get(_present(hints[field.name]))
        values[field.name] = read(value) if read and value is not None else value
    return event_type(**values)


def _present(hint: Any) -> Any:
    """What a value is when there is one: `UUID` of `UUID | None`."""
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    return kinds[0] if len(kinds) == 1 else hint
