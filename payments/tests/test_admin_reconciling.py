"""The pages on which finance reconcile."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.tests.desk import ADMIN, at_desk, said
from accounts.tests.factories import UserFactory
from key2key.common import clock
from payments import services, statements
from payments.models import (
    DailyProof,
    Payment,
    PaymentCheck,
    RefundSending,
    Statement,
    StatementLine,
    SuspenseItem,
    WebhookDelivery,
)
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.many import make_days, make_returns
from payments.tests.paying import hear, pay
from payments.tests.statement_files import file_of, take_in, told
from payments.tests.test_reviewing import sending
from payments.tests.test_suspense import stray

pytestmark = pytest.mark.django_db
IMPORT = f"{ADMIN}payments/statement/import/"


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


@pytest.fixture
def finance() -> Client:
    return at_desk("finance")


def page(row: Any, deed: str = "change") -> str:
    return f"{ADMIN}payments/{row._meta.model_name}/{row.pk}/{deed}/"


def press(client: Client, row: Any, deed: str, **said_: Any) -> Any:
    return client.post(page(row, deed), {"_form_submitted": "true", "reason": "As they wrote", **said_})


def upload(client: Client, *lines: str, **more: str) -> Any:
    file = SimpleUploadedFile("day.csv", file_of(*lines).body, content_type="text/csv")
    return client.post(IMPORT, {"source": "sandbox", "account": "", "file": file, **more}, follow=True)


def test_a_statement_is_tried_and_then_imported(finance: Client) -> None:
    payment = pay(HoldFactory(amount=Decimal("1000.00")))
    assert finance.get(IMPORT).status_code == 200
    assert "Nothing was written" in said(upload(finance, told(payment), **{"try": "yes"}))
    assert not Statement.objects.exists()
    answer = upload(finance, told(payment))
    statement = Statement.objects.get()
    assert "1 matched" in said(answer)
    assert statement.imported_by == finance.user
    assert "imported before" in upload(finance, told(payment)).content.decode()
    assert Statement.objects.count() == 1


def test_mistakes_are_named_and_nothing_is_imported(finance: Client) -> None:
    text = upload(finance, told(number="t1", net="x")).content.decode()
    assert "Line 2" in text
    assert "is no amount" in text
    assert not Statement.objects.exists()


def test_what_a_file_is_called_is_shown_as_text(finance: Client) -> None:
    evil = "<script>alert(1)</script>"
    answer = upload(finance, told(number=evil, gross="7.00", kind="other"))
    line = StatementLine.objects.get()
    for text in (answer.content.decode(), finance.get(page(line)).content.decode()):
        assert evil not in text


def test_a_long_file_is_refused_unread(finance: Client) -> None:
    file = SimpleUploadedFile("day.csv", b"x" * (statements.LONGEST_FILE + 1))
    answer = finance.post(IMPORT, {"source": "sandbox", "file": file})
    assert "at most 5 MB" in answer.content.decode()


@pytest.mark.parametrize("group", ["support", "treasury", "moderator"])
def test_others_import_nothing(group: str) -> None:
    assert upload(at_desk(group), told(gross="7.00", kind="other")).status_code == 403
    assert not Statement.objects.exists()


def test_a_line_is_matched_set_aside_and_taken_up(finance: Client) -> None:
    payment = pay(HoldFactory(amount=Decimal("1000.00")))
    take_in(told(payment, reference="?"), told(number="t2", gross="7.00", kind="other"))
    first, second = StatementLine.objects.order_by("number")
    press(finance, first, "match", reference="K2K000000000000")
    first.refresh_from_db()
    assert first.state == "unmatched"
    press(finance, first, "match", reference=payment.reference)
    press(finance, second, "ignore")
    assert list(StatementLine.objects.order_by("number").values_list("state", "reason")) == [
        ("matched", "As they wrote"),
        ("ignored", "As they wrote"),
    ]
    press(finance, second, "take_up")
    second.refresh_from_db()
    assert second.state == "unmatched"
    assert payment.reference in finance.get(page(first)).content.decode()
    assert "t1" in finance.get(page(payment)).content.decode()  # beside the payment


def test_a_decision_needs_a_reason_and_the_right(finance: Client) -> None:
    take_in(told(number="t2", gross="7.00", kind="other"))
    line = StatementLine.objects.get()
    finance.post(page(line, "ignore"), {"_form_submitted": "true", "reason": ""})
    assert press(at_desk("support"), line, "ignore").status_code == 403
    line.refresh_from_db()
    assert line.state == "unmatched"


def test_lines_leave_as_a_file_in_which_nothing_is_a_formula(finance: Client) -> None:
    take_in(told(number="t2", gross="7.00", kind="other", text="=1+1"))
    line = StatementLine.objects.get()
    chosen = {"action": "export", "_selected_action": [str(line.pk)]}
    answer = finance.post(f"{ADMIN}payments/statementline/", chosen)
    text = b"".join(answer.streaming_content).decode()
    assert "'=1+1" in text


def test_suspense_finds_its_owner_or_goes_back(finance: Client) -> None:
    item, person = stray(), UserFactory()
    assert "Money that matches nothing" in finance.get(ADMIN).content.decode()
    press(finance, item, "match", payer=person.email, hold="", payment="")
    item.refresh_from_db()
    assert (item.state, item.owed_to) == ("matched", person.pk)
    other = stray("chk-2")
    press(finance, other, "match", payer="", hold="", payment="")
    press(finance, other, "match", payer=person.email, hold="", payment=PaymentFactory().reference)
    press(finance, other, "match", payer="", hold="", payment="K2K000000000000")
    other.refresh_from_db()
    assert other.state == "waiting"
    press(finance, other, "send_back")
    other.refresh_from_db()
    assert other.state == "sent_back"


def test_what_does_not_match_is_accepted_or_closed(finance: Client) -> None:
    first, second = (hear(PaymentFactory(), merchant="another") for _ in range(2))
    assert "Keep its money in suspense" in finance.get(page(first)).content.decode()
    press(finance, first, "accept_review")
    press(finance, second, "close_review")
    assert set(Payment.objects.values_list("review_reason", "status")) == {("", "pending"), ("", "cancelled")}
    assert "Keep its money in suspense" not in finance.get(page(first)).content.decode()


def test_parked_work_finds_its_way_out(finance: Client) -> None:
    delivery = WebhookDelivery.objects.create(
        gateway="sandbox", event_key="e", body=b"{}", work_state="parked", last_error="unknown_payment"
    )
    check = PaymentCheck.objects.create(payment=PaymentFactory(), work_state="parked")
    duty = sending()
    press(finance, delivery, "close_delivery")
    press(finance, check, "close_check")
    press(finance, duty, "end_sending", outcome="yes")
    for row in (delivery, check, duty):
        row.refresh_from_db()
        assert row.work_state == "done"
    sending()
    finance.post(f"{ADMIN}payments/refundsending/requeue_refunds/", {"_form_submitted": "true"})
    assert RefundSending.objects.filter(work_state="queued").count() == 1


def test_a_day_is_proven_and_what_is_open_is_shown(finance: Client) -> None:
    payment = pay(HoldFactory(amount=Decimal("1000.00")))
    take_in(told(payment, gross="999.00"))
    finance.post(
        f"{ADMIN}payments/dailyproof/prove/", {"_form_submitted": "true", "day": f"{clock.today():%F}"}
    )
    proof = DailyProof.objects.get()
    text = finance.get(page(proof)).content.decode()
    assert (proof.state, payment.reference in text, "A line without a match" in text) == ("open", True, True)
    assert "Days that are not proven" in finance.get(ADMIN).content.decode()


def test_every_page_opens(finance: Client) -> None:
    take_in(told(number="t2", gross="7.00", kind="other"))
    make_returns(1)
    make_days(1)
    for row in (
        Statement.objects.get(),
        StatementLine.objects.get(),
        SuspenseItem.objects.get(),
        SuspenseItem.objects.get().returns.get(),
        DailyProof.objects.get(),
    ):
        assert finance.get(f"{ADMIN}payments/{row._meta.model_name}/").status_code == 200
        assert finance.get(page(row)).status_code == 200
        assert finance.post(page(row), {"state": "matched"}).status_code == 403
    SuspenseItem.objects.get().returns.all().delete()
