"""Money that matches nothing: it comes into suspense once, and leaves it once."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from accounts.tests.factories import StaffFactory, UserFactory
from accounts.tests.parallel import at_once
from key2key.common import background
from key2key.common.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound
from payments import reconciliation, selectors, services
from payments.enums import Cause
from payments.gateways.contract import MoneyStatus, RefundStanding, Standing
from payments.gateways.contract import RefundStatus as Told
from payments.models import Account, Payment, Refund, SuspenseItem, SuspenseReturn, Transfer
from payments.services import Whose, suspense_exits
from payments.services.strays import book_stray
from payments.tests.company import Company, order
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.paying import hear, pay
from payments.tests.statement_files import states, take_in, told

pytestmark = pytest.mark.django_db
AMOUNT = Decimal("1000.00")


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


@pytest.fixture
def finance() -> Any:
    return StaffFactory(groups=["finance"])


def stray(reference: str = "chk-stray", *, amount: Decimal = AMOUNT) -> SuspenseItem:
    """Money at the sandbox of which we know nothing."""
    told = Standing(
        status=MoneyStatus.SUCCEEDED, amount=amount, charged=amount, currency="ETB", reference="K2K-LOST",
        gateway_reference=reference, merchant="key2key", mode="test",
    )  # fmt: skip
    assert book_stray("sandbox", standing=told)
    return SuspenseItem.objects.get(gateway_reference=reference)


def lies_there() -> Decimal:
    return sum(selectors.balances(Account.objects.filter(kind="suspense")).values(), Decimal(0))


def state() -> tuple[Any, ...]:
    return (
        lies_there(),
        Transfer.objects.count(),
        list(SuspenseItem.objects.values_list("state", "reason")),
        list(Payment.objects.values_list("status", "placement")),
        len(mail.outbox),
    )


def test_money_of_which_we_know_nothing_is_an_item_once() -> None:
    item = stray()
    assert not book_stray(
        "sandbox",
        standing=Standing(
            status=MoneyStatus.SUCCEEDED, amount=AMOUNT, charged=AMOUNT, currency="ETB", reference="K2K-LOST",
            gateway_reference="chk-stray", merchant="key2key", mode="test",
        ),
    )  # fmt: skip
    assert (lies_there(), list(reconciliation.in_suspense())) == (AMOUNT, [item])


def test_a_second_charge_is_an_item_that_goes_back_by_itself_and_waits_when_that_fails() -> None:
    payment = pay(HoldFactory(amount=AMOUNT))
    hear(payment, charged=AMOUNT * 2)
    item, refund = SuspenseItem.objects.get(), Refund.objects.get()
    assert (item.state, item.refund, item.payment) == ("sent_back", refund, payment)
    assert not reconciliation.in_suspense().exists()
    refused = RefundStanding(status=Told.FAILED, refund_reference=f"{refund.reference}-1")
    hear(payment, charged=AMOUNT * 2, refunds=(refused,))
    assert list(reconciliation.in_suspense()) == [item]


def test_found_money_counts_for_the_payment_that_waits_for_it(finance: Any) -> None:
    payment, item = PaymentFactory(hold=HoldFactory(amount=AMOUNT)), stray()
    services.match_suspense(
        item_id=item.pk, whose=Whose(payment_id=payment.pk), by=finance, reason="The payer's receipt"
    )
    payment.refresh_from_db()
    assert payment.hold is not None
    assert (payment.status, payment.placement, payment.hold.state) == ("succeeded", "hold", "held")
    assert payment.gateway_reference == "chk-stray"  # refunds name what the gateway knows
    moved = Transfer.objects.get(cause=Cause.SUSPENSE_TO_HOLD)
    assert (moved.payment_id, moved.hold_id, lies_there()) == (payment.pk, payment.hold_id, 0)
    assert [event.kind for event in payment.events.all()] == ["matched"]


def test_found_money_pays_a_service(finance: Any) -> None:
    payment, item = PaymentFactory(hold=None, amount=AMOUNT), stray()
    services.match_suspense(item_id=item.pk, whose=Whose(payment_id=payment.pk), by=finance, reason="Receipt")
    payment.refresh_from_db()
    assert (payment.placement, Transfer.objects.last()) != ("", None)
    assert Transfer.objects.filter(cause=Cause.SUSPENSE_TO_REVENUE, amount=AMOUNT).exists()


def test_found_money_becomes_a_leg_of_a_deposit_that_lacks_it(finance: Any) -> None:
    hold = HoldFactory(amount=AMOUNT * 3)
    pay(hold, amount=AMOUNT * 2)
    item = stray()
    services.match_suspense(item_id=item.pk, whose=Whose(hold_id=hold.pk), by=finance, reason="Receipt")
    hold.refresh_from_db()
    assert (hold.state, hold.payments.count()) == ("held", 2)
    item.refresh_from_db()
    assert (item.state, item.payment, item.decided_by) == (
        "matched",
        hold.payments.get(amount=AMOUNT),
        finance,
    )


def test_found_money_is_owed_to_the_person_who_sent_it(finance: Any) -> None:
    person, item = UserFactory(), stray()
    services.match_suspense(
        item_id=item.pk, whose=Whose(payer_id=person.pk), by=finance, reason="Identity checked"
    )
    owed = selectors.balances(selectors.own_accounts(person))
    assert (list(owed.values()), lies_there()) == ([AMOUNT], 0)


@pytest.mark.parametrize("why", ["amount", "received", "gateway", "full", "own", "nobody", "support"])
def test_money_is_not_counted_where_it_does_not_fit(why: str, finance: Any) -> None:
    item, by = stray(), finance
    payment = PaymentFactory(hold=HoldFactory(amount=AMOUNT))
    whose, code = Whose(payment_id=payment.pk), "does_not_fit"
    if why == "amount":
        Payment.objects.update(amount=AMOUNT - 1)
    elif why == "gateway":
        Payment.objects.update(gateway="telebirr")
    elif why == "received":
        hear(payment)
        code = "payment_received"
    elif why == "full":
        pay(payment.hold)
        whose, code = Whose(hold_id=payment.hold_id), "hold_not_open"
    elif why == "own":
        Payment.objects.update(payer=finance)
        code = "own_money"
    elif why == "nobody":
        whose, code = Whose(), "not_found"
    elif why == "support":
        by, code = StaffFactory(groups=["support"]), "not_allowed"
    before = state()
    with pytest.raises(DomainError) as refusal:
        services.match_suspense(item_id=item.pk, whose=whose, by=by, reason="Guess")
    assert (refusal.value.code, state()) == (code, before)


def test_what_has_left_suspense_does_not_leave_it_again(finance: Any) -> None:
    item, person = stray(), UserFactory()
    services.match_suspense(item_id=item.pk, whose=Whose(payer_id=person.pk), by=finance, reason="x")
    before = state()
    for deed in (
        lambda: services.match_suspense(
            item_id=item.pk, whose=Whose(payer_id=person.pk), by=finance, reason="x"
        ),
        lambda: services.send_back_suspense(item_id=item.pk, by=finance, reason="x"),
    ):
        with pytest.raises(Conflict) as refusal:
            deed()
        assert (refusal.value.code, state()) == ("suspense_moved_on", before)


def test_a_gateway_gives_back_what_belongs_to_no_payment(finance: Any, sandbox: Company) -> None:
    item = at_the_sandbox(sandbox)
    services.send_back_suspense(item_id=item.pk, by=finance, reason="Nobody claims it")
    assert lies_there() == 0
    assert background.perform(SuspenseReturn) == 1
    duty = SuspenseReturn.objects.get()
    assert (duty.status, duty.work_state) == ("succeeded", "done")
    assert sandbox.checkout("K2K-STRANGE").refunds.get().amount == AMOUNT


def test_money_on_its_way_back_is_confirmed_by_the_statement(finance: Any, sandbox: Company) -> None:
    item = at_the_sandbox(sandbox)
    services.send_back_suspense(item_id=item.pk, by=finance, reason="Nobody claims it")
    duty = SuspenseReturn.objects.get()
    take_in(told(number="t1", kind="refund", gross=-AMOUNT, reference=duty.reference))
    assert states() == [("t1", "unmatched", "asked")]
    SuspenseReturn.objects.update(status="sent", work_state="parked")
    assert services.match_waiting() == 1
    duty.refresh_from_db()
    assert (duty.status, states()) == ("succeeded", [("t1", "matched", "")])
    assert background.perform(SuspenseReturn) == 1
    duty.refresh_from_db()
    assert (duty.status, duty.work_state, sandbox.checkout("K2K-STRANGE").refunds.count()) == (
        "succeeded", "done", 0,
    )  # fmt: skip
    assert Transfer.objects.filter(cause=Cause.REFUND_CONFIRMED).count() == 1


def test_a_return_that_the_statement_confirmed_is_not_undone_by_a_late_answer(
    finance: Any, sandbox: Company
) -> None:
    item = at_the_sandbox(sandbox, "refuse_refund")
    services.send_back_suspense(item_id=item.pk, by=finance, reason="Nobody claims it")
    SuspenseReturn.objects.update(status="sent")
    [duty] = background.claim(SuspenseReturn, limit=1)
    take_in(told(number="t1", kind="refund", gross=-AMOUNT, reference=duty.reference))
    suspense_exits.send_return(duty)
    duty.refresh_from_db()
    assert (duty.status, duty.work_state, lies_there()) == ("succeeded", "done", 0)


def test_what_a_gateway_does_not_give_back_waits_again(finance: Any, sandbox: Company) -> None:
    item = at_the_sandbox(sandbox, "refuse_refund")
    services.send_back_suspense(item_id=item.pk, by=finance, reason="Nobody claims it")
    background.perform(SuspenseReturn)
    item.refresh_from_db()
    assert (item.state, lies_there()) == ("waiting", AMOUNT)
    services.send_back_suspense(item_id=item.pk, by=finance, reason="Once more")
    background.perform(SuspenseReturn)
    assert [duty.status for duty in SuspenseReturn.objects.order_by("id")] == ["failed", "succeeded"]


def at_the_sandbox(sandbox: Company, *buttons: str) -> SuspenseItem:
    from payments.gateways.sandbox import Sandbox

    page = Sandbox().open_checkout(order("K2K-STRANGE", amount=AMOUNT))
    sandbox.press(page.checkout_url, "pay", *buttons)
    assert book_stray("sandbox", standing=Sandbox().look_up("K2K-STRANGE", ""))
    return SuspenseItem.objects.get()


def test_money_that_came_by_hand_from_nobody_has_no_way_back(finance: Any) -> None:
    item = stray()
    SuspenseItem.objects.update(gateway="bank_transfer")
    before = state()
    with pytest.raises(Conflict) as refusal:
        services.send_back_suspense(item_id=item.pk, by=finance, reason="x")
    assert (refusal.value.code, state()) == ("no_way_back", before)
    SuspenseItem.objects.update(gateway="sandbox")


def test_a_second_charge_that_was_not_given_back_goes_back_anew_and_the_first_refund_is_over(
    finance: Any,
) -> None:
    payment = pay(HoldFactory(amount=AMOUNT))
    hear(payment, charged=AMOUNT * 2)
    first, item = Refund.objects.get(), SuspenseItem.objects.get()
    refused = RefundStanding(status=Told.FAILED, refund_reference=f"{first.reference}-1")
    hear(payment, charged=AMOUNT * 2, refunds=(refused,))
    services.send_back_suspense(item_id=item.pk, by=finance, reason="Once more")
    first.refresh_from_db()
    assert (first.status, Refund.objects.count(), lies_there()) == ("declined", 2, 0)
    with pytest.raises(Conflict):
        services.retry_refund(refund_id=first.pk, by=finance)
    assert lies_there() == 0


def test_only_finance_decides(finance: Any) -> None:
    item = stray()
    for group in ("support", "treasury"):
        with pytest.raises(NotAllowed):
            services.send_back_suspense(item_id=item.pk, by=StaffFactory(groups=[group]), reason="x")
    with pytest.raises(NotFound):
        services.send_back_suspense(item_id=finance.pk, by=finance, reason="x")
    other = PaymentFactory(hold=HoldFactory(amount=AMOUNT + 1))
    with pytest.raises(InvalidInput):
        services.match_suspense(item_id=item.pk, whose=Whose(payment_id=other.pk), by=finance, reason="x")
    assert lies_there() == AMOUNT


@pytest.mark.django_db(transaction=True)
def test_one_item_that_many_take_out_at_once_leaves_once() -> None:
    people = [StaffFactory(groups=["finance"]) for _ in range(6)]
    payment, item = PaymentFactory(hold=HoldFactory(amount=AMOUNT)), stray()
    owner = UserFactory()
    ways = [Whose(payment_id=payment.pk), Whose(hold_id=payment.hold_id), Whose(payer_id=owner.pk)]

    def one(number: int) -> bool:
        try:
            services.match_suspense(
                item_id=item.pk, whose=ways[number % 3], by=people[number], reason=str(number)
            )
        except Conflict:
            return False
        return True

    assert sum(at_once(6, one)) == 1
    assert lies_there() == 0
    assert Transfer.objects.filter(key__startswith="suspense:").count() == 1


def test_a_ledger_that_forgot_an_item_is_noticed() -> None:
    stray()
    SuspenseItem.objects.update(state="matched")
    assert any("suspense is 1000.00 and should be 0" in fault for fault in services.ledger_faults())
    SuspenseItem.objects.update(state="waiting")


def test_finance_hears_every_day_of_what_waits(finance: Any) -> None:
    assert services.remind_finance() == 0
    stray()
    assert services.remind_finance() == 1
    StaffFactory(groups=["finance"], status="suspended")
    assert services.remind_finance() == 1
