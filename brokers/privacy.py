"""What brokers hold on a person, how it is handed out and how it is forgotten."""

from __future__ import annotations

from typing import Any

from brokers.models import Broker, Lead, LeadNote, Licence, Review, ReviewReport, Viewing
from key2key.common.plugins import PrivacyPart, privacy

_BROKER = {
    "bio": "what a professional tells everybody of themselves",
    "phone": "how we reach a professional",
    "whatsapp": "how we reach a professional",
    "telegram": "how everybody reaches a professional",
    "website": "where everybody reads more of a professional",
    "areas": "where a professional works",
    "languages": "what a professional speaks",
}
_LICENCE = {"number": "the licence that a professional works under; everybody sees its end"}
_REVIEW = {
    "rating": "what the person thinks of the other side of a deal, shown to everybody",
    "text": "what the person says of the other side of a deal, shown to everybody",
    "reply": "what the person answers to a review, shown to everybody",
}
_REPORT = {"text": "what the person finds wrong with a review; for staff"}
_LEAD = {
    "buyer": "who is interested in the listing",
    "phone": "where the seller's side reaches the person",
    "lost_reason": "why the seller's side gave up",
    "tags": "how the seller's side sorts its leads",
    "next_action": "what the seller's side plans to do",
}
_NOTE = {"text": "what the seller's side wrote down; the buyer never sees it"}
_VIEWING = {"buyer": "who comes to look", "note": "what the person lets the seller's side know"}
_LEAD_COLUMNS = (
    "id",
    "listing_id",
    "phone",
    "stage",
    "source",
    "asked_at",
    "first_answered_at",
    "created_at",
)
_VIEWING_COLUMNS = (
    "id", "listing_id", "starts_at", "ends_at", "mode", "state", "note", "reason", "created_at",
)  # fmt: skip
_BROKER_COLUMNS = (
    "id", "status", "status_reason", "bio", "language", "languages", "specialities", "years_experience",
    "phone", "whatsapp", "telegram", "website", "rating", "reviews_count", "closed_deals", "created_at",
)  # fmt: skip
_LICENCE_COLUMNS = (
    "id", "number", "authority", "category", "region", "expires_on", "state", "reason", "created_at",
)  # fmt: skip
_REVIEW_COLUMNS = (
    "id", "deal_id", "side", "rating", "sub_scores", "text", "state", "published_at", "created_at",
)  # fmt: skip


def register_parts() -> None:
    """Name the models with personal data."""
    privacy.register("brokers.broker", PrivacyPart(Broker, _BROKER, _export_profile, _erase_later))
    privacy.register("brokers.licence", PrivacyPart(Licence, _LICENCE, _export_licences, _erase_later))
    privacy.register("brokers.lead", PrivacyPart(Lead, _LEAD, _export_leads, _erase_later))
    privacy.register("brokers.leadnote", PrivacyPart(LeadNote, _NOTE, _export_notes, _erase_later))
    privacy.register("brokers.viewing", PrivacyPart(Viewing, _VIEWING, _export_viewings, _erase_later))
    privacy.register("brokers.review", PrivacyPart(Review, _REVIEW, _export_reviews, _erase_later))
    privacy.register(
        "brokers.reviewreport", PrivacyPart(ReviewReport, _REPORT, _export_reports, _erase_later)
    )


def _export_leads(user: Any) -> list[dict[str, Any]]:
    return list(Lead.objects.filter(buyer=user).order_by("pk").values(*_LEAD_COLUMNS))


def _export_notes(user: Any) -> list[dict[str, Any]]:
    """What the person wrote; what others noted of them is those others' work."""
    rows = LeadNote.objects.filter(author=user).order_by("pk")
    return [dict(row) for row in rows.values("lead_id", "text", "created_at")]


def _export_viewings(user: Any) -> list[dict[str, Any]]:
    return list(Viewing.objects.filter(buyer=user).order_by("pk").values(*_VIEWING_COLUMNS))


def _export_profile(user: Any) -> list[dict[str, Any]]:
    rows = Broker.objects.filter(user=user)
    areas = list(rows.filter(areas__isnull=False).values_list("areas__slug", flat=True))
    return [{**row, "areas": areas} for row in rows.values(*_BROKER_COLUMNS)]


def _export_licences(user: Any) -> list[dict[str, Any]]:
    return list(Licence.objects.filter(broker__user=user).order_by("pk").values(*_LICENCE_COLUMNS))


def _export_reviews(user: Any) -> list[dict[str, Any]]:
    """What the person wrote; of what others wrote only the person's own reply."""
    replied = Review.objects.filter(subject=user).exclude(reply="").order_by("pk")
    return [
        *Review.objects.filter(author=user).order_by("pk").values(*_REVIEW_COLUMNS),
        *replied.values("id", "deal_id", "reply", "replied_at"),
    ]


def _export_reports(user: Any) -> list[dict[str, Any]]:
    rows = ReviewReport.objects.filter(reporter=user).order_by("pk")
    return [dict(row) for row in rows.values("review_id", "reason", "text", "created_at")]


def _erase_later(_user: Any) -> None:
    """Nothing yet: the caller holds the user, and the rows of brokers are locked before users, never after.

    The services of `brokers.services` that forget do it when the event of the erasure is delivered.
    """
