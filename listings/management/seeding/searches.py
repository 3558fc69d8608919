"""What the buyers of the demo look for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.selectors import user_by_email
from listings import alerts, services
from listings.enums import Alert
from listings.models import SavedSearch


@dataclass(frozen=True)
class Wish:
    """One saved search of the demo."""

    email: str
    name: str
    query: Mapping[str, Any]
    alert: str


WISHES = (
    Wish(
        "buyer@key2key.example",
        "Apartments in Bole",
        {"kind": "property", "property_type": "apartment", "location": "bole", "bedrooms_min": 2},
        Alert.INSTANT,
    ),
    Wish(
        "buyer@key2key.example",
        "Corolla or Vitz",
        {"kind": "vehicle", "brand": "toyota", "model": ["corolla", "vitz"], "price_max": "3000000"},
        Alert.DAILY,
    ),
    Wish(
        "nahom.getnet@example.com",
        "Rent near Meskel Square",
        {"kind": "property", "purpose": "rent", "near": "9.0105,38.7612", "radius_km": 3},
        Alert.INSTANT,
    ),
    Wish("bereket.lakew@example.com", "መኪና በሐዋሳ", {"kind": "vehicle", "location": "hawassa"}, Alert.WEEKLY),
    Wish(
        "liya.sisay@example.com",
        "Villa with a garden",
        {"q": "villa", "kind": "property", "purpose": "sale", "amenities": ["garden"]},
        Alert.OFF,
    ),
)


def sow_searches() -> int:
    """Save what is missing; what has been sown by now is no news to anybody. Returns how many were saved."""
    saved = 0
    for wish in WISHES:
        person = user_by_email(wish.email)
        if person is None:
            continue
        search = SavedSearch.objects.filter(user=person, name=wish.name).first()
        if search is None:
            services.save_search(by=person, name=wish.name, query=wish.query, alert=wish.alert)
            saved += 1
        else:
            alerts.note_present(search, alerts.read(search.query).question)
    return saved
