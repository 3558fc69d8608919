"""One home or vehicle, one asset: found again by its identity, whoever offers it (X-5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.utils import IntegrityError
from django.utils.translation import gettext_lazy as _

from key2key.common.errors import Conflict
from listings.enums import WRITTEN
from listings.facts import identity_of
from listings.models import Asset, Listing

EVERY_SELLER = "*"
NUMBERS = ("vin", "chassis_number", "parcel_number")  # of each at most one asset has it
PLACE = ("site_name", "block", "unit")  # together as good as a number
TRIES = 2  # the second finds what somebody entered at the very moment of the first


def normalised(identity: Mapping[str, Any]) -> dict[str, str]:
    """Upper case without spaces: one spelling of a number."""
    return {name: "".join(str(value or "").upper().split()) for name, value in identity.items()}


def settle(listing: Listing, *, kind: str, identity: Mapping[str, Any]) -> Asset:
    """The asset that the identity names, made when it is new. `identity` is what was given, no more.

    A listing whose identity was changed moves to the other asset, or gives its own asset the identity
    when no other has it. Two sellers who name the same VIN share one asset; which of their offers may
    live is decided by the constraint on `live_slot`. What one of them says beside it is written down only
    while nobody else offers the asset and no offer of it was reviewed: else anybody could change the
    identity of a stranger's home or vehicle.

    Locks the assets in question, in id order. Raises Conflict ("identity_of_two") when the numbers belong
    to two.
    """
    given = normalised(identity)
    if not listing._state.adding and not given:
        return listing.asset
    for _try in range(TRIES):
        try:
            with transaction.atomic():
                return _settled(listing, kind=kind, given=given)
        except IntegrityError:
            continue
    raise _identity_of_two()


def forget_if_unused(asset: Asset) -> None:
    """Remove an asset that no listing offers any more. Locks it: nobody begins to offer it meanwhile."""
    forget_identities([asset.pk])


def forget_identities(asset_ids: Iterable[UUID], *, of_seller: UUID | None = None) -> None:
    """Remove those that no listing offers any more; take the identity off those that only this seller offers.

    Locks them in id order.
    """
    for asset in Asset.objects.filter(pk__in=set(asset_ids)).order_by("pk").select_for_update():
        sellers = set(asset.listings.values_list("seller_id", flat=True))
        if not sellers:
            asset.delete()
        elif sellers == {of_seller}:
            _update(asset, dict.fromkeys((*NUMBERS, *PLACE, "engine_number"), ""))


def live_slot(asset: Asset, *, seller_id: Any, exclusive: bool) -> str:
    """`*` keeps every other offer of the purpose away, a seller's id only that seller's (decision 14)."""
    return EVERY_SELLER if asset.has_identity or exclusive else str(seller_id)


def _settled(listing: Listing, *, kind: str, given: Mapping[str, str]) -> Asset:
    own = None if listing._state.adding else listing.asset
    sought = _bearing(_whole(own, given, is_ours=True)) | Q(pk=own and own.pk)
    candidates = Asset.objects.filter(sought, kind=kind).order_by("pk").select_for_update()
    locked = {asset.pk: asset for asset in candidates}
    own = locked.get(own.pk) if own else None
    is_ours = own is not None and _is_ours(own, listing)
    whole = _whole(own, given, is_ours=is_ours)
    named = _named([asset for asset in locked.values() if _bears(asset, whole)])
    if own is not None and named in {None, own}:
        if is_ours and not own.listings.exclude(pk=listing.pk).exists():
            return _update(own, whole)
        if named is None and not given.keys() & {*NUMBERS, *PLACE}:
            return own
    if named is None:
        return _create(kind, whole)
    said = {name: value for name, value in whole.items() if value}
    return _update(named, said) if _is_ours(named, listing) else named


def _whole(own: Asset | None, given: Mapping[str, str], *, is_ours: bool) -> dict[str, str]:
    """What was given, completed by what stands there.

    Whoever says otherwise of an asset that others offer too means another one, and takes none of its
    numbers along; only the place, of which they may have corrected a part.
    """
    if own is None:
        return dict(given)
    there = normalised(identity_of(own))
    keys = given.keys() & {*NUMBERS, *PLACE}
    differs = any(there[name] not in {"", given[name]} for name in keys)
    kept = PLACE if differs and not is_ours else there
    return {name: there[name] for name in kept if name in there} | dict(given)


def _is_ours(asset: Asset, listing: Listing) -> bool:
    """Whether all offers of it are this seller's and none has gone to review."""
    return not asset.listings.exclude(seller_id=listing.seller_id, status__in=sorted(WRITTEN)).exists()


def _bearing(identity: Mapping[str, str]) -> Q:
    numbers = [Q(**{name: identity[name]}) for name in NUMBERS if identity.get(name)]
    return reduce(or_, numbers, Q(**_place(identity)) if _place(identity) else Q(pk=None))


def _bears(asset: Asset, identity: Mapping[str, str]) -> bool:
    place = _place(identity)
    return any(identity.get(name) and getattr(asset, name) == identity[name] for name in NUMBERS) or (
        bool(place) and all(getattr(asset, name) == value for name, value in place.items())
    )


def _place(identity: Mapping[str, str]) -> dict[str, str]:
    is_one = identity.get("site_name") and identity.get("unit")
    return {name: identity.get(name, "") for name in PLACE} if is_one else {}


def _named(assets: list[Asset]) -> Asset | None:
    if len(assets) > 1:
        raise _identity_of_two()
    return assets[0] if assets else None


def _identity_of_two() -> Conflict:
    return Conflict("identity_of_two", _("These numbers belong to two different homes or vehicles."))


def _create(kind: str, identity: Mapping[str, str]) -> Asset:
    asset = Asset(kind=kind, **_columns(identity))
    asset.save(force_insert=True)
    return asset


def _update(asset: Asset, identity: Mapping[str, str]) -> Asset:
    changed = [name for name, value in _columns(identity).items() if getattr(asset, name) != value]
    for name in changed:
        setattr(asset, name, _columns(identity)[name])
    if changed:
        asset.save(update_fields=[*changed, "updated_at"])
    return asset


def _columns(identity: Mapping[str, str]) -> dict[str, str | None]:
    return {name: (value or None) if name in NUMBERS else value for name, value in identity.items()}
