"""How long people wait for an answer, written down for the cards of sellers and professionals."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from brokers import selectors
from brokers.models import Broker
from key2key.common import batches, clock
from listings.services import SellerFacts, set_seller_facts


def tell_response_times() -> int:
    """Write the usual time to a first answer for everybody who has answered. Returns for how many."""
    agencies, people = (selectors.usual_minutes(of=who) for who in ("organisation", "owner"))

    def tell_of_agency(organisation_id: UUID) -> bool:
        facts = SellerFacts(response_minutes=agencies[organisation_id])
        set_seller_facts(organisation_id=organisation_id, facts=facts)
        return True

    def tell_of_person(user_id: UUID) -> bool:
        _tell_of_person(user_id, minutes=people[user_id])
        return True

    told = batches.each_alone(sorted(agencies), deed=tell_of_agency)
    return told + batches.each_alone(sorted(people), deed=tell_of_person)


@transaction.atomic
def _tell_of_person(user_id: UUID, *, minutes: int) -> None:
    """The profile first: brokers' rows are locked before those of listings."""
    Broker.objects.filter(user_id=user_id).update(response_minutes=minutes, updated_at=clock.now())
    set_seller_facts(user_id=user_id, facts=SellerFacts(response_minutes=minutes))
