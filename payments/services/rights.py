"""Which members of staff may do what with money, beyond their place at a desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from key2key.common.errors import NotAllowed
from payments import selectors


def require_right(by: Any, *, right: str) -> None:
    """Raises NotAllowed ("not_allowed") for whoever lacks a right of this app, such as "approve_refund"."""
    if not by.has_perm(f"payments.{right}"):
        raise NotAllowed("not_allowed")


def require_other(by: Any, *, than: Iterable[UUID | None]) -> None:
    """Raises NotAllowed ("other_person_needed") when this person has had a hand in it already."""
    if by.pk in set(than):
        raise NotAllowed(
            "other_person_needed", _("Another person has to do this: you had a hand in it already.")
        )


def require_not_own(by: Any, *, owner_id: UUID | None) -> None:
    """Raises NotAllowed ("own_money") when the money is this person's own, or their organisation's."""
    if owner_id == by.pk or by in selectors.people_of(owner_id):
        raise NotAllowed("own_money", _("Staff do not decide about their own money."))
