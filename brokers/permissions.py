"""Who may knock at the doors of brokers."""

from __future__ import annotations

from key2key.common.plugins import Who, WhoMay

_OFFER_STEPS = ("accept", "reject", "counter", "withdraw")
_VIEWING_STEPS = ("confirm", "decline", "propose", "cancel", "done", "no-show")
_DEAL_STEPS = (
    "withdraw", "tick-paper", "handover-code", "confirm-handover", "request-cancel", "take-back-cancel",
    "answer-cancel", "dispute", "evidence",
)  # fmt: skip

WHO_MAY: WhoMay = {
    ("POST", "/api/v1/inquiries"): Who.USER,
    ("GET", "/api/v1/leads"): Who.USER,
    ("GET", "/api/v1/leads/{id}"): Who.SIDE,
    ("PATCH", "/api/v1/leads/{id}"): Who.SIDE,
    ("GET", "/api/v1/leads/{id}/notes"): Who.SIDE,
    ("POST", "/api/v1/leads/{id}/notes"): Who.SIDE,
    ("GET", "/api/v1/listings/{id}/viewing-slots"): Who.USER,
    ("POST", "/api/v1/listings/{id}/viewing-slots"): Who.SIDE,
    ("DELETE", "/api/v1/listings/{id}/viewing-slots/{slot}"): Who.SIDE,
    ("GET", "/api/v1/viewings"): Who.USER,
    ("POST", "/api/v1/viewings"): Who.USER,
    ("GET", "/api/v1/viewings/{id}"): Who.PARTIES,
    ("GET", "/api/v1/viewings/{id}/calendar.ics"): Who.PARTIES,
    **{("POST", f"/api/v1/viewings/{{id}}/{step}"): Who.PARTIES for step in _VIEWING_STEPS},
    ("GET", "/api/v1/offers"): Who.USER,
    ("POST", "/api/v1/offers"): Who.USER,
    ("GET", "/api/v1/offers/{id}"): Who.PARTIES,
    **{("POST", f"/api/v1/offers/{{id}}/{step}"): Who.PARTIES for step in _OFFER_STEPS},
    ("GET", "/api/v1/deals"): Who.USER,
    ("GET", "/api/v1/deals/{id}"): Who.PARTIES,
    **{("POST", f"/api/v1/deals/{{id}}/{step}"): Who.PARTIES for step in _DEAL_STEPS},
    ("POST", "/api/v1/deals/{id}/reviews"): Who.PARTIES,
    ("POST", "/api/v1/reviews/{id}/reply"): Who.OWNER,
    ("POST", "/api/v1/reviews/{id}/report"): Who.USER,
    ("GET", "/api/v1/brokers"): Who.ANYONE,
    ("POST", "/api/v1/brokers"): Who.USER,
    ("GET", "/api/v1/brokers/{id}"): Who.ANYONE,
    ("GET", "/api/v1/brokers/{id}/reviews"): Who.ANYONE,
    ("GET", "/api/v1/users/{id}/reviews"): Who.ANYONE,
    ("GET", "/api/v1/brokers/me"): Who.OWNER,
    ("PATCH", "/api/v1/brokers/me"): Who.OWNER,
    ("DELETE", "/api/v1/brokers/me"): Who.OWNER,
    ("POST", "/api/v1/brokers/me/submit"): Who.OWNER,
    ("PUT", "/api/v1/brokers/me/licence"): Who.OWNER,
}
