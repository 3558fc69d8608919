"""The finished JSON of a search card, one text per language, and of its seller's part (decision 16)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

Json = dict[str, Any]


@dataclass(frozen=True)
class Named:
    """A slug and its names by language; a language that is missing reads English."""

    slug: str
    names: Mapping[str, str]

    def name_in(self, language: str) -> str:
        """The name in a language, else the English one."""
        return self.names.get(language) or self.names["en"]


@dataclass(frozen=True)
class Cover:
    """The first picture. `url` is relative to the media base; the pixels are the original's."""

    url: str
    width: int
    height: int
    blurhash: str


@dataclass(frozen=True)
class Home:
    """What a home's card adds. The size is m²."""

    property_type: Named
    bedrooms: int | None
    bathrooms: int | None
    size_m2: Decimal | None

    def fields(self, language: str) -> Json:
        """Its part of the card."""
        return {
            **_named("property_type", self.property_type, language),
            "bedrooms": self.bedrooms,
            "bathrooms": self.bathrooms,
            "size_m2": _decimal(self.size_m2),
        }


@dataclass(frozen=True)
class Car:
    """What a vehicle's card adds. The mileage is km."""

    brand: Named
    model: Named
    year: int
    mileage_km: int | None
    fuel_type: Named
    transmission: Named | None

    def fields(self, language: str) -> Json:
        """Its part of the card."""
        return {
            **_named("brand", self.brand, language),
            **_named("model", self.model, language),
            "year": self.year,
            "mileage_km": self.mileage_km,
            **_named("fuel_type", self.fuel_type, language),
            **_named("transmission", self.transmission, language),
        }


@dataclass(frozen=True)
class Facts:
    """All that a card is made of. The point is the one that strangers are shown."""

    id: UUID
    kind: str
    purpose: str
    status: str
    titles: Mapping[str, str]
    price: Decimal | None
    currency: str
    rent_period: str
    location: Named
    point: tuple[float | None, float | None]
    cover: Cover | None
    photo_count: int
    badges: list[str]
    published_at: datetime
    detail: Home | Car


def card(facts: Facts, *, language: str) -> str:
    """The card in a language. The answer adds `seller`, `reduced`, `sponsored` before its closing brace."""
    latitude, longitude = facts.point
    return _text(
        {
            "id": str(facts.id),
            "kind": facts.kind,
            "purpose": facts.purpose,
            "status": facts.status,
            "title": facts.titles[language],
            "price": _decimal(facts.price),
            "currency": facts.currency,
            "rent_period": facts.rent_period,
            "location": {"slug": facts.location.slug, "name": facts.location.name_in(language)},
            "latitude": latitude,
            "longitude": longitude,
            "photo": vars(facts.cover) if facts.cover else None,
            "photo_count": facts.photo_count,
            "badges": facts.badges,
            "published_at": _moment(facts.published_at),
            **facts.detail.fields(language),
        }
    )


def seller_card(row: Any) -> str:
    """The seller's part, the same in every language, of a row of sellers."""
    return _text(
        {
            "id": str(row.pk),
            "name": row.name,
            "type": row.type,
            "verified": row.verified,
            "rating": _decimal(row.rating),
            "response_time_minutes": row.response_minutes,
        }
    )


def whole(card: str, *, seller: str, reduced: bool, sponsored: bool) -> str:
    """The card as it is answered: its own part, the seller's, and what depends on the time.

    That is whether the price fell of late, and whether somebody pays for its place.
    """
    now = _text({"reduced": reduced, "sponsored": sponsored})
    return f'{card[:-1]},"seller":{seller},{now[1:]}'


def _named(field: str, value: Named | None, language: str) -> Json:
    if value is None:
        return {field: None, f"{field}_name": None}
    return {field: value.slug, f"{field}_name": value.name_in(language)}


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _text(fields: Json) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
