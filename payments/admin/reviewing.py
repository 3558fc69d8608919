"""Ways out of what waits for a person, as buttons that the pages of payments and of work take on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget

from key2key.common.staff_pages import Confirmation, ReasonForm, attempt, go, page_of
from payments import services
from payments.admin.steps import asks, asks_why
from payments.models import Payment, PaymentCheck, RefundSending, WebhookDelivery
from payments.transitions import OPEN, RECEIVED

REVIEWS = frozenset({"accept_review", "close_review", "keep_odd_money"})


class OutcomeForm(ReasonForm):
    """How a refund ended, as the books of the gateway say."""

    outcome = forms.ChoiceField(
        label=_("The gateway's books say"),
        choices=[("yes", _("The money went back")), ("no", _("The money did not go back"))],
        widget=UnfoldAdminSelectWidget(),
    )


def reviews_of(payment: Payment | None) -> set[str]:
    """Which of the buttons are possible for a payment now."""
    if payment is None or not payment.review_reason:
        return set()
    possible = {"accept_review"}
    if payment.status in OPEN:
        possible.add("close_review")
    if payment.status not in RECEIVED:
        possible.add("keep_odd_money")
    return possible


class PaymentReviews:
    """Buttons for a payment that does not match."""

    @action(
        description=_("Accept"),
        permissions=["act"],
        dialog=asks_why(
            _("Accept what does not match"),
            says=_("No money moves. The same finding does not come back."),
            submit=_("Accept"),
        ),
    )
    def accept_review(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return _review(request, form, object_id, rule=services.accept_review, done=_("Accepted."))

    @action(
        description=_("Close"),
        permissions=["act"],
        dialog=asks_why(
            _("Close the payment"),
            says=_("It ends without money. The payer may pay anew."),
            submit=_("Close"),
        ),
    )
    def close_review(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return _review(request, form, object_id, rule=services.close_review, done=_("Closed."))

    @action(
        description=_("Keep its money in suspense"),
        permissions=["act"],
        dialog=asks_why(
            _("Keep the money in suspense"),
            says=_("The gateway is asked how much it has. The payment ends; the money finds its owner."),
            submit=_("Keep"),
        ),
    )
    def keep_odd_money(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return _review(request, form, object_id, rule=services.keep_odd_money, done=_("It lies in suspense."))


class WebhookReviews:
    """A button for a parked notification."""

    @action(
        description=_("Close"),
        permissions=["act"],
        dialog=asks_why(
            _("Close the notification"),
            says=_("It was settled another way, or does not matter."),
            submit=_("Close"),
        ),
    )
    def close_delivery(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        key, reason = UUID(object_id), form.cleaned_data["reason"]
        attempt(
            request,
            lambda: services.close_delivery(delivery_id=key, by=request.user, reason=reason),
            done=_("Closed."),
        )
        return go(request, page_of(WebhookDelivery, pk=key))


class CheckReviews:
    """A button for a parked question to a gateway."""

    @action(
        description=_("Close"),
        permissions=["act"],
        dialog=asks_why(
            _("Close the question"),
            says=_("Its answer is known otherwise, or not needed."),
            submit=_("Close"),
        ),
    )
    def close_check(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        key, reason = int(object_id), form.cleaned_data["reason"]
        attempt(
            request,
            lambda: services.close_check(check_id=key, by=request.user, reason=reason),
            done=_("Closed."),
        )
        return go(request, page_of(PaymentCheck, pk=key))


class SendingReviews:
    """Buttons for parked refunds: one by what the gateway's books say, all of them again."""

    @action(
        description=_("Say how it ended"),
        permissions=["act"],
        dialog=asks(
            _("How the refund ended"),
            says=_("Look into the books of the gateway first. It is not sent again."),
            submit=_("Book"),
            form=OutcomeForm,
        ),
    )
    def end_sending(self, request: HttpRequest, form: OutcomeForm, object_id: str) -> HttpResponse:
        key, said = int(object_id), form.cleaned_data
        went_through = said["outcome"] == "yes"
        attempt(
            request,
            lambda: services.end_sending(
                sending_id=key, by=request.user, went_through=went_through, reason=said["reason"]
            ),
            done=_("Booked."),
        )
        return go(request, page_of(RefundSending, pk=key))

    @action(
        description=_("Send all parked ones again"),
        icon="replay",
        permissions=["act"],
        dialog=asks(
            _("Send all parked refunds again"),
            says=_("Each goes under its own reference: no gateway gives money twice for it."),
            submit=_("Send"),
            form=Confirmation,
        ),
    )
    def requeue_refunds(self, request: HttpRequest, form: Confirmation) -> HttpResponse:
        done = services.requeue_refunds(by=request.user)
        messages.success(request, ngettext("%d is sent again.", "%d are sent again.", done) % done)
        return go(request, reverse("admin:payments_refundsending_changelist"))


def _review(
    request: HttpRequest, form: ReasonForm, object_id: str, *, rule: Callable[..., Any], done: Any
) -> HttpResponse:
    key, reason = UUID(object_id), form.cleaned_data["reason"]
    attempt(request, lambda: rule(payment_id=key, by=request.user, reason=reason), done=done)
    return go(request, page_of(Payment, pk=key))
