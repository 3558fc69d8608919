"""Who may knock at the doors of analytics."""

from __future__ import annotations

from key2key.common.plugins import Who, WhoMay

WHO_MAY: WhoMay = {
    ("POST", "/api/v1/analytics/events"): Who.ANYONE,
    ("GET", "/api/v1/analytics/listings/{id}"): Who.SIDE,
    ("GET", "/api/v1/analytics/brokers/me"): Who.USER,
}
