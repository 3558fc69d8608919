"""Chapa: cards, wallets and banks of Ethiopia on one page (payments.md 2); its transfers pay out."""

from payments.gateways.chapa.gateway import Chapa

__all__ = ["Chapa"]
