"""What is offered on the journey."""

from __future__ import annotations

import random
from typing import Any

HOME = {
    "property_type": "apartment", "purpose": "sale", "title": "Two bedrooms by the stadium",
    "description": "Bright corner flat on the fourth floor, new kitchen, own water tank and generator.",
    "price": "9500000.00", "currency": "ETB", "location": "stadium", "bedrooms": 2, "bathrooms": 1,
    "size_m2": "86.00",
}  # fmt: skip
CAR = {
    "vehicle_class": "car", "body_type": "sedan", "brand": "toyota", "model": "corolla", "year": 2012,
    "mileage_km": 120000, "fuel_type": "petrol", "transmission": "automatic", "condition": "used",
    "first_registration": "2012-05", "purpose": "sale", "title": "Corolla, one owner, all services",
    "description": "Serviced every 5,000 km, papers complete, no accident.", "price": "1850000.00",
    "currency": "ETB", "location": "bole",
}  # fmt: skip
VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
SEARCH = {
    "properties": {"kind": "property", "location": ["stadium"]},
    "vehicles": {"kind": "vehicle", "brand": ["toyota"]},
}


def body_of(kind: str) -> dict[str, Any]:
    """A home (`properties`) or a car (`vehicles`) that nobody has offered before."""
    if kind == "properties":
        return dict(HOME)
    chance = random.SystemRandom()
    return {**CAR, "chassis_number": "".join(chance.choice(VIN_LETTERS) for _ in range(11))}
