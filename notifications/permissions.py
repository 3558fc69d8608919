"""Which roles may knock at the doors of notifications."""

from __future__ import annotations

from key2key.common.plugins import Who, WhoMay

WHO_MAY: WhoMay = {
    ("GET", "/api/v1/notifications"): Who.USER,
    ("POST", "/api/v1/notifications/{id}/read"): Who.OWNER,
    ("POST", "/api/v1/notifications/read-all"): Who.USER,
    ("GET", "/api/v1/notifications/preferences"): Who.USER,
    ("PUT", "/api/v1/notifications/preferences"): Who.USER,
    ("GET", "/api/v1/notifications/devices"): Who.USER,
    ("POST", "/api/v1/notifications/devices"): Who.USER,
    ("DELETE", "/api/v1/notifications/devices/{id}"): Who.OWNER,
    ("GET", "/api/v1/notifications/push-key"): Who.USER,
    ("POST", "/api/v1/notifications/unsubscribe"): Who.ANYONE,
}
