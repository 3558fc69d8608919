"""One home or vehicle, one asset: found again by its identity, whoever offers it (X-5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.utils import IntegrityError

from listings.enums import Kind
from listings.models import Asset, Listing

EVERY_SELLER = "*"


def normalised(identity: Mapping[str, Any]) -> dict[str, str]:
    """Upper case without spaces: one spelling of a number."""
    return {name: "".join(str(value or "").upper().split()) for name, value in identity.items()}


def settle(listing: Listing, *, kind: str, identity: Mapping[str, Any]) -> Asset:
    """The asset that the identity names, made when it is new.

    A listing whose identity was changed moves to the other asset, or gives its own asset the identity
    when no other has it. Two sellers who name the same VIN share one asset; which of their offers may
    live is decided by the constraint on `live_slot`.
    """
    given = normalised(identity)
    found = _find(kind, given)
    own = None if listing._state.adding else listing.asset
    if found is None and own is not None and not own.listings.exclude(pk=listing.pk).exists():
        return _update(own, given)
    if found is not None:
        return _update(found, {name: value for name, value in given.items() if value})
    return _create(kind, given)


def forget_if_unused(asset: Asset) -> None:
    """Remove an asset that no listing offers any more."""
    if not asset.listings.exists():
        asset.delete()


def live_slot(asset: Asset, *, seller_id: Any, exclusive: bool) -> str:
    """`*` keeps every other offer of the purpose away, a seller's id only that seller's (decision 14)."""
    return EVERY_SELLER if asset.has_identity or exclusive else str(seller_id)


def _find(kind: str, given: Mapping[str, str]) -> Asset | None:
    for name in ("vin", "chassis_number", "parcel_number"):
        if given.get(name):
            found = Asset.objects.filter(kind=kind, **{name: given[name]}).first()
            if found is not None:
                return found
    if kind == Kind.PROPERTY and given.get("site_name") and given.get("unit"):
        place = {name: given.get(name, "") for name in ("site_name", "block", "unit")}
        return Asset.objects.filter(kind=kind, **place).first()
    return None


def _create(kind: str, given: Mapping[str, str]) -> Asset:
    asset = Asset(kind=kind, **_columns(given))
    try:
        with transaction.atomic():
            asset.save(force_insert=True)
    except IntegrityError:  # somebody entered the same number at the same moment
        found = _find(kind, given)
        if found is None:
            raise
        return found
    return asset


def _update(asset: Asset, given: Mapping[str, str]) -> Asset:
    changed = [name for name, value in _columns(given).items() if getattr(asset, name) != value]
    for name in changed:
        setattr(asset, name, _columns(given)[name])
    if changed:
        asset.save(update_fields=[*changed, "updated_at"])
    return asset


def _columns(given: Mapping[str, str]) -> dict[str, str | None]:
    unique = {"vin", "chassis_number", "parcel_number"}
    return {name: (value or None) if name in unique else value for name, value in given.items()}
