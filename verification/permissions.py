"""Who may knock at the doors of verification."""

from __future__ import annotations

from key2key.common.plugins import Who, WhoMay

_CASE = "/api/v1/verification/cases/{id}"
WHO_MAY: WhoMay = {
    ("GET", "/api/v1/verification/requirements"): Who.ANYONE,
    ("GET", "/api/v1/verification/cases"): Who.USER,
    ("POST", "/api/v1/verification/cases"): Who.USER,
    ("GET", _CASE): Who.OWNER,
    ("PATCH", _CASE): Who.OWNER,
    ("POST", f"{_CASE}/submit"): Who.OWNER,
    ("POST", f"{_CASE}/documents"): Who.OWNER,
    ("DELETE", f"{_CASE}/documents/{{document}}"): Who.OWNER,
    ("POST", f"{_CASE}/documents/{{document}}/token"): Who.OWNER,
    ("GET", "/api/v1/verification/documents/{token}"): Who.OWNER,
}
