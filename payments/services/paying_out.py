"""Payouts leave: in a file for the bank, by hand, or over a channel that sends by itself."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from key2key.common import audit, background, clock
from key2key.common.errors import Conflict, Fault, InvalidInput, NotFound
from payments import bank_file, ledger, payables
from payments.enums import Cause, PayoutAccountState, PayoutChannelName, PayoutStatus
from payments.gateways.payouts import PayoutChannel, PayoutOrder, PayoutStanding, payout_channel
from payments.gateways.payouts import PayoutStatus as Told
from payments.models import Payout, PayoutBatch, PayoutSending
from payments.references import new_reference
from payments.services import calling
from payments.services.ledger import book
from payments.services.payout_accounts import number_of, require_active
from payments.services.payouts import move, moved_on, tell_payee_of
from payments.services.rights import require_not_own, require_other, require_right

Status = PayoutStatus
AT_ONCE = 200


@transaction.atomic
def export_payouts(*, currency: str, by: Any) -> PayoutBatch:
    """Put all payouts that are approved into one file for the bank: they are on their way from now on.

    Each is in one file only, however many export at once; those that `by` approved are left to others.
    Raises NotAllowed ("not_allowed"), Conflict ("nothing_to_send").
    """
    require_right(by, right="execute_payout")
    _require_enabled(PayoutChannelName.BANK_CSV)
    payouts = payables.lock_payouts_for_bank(currency=currency, by=by)
    if not payouts:
        raise Conflict("nothing_to_send", _("No payout waits that you may send."))
    batch = PayoutBatch.objects.create(
        reference=new_reference("B2K"),
        currency=currency,
        amount=sum(payout.amount for payout in payouts),
        many=len(payouts),
        made_by=by,
        created_at=clock.now(),
    )
    for payout in payouts:
        payout.batch = batch
        _leave(payout, channel=PayoutChannelName.BANK_CSV, by=by)
    audit.record(actor=by, action="payout_batch.made", subject=batch)
    return batch


@transaction.atomic
def bank_file_of(*, batch_id: UUID, by: Any) -> bytes:
    """The file itself, the same however often it is fetched. Raises NotFound, NotAllowed ("not_allowed")."""
    require_right(by, right="execute_payout")
    batch = PayoutBatch.objects.filter(pk=batch_id).first()
    if batch is None:
        raise NotFound
    audit.record(actor=by, action="payout_batch.fetched", subject=batch)
    return bank_file.written(
        bank_file.Line(
            reference=payout.reference,
            account_name=payout.account.account_name,
            account_number=number_of(payout.account),
            bank_code=payout.account.bank_code,
            bank_name=payout.account.bank_name,
            amount=payout.amount,
            currency=payout.currency,
        )
        for payout in payables.payouts_of(batch)
    )


@transaction.atomic
def send_payout(*, payout_id: UUID, by: Any, channel: str) -> Payout:
    """Send one payout that is approved: by hand, or over a channel that is asked after the commit.

    Raises NotFound, NotAllowed ("not_allowed", "own_money", "other_person_needed": who approved it), Conflict
    ("payout_moved_on", "payout_account_not_active", "channel_does_not_fit").
    """
    require_right(by, right="execute_payout")
    _require_enabled(channel)
    payout = payables.lock_payout(payout_id)
    require_not_own(by, owner_id=payout.payee_id)
    require_other(by, than=payout.approvals.values_list("by_id", flat=True))
    require_active(payables.lock_payout_account(payout.account_id))
    if channel == PayoutChannelName.BANK_CSV:
        raise Conflict("channel_does_not_fit", _("Payouts go to the bank in a file, together."))
    if channel != PayoutChannelName.MANUAL:
        _require_fit(payout, channel=channel)
    _leave(payout, channel=channel, by=by)
    if channel != PayoutChannelName.MANUAL:
        PayoutSending.objects.create(payout=payout)
        background.wake("payments.tasks.send_payouts")
    return payout


def send_over_channel(duty: PayoutSending) -> None:
    """Send a payout, or ask how it stands when it may have been sent: the handler of this kind of work."""
    payout = duty.payout
    if payout.status != Status.PROCESSING:
        return
    order, may_go = _order(payout), payout.account.state == PayoutAccountState.ACTIVE
    over = payout_channel(payout.channel)
    with calling.line_to(payout.channel):  # all rows are read: no connection is held while it answers
        standing = _sent(order, over=over, may_be_there=duty.lease > 1, may_go=may_go)
    settle_payout(payout_id=payout.pk, standing=standing, duty=duty)


@transaction.atomic
def settle_payout(*, payout_id: UUID, standing: PayoutStanding, duty: PayoutSending | None = None) -> Payout:
    """Book what a channel said of a payout, once; what does not match is put before a person.

    Raises NotFound.
    """
    payout = payables.lock_payout(payout_id)
    if duty is not None:
        background.finish(duty)
    payout.checked_at = clock.now()
    payout.channel_reference = standing.channel_reference[:100] or payout.channel_reference
    payout.review_reason = _difference(payout, standing=standing)
    payout.save(update_fields=["checked_at", "channel_reference", "review_reason", "updated_at"])
    if payout.review_reason or payout.status != Status.PROCESSING:
        return payout
    if standing.status == Told.PAID:
        _confirm(payout, evidence=payout.channel_reference or payout.reference)
    elif standing.status in {Told.FAILED, Told.RETURNED}:
        _fail(payout, code=standing.code or str(standing.status), reason="")
    return payout


@transaction.atomic
def confirm_payout(*, payout_id: UUID, by: Any, bank_reference: str) -> Payout:
    """Say that a payout has arrived, by the bank's reference.

    Raises NotFound, NotAllowed ("not_allowed", "own_money"), InvalidInput, Conflict ("payout_moved_on").
    """
    payout = _lock_sent(payout_id, by=by)
    evidence = bank_reference.strip()
    if not evidence:
        raise InvalidInput(faults=[Fault("/bank_reference", "blank", _("By which reference was it paid?"))])
    _confirm(payout, evidence=evidence, by=by)
    return payout


@transaction.atomic
def fail_payout(*, payout_id: UUID, by: Any, reason: str) -> Payout:
    """Say that a payout on its way failed: its money is owed again.

    Of one that a channel sends by itself the channel tells, unless what it told does not match. Raises
    NotFound, NotAllowed ("not_allowed", "own_money", "other_person_needed": who sent it), Conflict
    ("payout_moved_on", "channel_decides").
    """
    payout = _lock_sent(payout_id, by=by)
    if payout.status != Status.PROCESSING:
        raise moved_on(payout)
    if payout.channel not in PayoutChannelName.values and not payout.review_reason:
        raise Conflict("channel_decides", _("The payment company tells how this payout ends."))
    require_other(by, than=[payout.sent_by_id])
    _fail(payout, code="failed", reason=reason, by=by)
    return payout


@transaction.atomic
def return_payout(*, payout_id: UUID, by: Any, reason: str, bank_reference: str) -> Payout:
    """Say that the bank gave back what had been paid, by its reference: it is owed again.

    Raises NotFound, NotAllowed ("not_allowed", "own_money"), InvalidInput, Conflict ("payout_moved_on").
    """
    payout = _lock_sent(payout_id, by=by)
    if payout.status != Status.PAID:
        raise moved_on(payout)
    evidence = bank_reference.strip()
    if not evidence:
        raise InvalidInput(faults=[Fault("/bank_reference", "required", _("Enter the bank's reference."))])
    audit.record(actor=by, action="payout.returned", subject=payout, reason=evidence)
    cause = Cause.PAYOUT_SENT_BACK if _pays_from(payout) else Cause.PAYOUT_RETURNED
    _fail(payout, code="returned", reason=reason, by=by, cause=cause)
    return payout


def send_payouts() -> int:
    """Send payouts that wait for a channel, up to twenty. Returns how many were claimed."""
    return background.perform(PayoutSending)


def ask_about_payout(reference: str) -> bool:
    """Have the channel of a payout asked how it stands, soon. False when no payout has the reference."""
    duty = PayoutSending.objects.filter(payout__reference=reference).first()
    if duty is None:
        return False
    background.again(PayoutSending, [duty.pk])
    background.wake("payments.tasks.send_payouts")
    return True


def ask_about_payouts() -> int:
    """Have channels asked about payouts they have not ended. Returns how many."""
    waiting = payables.payouts_to_ask_about().values_list("pk", flat=True)[:AT_ONCE]
    duties = PayoutSending.objects.filter(payout__in=list(waiting)).values_list("pk", flat=True)
    return background.again(PayoutSending, list(duties))


def _require_enabled(channel: str) -> None:
    if channel not in settings.PAYOUT_CHANNELS:
        raise Conflict("channel_does_not_fit", _("Payouts do not go over this channel."))


def _require_fit(payout: Payout, *, channel: str) -> None:
    over = payout_channel(channel)
    fits = payout.currency in over.currencies and over.min_amount <= payout.amount <= over.max_amount
    if not fits:
        raise Conflict("channel_does_not_fit", _("The channel does not take this currency or amount."))


def _leave(payout: Payout, *, channel: str, by: Any) -> None:
    """Book that a locked payout is on its way. What is owed is locked, and never goes below nothing."""
    owed = payables.lock_payable(payout.payee_id, currency=payout.currency)
    if owed is None or payables.available(owed) < 0:
        raise Conflict("balance_too_small", _("We owe less than this now."))
    sent = {"channel": channel, "batch": payout.batch, "sent_by": by, "sent_at": clock.now()}
    move(payout, to=Status.PROCESSING, by=by, **sent)
    _book(payout, cause=Cause.PAYOUT_SENT)


def _confirm(payout: Payout, *, evidence: str, by: Any = None) -> None:
    move(
        payout,
        to=Status.PAID,
        by=by,
        bank_reference=evidence[:100],
        review_reason="",
        ended_at=clock.now(),
    )
    _book(payout, cause=Cause.PAYOUT_PASSED_ON if _pays_from(payout) else Cause.PAYOUT_CONFIRMED)
    tell_payee_of(payout, kind="payout_paid")


def _fail(
    payout: Payout, *, code: str, reason: str, by: Any = None, cause: str = Cause.PAYOUT_FAILED
) -> None:
    move(
        payout,
        to=Status.FAILED,
        by=by,
        failure_code=code[:60],
        reason=reason,
        review_reason="",
        ended_at=clock.now(),
    )
    _book(payout, cause=cause)
    tell_payee_of(payout, kind="payout_failed", reason=reason)


def _lock_sent(payout_id: UUID, *, by: Any) -> Payout:
    require_right(by, right="execute_payout")
    payout = payables.lock_payout(payout_id)
    require_not_own(by, owner_id=payout.payee_id)
    return payout


def _sent(order: PayoutOrder, *, over: PayoutChannel, may_be_there: bool, may_go: bool) -> PayoutStanding:
    """How it stands at the channel, to which it goes unless a try before this one has reached it."""
    if may_be_there:
        with suppress(NotFound):  # the try before never reached it
            return over.look_up(order.reference)
    if not may_go:
        return _refused(order, code="payout_account_not_active")
    try:
        return over.send(order)
    except InvalidInput as refusal:
        if may_be_there:
            with suppress(NotFound):  # else it is refused because it is there already
                return over.look_up(order.reference)
        return _refused(order, code=str(refusal.extra.get("vendor_code") or refusal.code))


def _refused(order: PayoutOrder, *, code: str) -> PayoutStanding:
    return PayoutStanding(status=Told.FAILED, reference=order.reference, code=code)


def _order(payout: Payout) -> PayoutOrder:
    account = payout.account
    return PayoutOrder(
        reference=payout.reference,
        amount=payout.amount,
        currency=payout.currency,
        account_name=account.account_name,
        account_number=number_of(account),
        bank_code=account.bank_code,
        narrative=f"Key2Key {payout.reference}",
    )


def _difference(payout: Payout, *, standing: PayoutStanding) -> str:
    """What of the channel's answer is not what we asked for; empty when all fits."""
    if standing.reference and standing.reference != payout.reference:
        return "other_reference"
    if standing.amount and standing.amount != payout.amount:
        return "other_amount"
    if standing.currency and standing.currency != payout.currency:
        return "other_currency"
    ended = {Status.PAID: {Told.FAILED, Told.RETURNED}, Status.FAILED: {Told.PAID}}
    if standing.status in ended.get(Status(payout.status), set()):
        return f"told_{standing.status}_when_{payout.status}"
    return ""


def _pays_from(payout: Payout) -> str:
    """The gateway whose balance it leaves; empty for our bank account."""
    if payout.channel in PayoutChannelName.values:
        return ""
    return payout_channel(payout.channel).pays_from


def _book(payout: Payout, *, cause: str) -> None:
    parties = ledger.Parties(gateway=_pays_from(payout), payable=payout.payee_id)
    book(
        ledger.posting(cause, key=f"payout:{payout.pk}:{cause}", amount=payout.amount, parties=parties),
        currency=payout.currency,
        payout_id=payout.pk,
    )
