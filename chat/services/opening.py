"""Conversations begin, and their members follow the people of the selling side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.agency import Right
from accounts.selectors import has_right, is_blocked, public_profile
from chat import selectors
from chat.enums import EventKind, Side
from chat.events import ConversationOpened
from chat.models import Conversation, Member
from chat.services.log_entries import enter
from key2key.common import clock, rates
from key2key.common.errors import Fault, InvalidInput, NotAllowed, NotFound, Throttled
from key2key.common.events import publish
from key2key.common.realtime import hint
from listings.selectors import listing_for_contact, seller_people


@dataclass(frozen=True)
class _Sides:
    """Who talks with whom about what. The selling side is one person, or an organisation's people."""

    key: str
    buyer: Any
    sellers: Sequence[Any]
    listing_id: UUID | None = None
    organisation_id: UUID | None = None


@transaction.atomic
def open_listing_conversation(*, buyer_id: UUID, listing_id: UUID) -> tuple[Conversation, bool]:
    """The buyer's conversation about a listing, and whether it is new. The same however often it is opened.

    With an organisation's listing all its people who work on leads are members, now and later.

    Raises NotFound (not visible, or their own side's), NotAllowed ("not_allowed": one has blocked the
    other), Throttled (20 new ones an hour).
    """
    buyer = get_user_model()._default_manager.get(pk=buyer_id)
    listing = listing_for_contact(buyer, listing_id=listing_id)
    selling = listing.organisation_id or listing.owner_id
    sides = _Sides(
        key=f"listing:{listing.pk}:{buyer.pk}:{selling}",
        buyer=buyer,
        sellers=seller_people(listing, right=Right.WORK_LEADS),
        listing_id=listing.pk,
        organisation_id=listing.organisation_id,
    )
    return _open(sides)


@transaction.atomic
def open_conversation(
    *, by: Any, members: Sequence[UUID], listing_id: UUID | None = None
) -> tuple[Conversation, bool]:
    """A conversation about a listing with its selling side, or with one other person; and whether it is new.

    With a listing `members` may be left out; people who are not of the selling side are refused.

    Raises NotAllowed ("not_allowed"), Throttled, InvalidInput ("does_not_exist": the listing or the person,
    for this caller; "not_of_the_other_side", "one_other_person").
    """
    others = set(members) - {by.pk}
    if listing_id is not None:
        with _named_in(field="listing"):
            conversation, is_new = open_listing_conversation(buyer_id=by.pk, listing_id=listing_id)
        _require_other_side(conversation, others)
        return conversation, is_new
    if len(others) != 1:
        raise _wrong_members("one_other_person", _("Name one other person."))
    with _named_in(field="members"):
        other = public_profile(others.pop())
    low, high = sorted([str(by.pk), str(other.pk)])
    return _open(_Sides(key=f"people:{low}:{high}", buyer=by, sellers=[other]))


@transaction.atomic
def follow_membership(*, user_id: UUID, organisation_id: UUID) -> int:
    """Let a person take part in all conversations of their organisation, or in none any more.

    What counts is whether they work on leads there now. Safe to repeat. Returns how many changed.
    """
    person = get_user_model()._default_manager.get(pk=user_id)
    works = person.is_active and has_right(person, organisation_id=organisation_id, right=Right.WORK_LEADS)
    change = _join if works else _leave
    return sum(change(conversation, person) for conversation in _of(organisation_id))


def _of(organisation_id: UUID) -> list[Conversation]:
    return list(selectors.lock_conversations_of(organisation_id))


def _open(sides: _Sides) -> tuple[Conversation, bool]:
    known = Conversation.objects.filter(conversation_key=sides.key).first()
    if known:
        return known, False
    if not sides.sellers or any(is_blocked(sides.buyer.pk, seller.pk) for seller in sides.sellers):
        raise NotAllowed("not_allowed", _("You cannot write to them."))
    seller_id = None if sides.organisation_id else sides.sellers[0].pk
    conversation, is_new = Conversation.objects.get_or_create(
        conversation_key=sides.key,
        defaults={
            "listing_id": sides.listing_id,
            "buyer": sides.buyer,
            "seller_id": seller_id,
            "organisation_id": sides.organisation_id,
            "last_at": clock.now(),
        },
    )
    if is_new:
        _require_pace(sides.buyer)
        Member.objects.bulk_create(_members(conversation, sides=sides))
        publish(ConversationOpened(conversation.pk, sides.listing_id, sides.buyer.pk))
    return conversation, is_new


def _members(conversation: Conversation, *, sides: _Sides) -> Iterable[Member]:
    joined = {"conversation": conversation, "joined_at": clock.now()}
    yield Member(user=sides.buyer, side=Side.BUYER, **joined)
    for seller in sides.sellers:
        if seller.pk != sides.buyer.pk:
            yield Member(user=seller, side=Side.SELLER, **joined)


def _join(conversation: Conversation, person: Any) -> bool:
    """A colleague who joins has as much to read as their side has."""
    member = Member.objects.filter(conversation=conversation, user=person).first()
    if (member and member.left_at is None) or conversation.buyer_id == person.pk:
        return False
    side = conversation.members.filter(side=Side.SELLER).order_by("-read_seq").first()
    Member.objects.update_or_create(
        conversation=conversation,
        user=person,
        defaults={
            "side": Side.SELLER,
            "left_at": None,
            "joined_at": clock.now(),
            "read_seq": side.read_seq if side else 0,
        },
    )
    _tell(conversation, person, joined=True)
    return True


def _leave(conversation: Conversation, person: Any) -> bool:
    present = Member.objects.filter(
        conversation=conversation, user=person, side=Side.SELLER, left_at__isnull=True
    )
    if not present.update(left_at=clock.now(), updated_at=clock.now()):
        return False
    hint([person.pk])
    _tell(conversation, person, joined=False)
    return True


def _tell(conversation: Conversation, person: Any, *, joined: bool) -> None:
    payload = {"user": str(person.pk), "side": str(Side.SELLER), "joined": joined}
    enter(conversation.pk, kind=EventKind.MEMBER, payload=payload)


def _require_other_side(conversation: Conversation, others: set[UUID]) -> None:
    sellers = conversation.members.filter(side=Side.SELLER, left_at__isnull=True)
    if not others <= set(sellers.values_list("user_id", flat=True)):
        raise _wrong_members("not_of_the_other_side", _("They do not offer this listing."))


def _require_pace(buyer: Any) -> None:
    allowance = rates.hit("chat_open", f"user:{buyer.pk}")
    if not allowance.allowed:
        raise Throttled(retry_after=int(allowance.reset_seconds))


@contextmanager
def _named_in(*, field: str) -> Iterator[None]:
    """What the body names and the caller may not see is a fault of the body."""
    try:
        yield
    except NotFound:
        fault = Fault(f"/{field}", "does_not_exist", _("There is no such object."))
        raise InvalidInput(faults=[fault]) from None


def _wrong_members(code: str, detail: Any) -> InvalidInput:
    return InvalidInput(faults=[Fault("/members", code, detail)])
