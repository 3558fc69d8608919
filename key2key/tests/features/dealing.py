"""What the acceptance tests of deals and money do through the doors: offer, accept, pay, hand over, wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils.module_loading import import_string

from key2key.celery import SCHEDULE, SWEEP_SECONDS
from key2key.common import background, clock
from key2key.tests.features.market import API, Person
from payments.tests.company import Company

TERMS = {"amount": "9000000.00", "currency": "ETB", "deposit_amount": "50000.00"}


def ask(person: Person, path: str, body: dict[str, Any] | None = None, *, key: str = "") -> Any:
    """The answer to a POST with an idempotency key, a fresh one when none is given."""
    headers = {"Idempotency-Key": key or str(uuid4())}
    return person.client.post(f"{API}/{path}", body or {}, headers=headers)


def do(person: Person, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """The same; it must go well."""
    answer = ask(person, path, body)
    assert answer.status_code in {200, 201}, answer.content
    done: dict[str, Any] = answer.json()
    return done


def read(person: Person, path: str) -> Any:
    """What a GET answers; it must go well."""
    answer = person.client.get(f"{API}/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def refused(answer: Any) -> tuple[int, str]:
    """The status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


def news(person: Person) -> list[str]:
    """The kinds of news in somebody's feed, the newest first."""
    return [row["kind"] for row in read(person, "notifications?limit=100")["results"]]


def settle() -> None:
    """Let all background work be done, until nothing is due."""
    for _round in range(100):
        if not background.sweep():
            return
    raise AssertionError("the background work does not end")


@contextmanager
def later(**span: float) -> Iterator[None]:
    """So much later, with all done that the schedule does by then."""
    with clock.advanced(timedelta(**span)):
        for entry in SCHEDULE.values():
            if entry["schedule"] > SWEEP_SECONDS:
                import_string(entry["task"])()
        settle()
        yield


@dataclass(frozen=True)
class Deal:
    """A deal between two people who are signed in."""

    id: str
    buyer: Person
    seller: Person

    def seen(self, person: Person | None = None) -> dict[str, Any]:
        """The deal as one of its sides sees it; the buyer when nobody is named."""
        seen: dict[str, Any] = read(person or self.buyer, f"deals/{self.id}")
        return seen

    def step(self, person: Person, step: str, **body: Any) -> Any:
        """The answer to a step of one side."""
        return ask(person, f"deals/{self.id}/{step}", body)

    def checkout(self, **more: str) -> dict[str, Any]:
        """A payment of the deposit, or of a part of it (`amount`), that waits on the gateway's page."""
        return do(self.buyer, "payments", deposit_of(self.id) | more)

    def pay(self, sandbox: Company, **more: str) -> dict[str, Any]:
        """Pay it there; what follows is done. The payment as it is then."""
        payment = self.checkout(**more)
        sandbox.press(payment["checkout_url"], "pay")
        settle()
        paid: dict[str, Any] = read(self.buyer, f"payments/{payment['id']}")
        return paid

    def tick_papers(self) -> None:
        """Both sides tick every paper that is required."""
        for person in (self.buyer, self.seller):
            for paper in self.seen(person)["papers"]:
                if paper["required"]:
                    do(person, f"deals/{self.id}/tick-paper", {"paper": paper["slug"]})
        assert self.seen()["state"] == "handover"

    def code_of(self, person: Person) -> str:
        """The code that this side gives to the other."""
        code: str = do(person, f"deals/{self.id}/handover-code")["code"]
        return code

    def hand_over(self) -> None:
        """Each enters the other's code."""
        buyers, sellers = self.code_of(self.buyer), self.code_of(self.seller)
        do(self.buyer, f"deals/{self.id}/confirm-handover", {"code": sellers})
        do(self.seller, f"deals/{self.id}/confirm-handover", {"code": buyers})
        settle()


def deposit_of(deal: str) -> dict[str, Any]:
    """The body that asks to pay a deposit."""
    return {
        "purpose": "deposit",
        "target": {"type": "deal", "id": deal},
        "gateway": "sandbox",
        "return_url": "https://app.example/back",
    }


def offer(buyer: Person, listing: str, **terms: Any) -> dict[str, Any]:
    """An offer that lies on the table."""
    return do(buyer, "offers", {"listing": listing, **TERMS, **terms})


def agreed(buyer: Person, seller: Person, listing: str, **terms: Any) -> Deal:
    """An offer that was made and accepted: the deal that began."""
    made = offer(buyer, listing, **terms)
    accepted = do(seller, f"offers/{made['id']}/accept")
    return Deal(accepted["deal"], buyer, seller)
