"""Telebirr, the wallet of Ethio telecom (payments.md 1)."""

from payments.gateways.telebirr.gateway import Telebirr

__all__ = ["Telebirr"]
