"""Letting a company tell us things, through the door and the worker's hands, in this process."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from key2key.common import background, clock
from key2key.common.models import EventDelivery
from key2key.tests.money.companies import Company, Sent
from payments import services
from payments.models import PaymentCheck, RefundSending, WebhookDelivery

DUTIES = (WebhookDelivery, PaymentCheck, RefundSending, EventDelivery)
SOON = timedelta(minutes=6)


def post(company: Company, sent: Sent) -> int:
    """Our answer to a notification."""
    headers, body = sent
    kind = headers.get("Content-Type", "application/octet-stream")
    others = {name: value for name, value in headers.items() if name != "Content-Type"}
    told = Client(raise_request_exception=False).generic(
        "POST", company.path, body, content_type=kind, headers=others
    )
    return told.status_code


def work() -> None:
    """What payments have to do is done, and what comes of it."""
    for _round in range(100):
        if not sum(background.perform(duty) for duty in DUTIES):
            return
    raise AssertionError("the background work does not end")


def sweep() -> None:
    """Some minutes later the sweep asks about what is not clear."""
    with clock.advanced(SOON):
        services.ask_about_silent()
        work()
