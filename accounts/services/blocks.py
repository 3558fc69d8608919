"""Whom people want nothing to do with: neither of the two writes, inquires or offers to the other."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import selectors
from accounts.models import Block, User
from key2key.common import audit
from key2key.common.errors import Conflict


@transaction.atomic
def block_user(*, user_id: UUID, by: User) -> tuple[Block, bool]:
    """Block somebody. A second time changes nothing; tells whether it was the first.

    Raises NotFound, Conflict ("own_block").
    """
    if user_id == by.pk:
        raise Conflict("own_block", _("You cannot block yourself."))
    blocked = selectors.public_profile(user_id)
    block, made = Block.objects.get_or_create(user_id=by.pk, blocked=blocked)
    if made:
        audit.record(actor=by, action="user.blocked", subject=blocked)
    return block, made


@transaction.atomic
def unblock_user(*, user_id: UUID, by: User) -> None:
    """Take a block back; where there is none nothing changes."""
    block = Block.objects.filter(user_id=by.pk, blocked_id=user_id).select_related("blocked").first()
    if block:
        block.delete()
        audit.record(actor=by, action="user.unblocked", subject=block.blocked)
