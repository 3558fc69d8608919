"""Telebirr, as the shared suite and our tests work it."""

from __future__ import annotations

import json

from payments.gateways.telebirr import Telebirr
from payments.tests.gateway_suite import FarSide, Notification
from payments.tests.standins.telebirr import TelebirrStandIn


class TelebirrFarSide(FarSide):
    """The stand-in, driven from the outside."""

    gateway = Telebirr()
    other_currency = "USD"

    def __init__(self, company: TelebirrStandIn) -> None:
        self.company = company

    def pay(self, reference):
        self.company.pay(reference)

    def pay_again(self, reference):
        raise NotImplementedError

    def fail(self, reference):
        self.company.fail(reference)

    def notification(self, reference, *, age_seconds=0):
        return Notification(*self.company.notify(reference)[0])

    def forged(self, reference):
        return Notification(*self.company.notify(reference, signer="stranger")[0])

    def unsigned(self, reference):
        sent = self.notification(reference)
        words = json.loads(sent.body)
        del words["sign"]
        return Notification(sent.headers, json.dumps(words).encode())

    def is_replay_safe(self):
        return False

    def is_paid_once(self):
        return True

    def closes_pages(self):
        return False

    def signs_bytes(self):
        return False

    def tells_refunds(self):
        return False

    def given_back(self, reference):
        return self.company.orders[reference].given_back

    def something_else_happens(self, reference):
        self.company.paying(reference)
