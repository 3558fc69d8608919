"""What the acceptance tests do through the doors: draft, photograph, submit, approve, look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from listings.tests.factories import ReadyUploadFactory

API = "/api/v1"
HOME: dict[str, Any] = {
    "property_type": "apartment",
    "purpose": "sale",
    "title": "Two bedrooms by the stadium",
    "description": "Third floor, lift, own water meter.",
    "price": "9500000.00",
    "location": "stadium",
    "bedrooms": 2,
    "bathrooms": 1,
    "size_m2": "92.50",
}
CAR: dict[str, Any] = {
    "vehicle_class": "car",
    "body_type": "sedan",
    "brand": "toyota",
    "model": "corolla",
    "year": 2012,
    "mileage_km": 120_000,
    "fuel_type": "petrol",
    "transmission": "automatic",
    "condition": "used",
    "first_registration": "2012-05",
    "purpose": "sale",
    "title": "Corolla, one family",
    "description": "Serviced every 5,000 km.",
    "price": "3200000.00",
    "location": "gerji",
}
RENT = {"purpose": "long_rent", "rent_period": "month", "price": "45000.00"}
BODIES = {"properties": HOME, "vehicles": CAR}


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in at the API."""

    user: User
    client: APIClient

    def draft(self, kind: str, **fields: Any) -> dict[str, Any]:
        """A draft of `properties` or `vehicles`, with a photo; as the API answers it."""
        answer = self.client.post(f"{API}/{kind}", BODIES[kind] | fields)
        assert answer.status_code == 201, answer.content
        draft: dict[str, Any] = answer.json()
        upload = ReadyUploadFactory(owner=self.user)
        answer = self.client.post(f"{API}/listings/{draft['id']}/photos", {"upload": str(upload.pk)})
        assert answer.status_code == 201, answer.content
        return draft

    def refused(self, kind: str, **fields: Any) -> set[tuple[str, str]]:
        """Where and why a draft is refused: pointers and codes."""
        answer = self.client.post(f"{API}/{kind}", BODIES[kind] | fields)
        assert answer.status_code == 400, answer.content
        return {(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]}

    def step(self, listing: str, step: str, **fields: Any) -> Any:
        """The answer to a step of the listing's life."""
        return self.client.post(f"{API}/listings/{listing}/{step}", fields)

    def read(self, listing: str) -> dict[str, Any]:
        """The listing as its owner sees it."""
        answer = self.client.get(f"{API}/listings/{listing}")
        assert answer.status_code == 200, answer.content
        read: dict[str, Any] = answer.json()
        return read


@dataclass(frozen=True)
class Desk:
    """A member of staff in the admin, signed in with both factors."""

    browser: Client

    def approve(self, listing: str) -> None:
        """Put what waits for review on the market."""
        self._post(f"/admin/listings/reviewitem/{listing}/approve/")

    def reject(self, listing: str, *, words: str) -> None:
        """Refuse what waits for review, and say why."""
        self._post(f"/admin/listings/reviewitem/{listing}/reject/", stock="", words=words)

    def page(self, path: str) -> str:
        """The text of a page."""
        answer = self.browser.get(path)
        assert answer.status_code == 200, path
        return answer.content.decode()

    def act(self, page: str, deed: str, **form: str) -> None:
        """Press the button `deed` of a row's page, its form filled in."""
        self._post(f"/admin/{page}/{deed}/", **form)

    def _post(self, path: str, **form: str) -> None:
        answer = self.browser.post(path, {"_form_submitted": "true", **form})
        assert answer.status_code == 302, answer.content
        assert "/login/" not in answer["Location"], "signed out"


def found(client: APIClient, asked: str = "", *, kind: str = "listings") -> list[dict[str, Any]]:
    """The cards of a search's first page."""
    answer = client.get(f"{API}/{kind}?{asked}")
    assert answer.status_code == 200, answer.content
    cards: list[dict[str, Any]] = answer.json()["results"]
    return cards


def ids(cards: list[dict[str, Any]]) -> list[str]:
    """Their ids, in their order."""
    return [card["id"] for card in cards]
