"""Each side gives the other a code when the keys change hands; both codes end the deal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts.digests import code_digest, new_code
from brokers import deal_steps, selectors
from brokers.deal_steps import MOST_TRIES
from brokers.enums import Side
from brokers.models import Deal, HandoverCode
from brokers.services import moves
from brokers.services.moves import Deed
from brokers.services.telling import name_of, note_in_conversation, tell_of_deal
from key2key.common import clock
from key2key.common.conditions import Precondition, always
from key2key.common.errors import Conflict


@dataclass(frozen=True)
class IssuedCode:
    """The code that a side must give, shown to that side once; only its hash is kept."""

    code: str
    giver: Side
    give_to: str
    printable: str


@transaction.atomic
def issue_code(*, deal_id: UUID, by: Any) -> IssuedCode:
    """Make the code that this side gives at the handover. A new one replaces the one before.

    The other side's wrong tries still count. Raises NotFound, Conflict ("illegal_transition").
    """
    deal = selectors.lock_seen_deal(by, deal_id=deal_id)
    side = selectors.side_of(deal, by)
    deal_steps.require("handover_code", of=deal, side=side, at=clock.now())
    code = new_code()
    HandoverCode.objects.update_or_create(
        deal=deal, giver=side, defaults={"digest": _digest(deal, giver=side, code=code)}
    )
    moves.move(deal, deed=Deed("handover_code", by=by, side=side))
    name = name_of(deal, side=side.other)
    words = {"code": code, "name": name, "listing": deal.listing.title}
    printable = (
        str(_("Handover code %(code)s: give it to %(name)s when the keys change hands. %(listing)s")) % words
    )
    return IssuedCode(code=code, giver=side, give_to=name, printable=printable)


def confirm_handover(*, deal_id: UUID, by: Any, code: str, check: Precondition = always) -> Deal:
    """Enter the code that the other side gave. The second of the two ends the deal and moves the money.

    Must not be called inside a transaction: a wrong try is booked although the call is refused. After the
    fifth one staff must help. Raises NotFound, Stale, Conflict ("illegal_transition", "code_not_issued",
    "wrong_code" with `tries_left`, "code_locked", "chargeback_open").
    """
    tries_left = _enter(deal_id, by=by, code=code, check=check)
    if tries_left is None:
        return selectors.seen_deal(by, deal_id=deal_id)
    if tries_left == 0:
        raise Conflict("code_locked", _("Too many wrong codes: our staff will call you both."))
    raise Conflict("wrong_code", _("This is not the other side's code."), tries_left=tries_left)


@transaction.atomic
def _enter(deal_id: UUID, *, by: Any, code: str, check: Precondition) -> int | None:
    """How many tries are left after a wrong one; None when the code was right."""
    deal = selectors.lock_seen_deal(by, deal_id=deal_id)
    check(deal)
    side = selectors.side_of(deal, by)
    deal_steps.require("confirm_handover", of=deal, side=side, at=clock.now())
    expected = deal_steps.code_of(deal, giver=side.other)
    if expected is None:
        raise Conflict("code_not_issued", _("The other side has not made its code yet. Ask for it."))
    if not constant_time_compare(expected.digest, _digest(deal, giver=side.other, code=code)):
        return _book_wrong_try(deal, expected)
    _accept(deal, expected, by=by, side=side)
    return None


def _accept(deal: Deal, entered: HandoverCode, *, by: Any, side: Side) -> None:
    entered.entered_at = clock.now()
    entered.save(update_fields=["entered_at", "updated_at"])
    moves.move(deal, deed=Deed("confirm_handover", by=by, side=side))
    if deal_steps.has_entered(deal, side.other):
        moves.complete(deal, deed=Deed("keys_changed"))
        return
    tell_of_deal(deal, kind="deal_code_entered")
    note_in_conversation(deal, code="deal_code_entered", side=side)


def _book_wrong_try(deal: Deal, code: HandoverCode) -> int:
    HandoverCode.objects.filter(pk=code.pk).update(tries=F("tries") + 1, updated_at=clock.now())
    left = MOST_TRIES - code.tries - 1
    if left == 0 and deal.overdue_at is None:
        deal.overdue_at = clock.now()
        deal.save(update_fields=["overdue_at", "updated_at"])
    return left


def _digest(deal: Deal, *, giver: Side, code: str) -> str:
    return code_digest(code, bound_to=f"handover:{deal.pk}:{giver}")
