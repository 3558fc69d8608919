"""What goes of a professional, and of whoever wrote a review, when the person is erased."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction

from brokers.enums import BrokerStatus, LicenceState
from brokers.models import Broker, Review, ReviewReport
from brokers.services.licences import follow_gate
from key2key.common import audit, clock

WORDS = ("bio", "phone", "whatsapp", "telegram", "website", "status_reason")
STANDING = (LicenceState.CONFIRMED, LicenceState.UNCHECKED)


@transaction.atomic
def forget_professional(user_id: UUID) -> None:
    """End an erased person's profile, and forget what it told: words, contacts, places, licence numbers.

    Ratings, counts and dates stay, nameless. Safe to repeat; does nothing for whoever is not erased. Locks
    the profile, then listings and seller.
    """
    broker = Broker.objects.select_for_update().filter(user_id=user_id).first()
    if broker is None or not _is_erased(user_id):
        return
    for name in WORDS:
        setattr(broker, name, "")
    broker.languages, broker.specialities, broker.years_experience = [], [], None
    broker.status = BrokerStatus.TERMINATED
    broker.save()
    broker.areas.clear()
    broker.licences.filter(state__in=STANDING).update(state=LicenceState.REVOKED, updated_at=clock.now())
    broker.licences.update(number="", reason="", updated_at=clock.now())
    audit.record(actor=None, action="broker.erased", subject=broker)
    follow_gate(broker)


@transaction.atomic
def forget_words_of(user_id: UUID) -> None:
    """Forget what an erased person wrote in reviews, replies and reports. Ratings stay. Safe to repeat."""
    if _is_erased(user_id):
        now = clock.now()
        Review.objects.filter(author_id=user_id).update(text="", updated_at=now)
        Review.objects.filter(subject_id=user_id).update(reply="", updated_at=now)
        ReviewReport.objects.filter(reporter_id=user_id).update(text="", updated_at=now)


def _is_erased(user_id: UUID) -> bool:
    person = get_user_model()._default_manager.get(pk=user_id)
    return bool(person.status == type(person).Status.ERASED)
