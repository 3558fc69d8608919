"""Telebirr's gateway against its stand-in, which proves our signatures and signs as Telebirr does."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import httpx
import pytest

from key2key.common import clock
from key2key.common.errors import InvalidInput, NotFound, Unavailable
from payments.gateways.contract import BadSignature, Mode, MoneyStatus, RefundStatus
from payments.gateways.telebirr import Telebirr, line
from payments.tests.gateway_suite import GatewaySuite
from payments.tests.telebirr import TelebirrFarSide

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(telebirr):
    return telebirr


@pytest.fixture
def far_side(telebirr):
    return TelebirrFarSide(telebirr)


class TestTelebirr(GatewaySuite):
    """Telebirr keeps the contract of all gateways."""

    # what we ask

    def test_an_order_says_what_telebirr_wants_and_nothing_empty(self, far_side, company):
        title = "ቪላ in Bole: 3 rooms! (50% off) " + "x" * 100
        order = self.order(far_side, description=title, amount=Decimal(7), return_url="")

        far_side.gateway.open_checkout(order)

        words = company.orders[order.reference].words
        assert words["title"] == ("in Bole 3 rooms 50 off " + "x" * 100)[:100]
        assert (words["total_amount"], words["trans_currency"]) == ("7.00", "ETB")
        assert (words["payee_type"], words["timeout_express"]) == ("5000", "120m")
        assert words["notify_url"] == order.webhook_url
        assert "redirect_url" not in words
        assert "callback_info" not in words

    def test_an_order_without_latin_letters_is_named_by_its_reference(self, far_side, company):
        order = self.order(far_side, description="ቪላ፣ ቦሌ")
        far_side.gateway.open_checkout(order)

        assert company.orders[order.reference].words["title"] == f"Payment {order.reference}"

    def test_settings_say_where_telebirr_calls_and_for_how_long(self, far_side, company, settings):
        settings.TELEBIRR_NOTIFY_URL = "https://pay.example/telebirr"
        settings.TELEBIRR_TIMEOUT_EXPRESS, settings.TELEBIRR_PAYEE_TYPE = "30m", "3000"
        order = self.order(far_side)

        checkout = far_side.gateway.open_checkout(order)

        words = company.orders[order.reference].words
        assert (words["notify_url"], words["payee_type"]) == ("https://pay.example/telebirr", "3000")
        assert timedelta(minutes=29) < checkout.expires_at - clock.now() <= timedelta(minutes=30)

    def test_an_address_too_long_for_telebirr_is_left_out(self, far_side, company):
        order = self.order(far_side, return_url="https://app.example/" + "x" * 600)
        far_side.gateway.open_checkout(order)

        assert "redirect_url" not in company.orders[order.reference].words

    def test_the_other_padding_is_sent_where_the_setting_says_so(self, far_side, company, settings):
        company.pads = settings.TELEBIRR_SIGN_SCHEME = "pkcs1"
        assert far_side.gateway.open_checkout(self.order(far_side))

    def test_a_padding_that_telebirr_does_not_take_is_our_alarm_and_not_tried_again(self, far_side, company):
        company.pads = "pkcs1"
        with pytest.raises(Unavailable):
            far_side.gateway.open_checkout(self.order(far_side))

        assert company.calls == ["token", "merchant/preOrder"]
        assert not company.orders

    # the page

    def test_the_address_of_the_page_is_signed_as_the_page_wants_it(self, far_side, settings):
        for is_raw in (False, True):
            settings.TELEBIRR_RAW_SIGN_IN_URL = is_raw
            checkout = far_side.gateway.open_checkout(self.order(far_side))
            names = re.findall(r"[?&]([a-z_]+)=", checkout.checkout_url)
            shown = httpx.get(checkout.checkout_url)
            assert names == [
                "appid", "merch_code", "nonce_str", "prepay_id", "timestamp",
                "sign", "sign_type", "version", "trade_type",
            ]  # fmt: skip
            sign = checkout.checkout_url.partition("&sign=")[2].partition("&sign_type=")[0]
            assert ("%" in sign) != is_raw
            assert (shown.status_code, "1500.5" in shown.text) == (200, True)

    def test_the_page_refuses_an_altered_address(self, far_side):
        checkout = far_side.gateway.open_checkout(self.order(far_side))
        other = far_side.gateway.open_checkout(self.order(far_side))
        mine, others = (
            parse_qs(urlsplit(url.checkout_url).query)["prepay_id"][0] for url in (checkout, other)
        )

        assert httpx.get(checkout.checkout_url.replace(mine, others)).status_code == 400

    def test_a_button_of_the_page_pays_and_leads_back(self, far_side, company):
        order = self.order(far_side)
        far_side.gateway.open_checkout(order)

        back = httpx.post(f"{company.url}/payment/web/paygate/{order.reference}/pay")

        assert (back.status_code, back.headers["Location"][:28]) == (303, "https://app.example/deals/1?")
        assert far_side.gateway.look_up(order.reference, "").status == MoneyStatus.SUCCEEDED

    # tokens

    def test_a_token_is_fetched_once_and_used_until_five_minutes_before_its_end(self, far_side, company):
        for _ in range(3):
            far_side.gateway.open_checkout(self.order(far_side))
        assert company.calls.count("token") == 1

        line._tokens.clear()
        company.token_seconds = 300  # less the five minutes: for this call only
        for _ in range(2):
            far_side.gateway.open_checkout(self.order(far_side))
        assert company.calls.count("token") == 3

    def test_a_token_that_was_forgotten_is_fetched_once_more(self, far_side, company):
        far_side.gateway.open_checkout(self.order(far_side))
        company.tokens.clear()

        assert far_side.gateway.open_checkout(self.order(far_side))
        assert company.calls.count("token") == 2

    def test_a_company_that_forgets_every_token_is_away(self, far_side, company):
        company.misbehave(*["forget_token"] * 9, route="merchant/preOrder")
        with pytest.raises(Unavailable):
            far_side.gateway.open_checkout(self.order(far_side))

        assert company.calls == ["token", "merchant/preOrder", "token", "merchant/preOrder"]

    def test_a_token_without_its_word_gets_it(self, far_side, company):
        company.prefixes_tokens = False
        assert far_side.gateway.open_checkout(self.order(far_side))

    @pytest.mark.parametrize("name", ["TELEBIRR_APP_SECRET", "TELEBIRR_FABRIC_APP_ID"])
    def test_wrong_credentials_are_our_alarm(self, far_side, company, settings, name):
        setattr(settings, name, "wrong")
        self.away(far_side)

        assert set(company.calls) == {"token"}

    def test_who_asks_too_fast_waits_and_keeps_the_token(self, far_side, company):
        company.misbehave("quota", route="merchant/queryOrder")
        order = self.order(far_side)
        far_side.gateway.open_checkout(order)
        with pytest.raises(Unavailable):
            far_side.gateway.look_up(order.reference, "")

        assert far_side.gateway.look_up(order.reference, "").status == MoneyStatus.PENDING
        assert company.calls.count("token") == 1

    # answers

    @pytest.mark.parametrize(
        "fault", ["500", "502", "lost", "garbage", "html", "unsigned", "wrong_key", "pkcs1", "other_order"]
    )
    def test_an_answer_that_proves_nothing_settles_nothing(self, far_side, company, fault):
        order, checkout = self.paid(far_side)
        back = self.back(order, checkout.gateway_reference, amount=Decimal("1.00"))
        for route, call in {
            "merchant/queryOrder": lambda: far_side.gateway.look_up(order.reference, ""),
            "merchant/preOrder": lambda: far_side.gateway.open_checkout(self.order(far_side)),
            "merchant/refund": lambda: far_side.gateway.refund(back),
        }.items():
            company.misbehave(fault, route=route)
            with pytest.raises(Unavailable):
                call()
            assert not any(company._faults.values())

    def test_the_older_padding_of_an_answer_is_believed_where_the_setting_says_so(
        self, far_side, company, settings
    ):
        settings.TELEBIRR_ACCEPT_PKCS1 = True
        company.misbehave("pkcs1", route="merchant/preOrder")
        assert far_side.gateway.open_checkout(self.order(far_side))

    def test_answers_need_no_proof_where_the_setting_says_so(self, far_side, company, settings):
        settings.TELEBIRR_VERIFY_RESPONSES = False
        company.misbehave("unsigned", "wrong_key", route="merchant/preOrder")
        for _ in range(2):
            assert far_side.gateway.open_checkout(self.order(far_side))

    @pytest.mark.parametrize("fault", ["organization", "mixed"])
    def test_what_is_not_about_the_order_refuses_no_order(self, far_side, company, fault):
        company.misbehave(fault, route="merchant/preOrder")
        with pytest.raises(Unavailable):
            far_side.gateway.open_checkout(self.order(far_side))

    def test_a_refusal_says_telebirrs_own_code(self, far_side, company):
        company.misbehave("no", route="merchant/preOrder")
        with pytest.raises(InvalidInput) as refusal:
            far_side.gateway.open_checkout(self.order(far_side))

        assert (refusal.value.code, refusal.value.extra) == ("gateway_refused", {"vendor_code": "60209999"})

    def test_a_question_that_is_refused_says_nothing_of_the_order(self, far_side, company):
        order, _checkout = self.paid(far_side)
        company.misbehave("no", route="merchant/queryOrder")
        with pytest.raises(Unavailable):
            far_side.gateway.look_up(order.reference, "")

    @pytest.mark.parametrize(
        "status, ours",
        [
            ("WAIT_PAY", "pending"), ("PAYING", "pending"), ("ACCEPTED", "pending"),
            ("PAY_SUCCESS", "succeeded"), ("PAY_FAILED", "failed"), ("PAY_CANCEL", "cancelled"),
            ("ORDER_CLOSED", "expired"), ("WAIT_FOR_GODOT", "pending"), ("REFUNDING", "succeeded"),
            ("REFUND_SUCCESS", "succeeded"), ("REFUND_FAILED", "succeeded"),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("fault", ["", "lower_case", "trade_status"])
    def test_every_status_means_one_of_ours(self, far_side, company, status, ours, fault):
        order = self.order(far_side)
        far_side.gateway.open_checkout(order)
        company.orders[order.reference].status = status
        company.misbehave(fault, route="merchant/queryOrder")

        standing = far_side.gateway.look_up(order.reference, "")

        assert standing.status == ours
        assert standing.charged == (order.amount if ours == "succeeded" else 0)
        assert bool(standing.failure_code) == (ours in {"failed", "cancelled", "expired"})
        assert [one.refund_reference for one in standing.refunds] == [""] * status.startswith("REFUND")

    def test_a_paid_order_says_when_and_under_which_number(self, far_side, company):
        order, _checkout = self.paid(far_side)
        company.orders[order.reference].paid_at = datetime(
            2026, 3, 2, 7, 5, 23, tzinfo=ZoneInfo("UTC")
        ).timestamp()

        standing = far_side.gateway.look_up(order.reference, "")

        assert standing.paid_at == datetime(2026, 3, 2, 10, 5, 23, tzinfo=ZoneInfo("Africa/Addis_Ababa"))
        assert standing.transaction == company.orders[order.reference].transaction

    @pytest.mark.parametrize(
        "fault, name",
        [("wrong_amount", "amount"), ("wrong_currency", "currency"), ("other_merchant", "merchant")],
    )
    def test_what_differs_is_told_as_it_came(self, far_side, company, fault, name):
        order, _checkout = self.paid(far_side)
        company.misbehave(fault, route="merchant/queryOrder")
        told, right = (far_side.gateway.look_up(order.reference, "") for _ in range(2))

        assert getattr(told, name) != getattr(right, name)

    def test_the_mode_is_that_of_the_settings(self, far_side, settings):
        assert far_side.gateway.mode == Mode.TEST
        settings.TELEBIRR_LIVE = True
        assert far_side.gateway.mode == Mode.LIVE

    # refunds

    def test_a_refund_that_takes_its_time_is_told_by_the_order(self, far_side, company):
        company.refunds_wait = True
        order, checkout = self.paid(far_side)
        back = self.back(order, checkout.gateway_reference, amount=Decimal("500.00"))

        answers = [far_side.gateway.refund(back).status for _ in range(2)]
        waiting = far_side.gateway.look_up(order.reference, "").refunds
        company.finish_refunds(order.reference)
        over = far_side.gateway.look_up(order.reference, "").refunds

        assert answers == [RefundStatus.PENDING] * 2
        assert [one.status for one in (*waiting, *over)] == ["pending", "succeeded"]

    def test_a_refund_is_asked_for_in_letters_that_telebirr_takes(self, far_side, company):
        order, checkout = self.paid(far_side)
        back = self.back(order, checkout.gateway_reference, amount=Decimal(5))

        far_side.gateway.refund(
            type(back)(**{**vars(back), "refund_reference": "R2K7F3A-2", "reason": "ቪላ: no!"})
        )

        assert company.orders[order.reference].refunds == {"R2K7F3A2": Decimal("5.00")}
        assert company.requests[-1]["biz_content"]["refund_reason"] == "no"

    def test_a_refund_word_that_we_do_not_know_settles_nothing(self, far_side, company):
        order, checkout = self.paid(far_side)
        company.misbehave("new_word", route="merchant/refund")
        with pytest.raises(Unavailable):
            far_side.gateway.refund(self.back(order, checkout.gateway_reference, amount=Decimal(5)))

    # notifications

    @pytest.mark.parametrize(
        "quirks",
        [
            {"spelt": "transId"}, {"spaces": True}, {"wrapped": True}, {"form": True}, {"seconds": True},
            {"numbers": True}, {"pads": "pssmax"}, {"callback_info": ""}, {"total_amount": "1.00"},
            {"spelt": "transId", "spaces": True, "wrapped": True, "numbers": True},
        ],
    )  # fmt: skip
    def test_a_notification_is_read_with_all_its_quirks(self, far_side, company, quirks):
        order, _checkout = self.paid(far_side)
        for _ in range(4):  # a signature may have no plus in it
            ((headers, body),) = company.notify(order.reference, **quirks)
            report = far_side.gateway.read_webhook(headers, body)
            assert (report.reference, report.gateway_reference) == (order.reference, order.reference)
            assert report.kind == "Completed"

    @pytest.mark.parametrize("quirks", [{"pads": "pkcs1"}, {"signer": "stranger"}, {"signer": "merchant"}])
    def test_a_notification_that_telebirr_has_not_signed_is_not_believed(self, far_side, company, quirks):
        order, _checkout = self.paid(far_side)
        ((headers, body),) = company.notify(order.reference, **quirks)
        with pytest.raises(BadSignature):
            far_side.gateway.read_webhook(headers, body)

    @pytest.mark.parametrize(
        "quirks",
        [
            {"appid": "6543210987654321"},
            {"merch_code": "654321"},
            {"merch_order_id": None},
            {"trade_status": None},
        ],
    )
    def test_a_proved_notification_that_is_not_ours_is_refused(self, far_side, company, quirks):
        order, _checkout = self.paid(far_side)
        ((headers, body),) = company.notify(order.reference, **quirks)
        with pytest.raises(InvalidInput) as refusal:
            far_side.gateway.read_webhook(headers, body)
        assert refusal.value.code == "gateway_refused"

    def test_the_spelling_of_a_transaction_makes_no_other_event(self, far_side, company):
        order, _checkout = self.paid(far_side)
        keys = {
            far_side.gateway.read_webhook(*company.notify(order.reference, **quirks)[0]).event_key
            for quirks in ({}, {"spelt": "transId"}, {"wrapped": True}, {"seconds": True})
        }
        assert len(keys) == 1


def test_an_order_that_telebirr_forgot_is_not_found_whatever_its_words(company):
    with pytest.raises(NotFound):
        Telebirr().look_up("", "K2KNEVERSENT")


def test_the_company_can_be_worked_from_another_process(company, far_side):
    order = TestTelebirr().order(far_side)
    far_side.gateway.open_checkout(order)

    httpx.post(f"{company.url}/_standin/pay", json={"order": order.reference})
    httpx.post(f"{company.url}/_standin/notify", json={"order": order.reference, "times": 2})

    assert far_side.gateway.look_up(order.reference, "").status == MoneyStatus.SUCCEEDED
    assert [company.deliver_to(company.url) for _ in range(2)] == [[404, 404]] * 2, "a no is sent again"
