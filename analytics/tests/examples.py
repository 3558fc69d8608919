"""Objects for the paths of analytics (key2key/tests/test_who_may.py)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from listings.tests.factories import AgencySellerFactory, ListingFactory

EXAMPLES: dict[str, Any] = {
    "/api/v1/analytics/listings/{id}": lambda owner: (
        ListingFactory(owner=owner, seller=AgencySellerFactory(organisation=owner.organisation)).pk
    ),
}
BODIES: dict[str, Any] = {
    "POST /api/v1/analytics/events": lambda owner: {
        "viewer": str(uuid4()),
        "events": [{"id": str(uuid4()), "kind": "view", "listing": str(ListingFactory().pk)}],
    },
}
