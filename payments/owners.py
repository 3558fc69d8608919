"""Whose an account is, in words."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model

from payments.models import Account, Hold


def names_of(owners: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of people, organisations and deposits, by their ids, in three queries."""
    ids = {owner for owner in owners if owner}
    if not ids:
        return {}
    people = get_user_model()._default_manager.filter(pk__in=ids)
    organisations = apps.get_model("accounts", "Organisation")._default_manager.filter(pk__in=ids)
    holds = Hold.objects.filter(pk__in=ids).select_related("listing")
    return {
        **{person.pk: str(person) for person in people},
        **dict(organisations.values_list("pk", "name")),
        **{hold.pk: hold.listing.title for hold in holds},
    }


def account_name(account: Account, *, names: dict[UUID, str]) -> str:
    """What people call an account: its kind, and whose it is or at which gateway."""
    whose = names.get(account.owner, "") if account.owner else account.gateway
    return f"{account.get_kind_display()} {whose}".strip()
