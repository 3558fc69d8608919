"""One-time codes and links: made, tried, used up."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts.digests import code_digest, new_code, new_token, subject_digest, token_digest
from accounts.models import OneTimeCode, User
from key2key.common import clock, rates
from key2key.common.errors import InvalidInput, Throttled
from key2key.common.request import facts

Purpose = OneTimeCode.Purpose
CODE_LIFE = timedelta(minutes=10)
LINK_LIFE = {Purpose.EMAIL_VERIFICATION: timedelta(hours=24), Purpose.PASSWORD_RESET: timedelta(minutes=30)}
TRIES = 5


def count_sending(target: str) -> None:
    """Count one message to the target against its limit and the address's ceiling.

    Whether the target has an account plays no part. Raises Throttled.
    """
    for policy, subject in (("code_address", facts().ip), ("code_send", subject_digest(target))):
        allowance = rates.hit(policy, subject)
        if not allowance.allowed:
            raise Throttled(retry_after=round(allowance.reset_seconds))


@transaction.atomic
def issue_code(*, purpose: Purpose, target: str, user_id: UUID | None) -> str:
    """Six digits for the target, good for 10 minutes and 5 tries. Codes sent before die."""
    _end_earlier(purpose=purpose, target=target, user_id=user_id)
    code = new_code()
    OneTimeCode.objects.create(
        user_id=user_id,
        purpose=purpose,
        target=target,
        digest=code_digest(code, bound_to=_binding(purpose=purpose, target=target, user_id=user_id)),
        expires_at=clock.now() + CODE_LIFE,
    )
    return code


def try_code(*, purpose: Purpose, target: str, user_id: UUID | None, code: str) -> OneTimeCode:
    """The row of a right code that is still good; every try counts, whatever becomes of it.

    Must be called outside any transaction, or a refusal further on would take the count back.
    Raises InvalidInput ("code_not_valid") for wrong, late, used and over-tried codes alike.
    """
    with transaction.atomic():
        row = _live(purpose=purpose, target=target, user_id=user_id).select_for_update().first()
        if row:
            OneTimeCode.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)
    given = code_digest(code, bound_to=_binding(purpose=purpose, target=target, user_id=user_id))
    if row is None or not constant_time_compare(row.digest, given):
        raise InvalidInput("code_not_valid", _("This code is not valid."))
    return row


def use_code(row: OneTimeCode) -> None:
    """Use the code or link up, once. Raises InvalidInput ("code_not_valid") for the slower of two."""
    unused = OneTimeCode.objects.filter(pk=row.pk, used_at__isnull=True)
    if not unused.update(used_at=clock.now()):
        raise InvalidInput("code_not_valid", _("This code is not valid."))


@transaction.atomic
def issue_link(*, purpose: Purpose, target: str, user: User) -> str:
    """The token of a link for the user. Links sent before for the same purpose die."""
    _end_earlier(purpose=purpose, target=target, user_id=user.pk)
    token = new_token()
    OneTimeCode.objects.create(
        user=user,
        purpose=purpose,
        target=target,
        digest=token_digest(token),
        expires_at=clock.now() + LINK_LIFE[purpose],
    )
    return token


def read_link(*, purpose: Purpose, token: str) -> tuple[OneTimeCode, User]:
    """The row of a link that is still good, and whose it is.

    Raises InvalidInput ("link_not_valid") for unknown, late and used links, and for an address that the
    account no longer has.
    """
    row = (
        OneTimeCode.objects.select_related("user")
        .filter(purpose=purpose, digest=token_digest(token), used_at__isnull=True, expires_at__gt=clock.now())
        .first()
    )
    if row is None or row.user is None or row.user.email != row.target or not row.user.is_active:
        raise InvalidInput("link_not_valid", _("This link is not valid any more. Ask for a new one."))
    return row, row.user


def _live(*, purpose: Purpose, target: str, user_id: UUID | None) -> QuerySet[OneTimeCode]:
    return _sent(purpose=purpose, target=target, user_id=user_id).filter(
        used_at__isnull=True, attempts__lt=TRIES
    )


def _end_earlier(*, purpose: Purpose, target: str, user_id: UUID | None) -> None:
    _sent(purpose=purpose, target=target, user_id=user_id).update(expires_at=clock.now())


def _sent(*, purpose: Purpose, target: str, user_id: UUID | None) -> QuerySet[OneTimeCode]:
    """What was sent and is not too old; no user means codes of nobody."""
    whose = Q(user_id=user_id)
    return OneTimeCode.objects.filter(whose, purpose=purpose, target=target, expires_at__gt=clock.now())


def _binding(*, purpose: Purpose, target: str, user_id: UUID | None) -> str:
    return f"{purpose}:{target}:{user_id or ''}"
