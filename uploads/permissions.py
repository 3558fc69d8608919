"""Which roles may knock at the doors of uploads."""

from __future__ import annotations

from key2key.common.plugins import Who, WhoMay

WHO_MAY: WhoMay = {
    ("POST", "/api/v1/uploads"): Who.USER,
    ("GET", "/api/v1/uploads/{id}"): Who.OWNER,
}
