"""What finance see in a real browser: a payment found, all that happened to it, the ledger, what waits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import StaffFactory, UserFactory
from accounts.tests.parallel import at_once
from key2key.tests.browsing import Watched, browse, chromium, enter  # noqa: F401 - fixtures
from listings.tests.factories import ListingFactory
from payments import services
from payments.enums import CallOutcome, Deed
from payments.models import Account, GatewayCall, Payment, PaymentCheck, Receipt, WebhookDelivery
from payments.targets import Target
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.paying import hear, pay_in_full

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOTIFICATION = b'{"event": "checkout.paid", "reference": "K2K", "note": "<script>alert(1)</script>"}'


@pytest.fixture
def clerk(transactional_db: Any) -> User:
    user: User = StaffFactory(groups=["finance"], full_name="Selam Girma")
    return user


@pytest.fixture
def payment(transactional_db: Any) -> Payment:
    """A deposit that went its whole way, among others that wait."""
    listing = ListingFactory(title="Villa with a garden in Bole", status="under_offer")
    payer = UserFactory(full_name="Hana Bekele", email="hana@example.com", phone="+251911234567")
    hold = pay_in_full(HoldFactory(listing=listing, buyer=payer, amount=Decimal(250_000)))
    payment: Payment = hold.payments.get()
    made = {"gateway": "sandbox", "payment": payment}
    GatewayCall.objects.create(**made, deed=Deed.LOOK_UP, outcome=CallOutcome.OK, milliseconds=182)
    WebhookDelivery.objects.create(
        **made, event_key="evt-77", kind="checkout.paid", body=NOTIFICATION, work_state="done"
    )
    # In a thread of its own: in playwright's loop the settings answer with promises.
    at_once(1, lambda _number: services.issue_receipt(payment.pk))
    services.refund_hold(target=Target(hold.target_type, hold.target_id), reason="The papers are false.")
    return payment


@pytest.fixture
def waiting(payment: Payment) -> None:
    """Some of what waits for finance."""
    for number, merchant in enumerate(("another merchant", "somebody else")):
        hear(PaymentFactory(payer__full_name=f"Abebe Kebede {number}", hold=None), merchant=merchant)
    PaymentCheck.objects.create(
        payment=PaymentFactory(hold=None), work_state="parked", last_error="Unavailable: 502 Bad Gateway"
    )
    WebhookDelivery.objects.create(
        gateway="sandbox", event_key="evt-78", kind="checkout.paid", body=b"{}", reference="K2K-LOST",
        work_state="parked", last_error="unknown_payment",
    )  # fmt: skip


def test_finance_find_a_payment_and_read_all_that_happened(
    browse: Watched,
    clerk: User,
    payment: Payment,
) -> None:
    page = browse.page
    enter(browse, clerk)
    page.click("text=Find money")
    page.wait_for_load_state("networkidle")
    page.fill("[name=q]", "0911 234 567")
    page.click("button:has-text('Find')")
    page.wait_for_load_state("networkidle")
    browse.shoot("find-money")
    page.click(f"text={payment.reference}")
    page.wait_for_load_state("networkidle")
    browse.shoot("payment-top")
    page.click("summary:has-text('As it came')")
    assert "<script>alert(1)</script>" in page.inner_text(".k2k-raw")
    page.evaluate("document.querySelector('.k2k-panel').scrollIntoView()")
    browse.shoot("payment-timeline")
    page.click(f"text={Receipt.objects.get().number}")
    page.wait_for_load_state("networkidle")
    browse.shoot("receipt")


def test_finance_read_the_ledger(browse: Watched, clerk: User, payment: Payment) -> None:
    enter(browse, clerk)
    browse.open("/admin/payments/account/")
    browse.shoot("accounts")
    browse.open(reverse("admin:payments_account_balances"))
    browse.shoot("balances")
    account = Account.objects.get(kind="gateway_clearing")
    browse.open(f"/admin/payments/account/{account.pk}/change/")
    browse.shoot("account")
    browse.open(reverse("admin:payments_account_book", args=[account.pk]))
    browse.shoot("entries")
    with browse.page.expect_download() as download:
        browse.page.click("text=Export (CSV)")
    assert clerk.email in download.value.path().read_text()
    browse.page.click(".k2k-table tbody tr:last-child a.k2k-link >> nth=-1")
    browse.page.wait_for_load_state("networkidle")
    browse.shoot("journal")


def test_finance_see_what_waits_and_try_it_again(
    browse: Watched,
    clerk: User,
    waiting: None,
) -> None:
    page = browse.page
    enter(browse, clerk)
    browse.shoot("home")
    page.click("text=Parked money")
    page.wait_for_load_state("networkidle")
    browse.shoot("parked")
    page.click("#checks button")
    page.wait_for_load_state("networkidle")
    assert "1 is tried again." in page.inner_text("body")
    assert PaymentCheck.objects.exclude(work_state="parked").count() == 1
