"""Which roles may knock at the doors of notifications. It has no doors of the API yet."""

from __future__ import annotations

from key2key.common.plugins import WhoMay

WHO_MAY: WhoMay = {}
