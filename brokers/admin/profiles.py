"""Professionals and reviews for staff: what waits, what a decision needs, and the decisions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from brokers import broker_steps, profile_queue, services
from brokers.enums import BrokerStatus, LicenceState, ReviewState
from brokers.models import Broker, Review
from key2key.common.plugins import Panel
from key2key.common.staff_pages import (
    Confirmation,
    ReadOnlyPage,
    ReasonForm,
    age,
    attempt,
    audit_panel,
    go,
    link,
    page_of,
)

COLOURS = {
    BrokerStatus.ACTIVE: "success", BrokerStatus.PENDING_REVIEW: "info", BrokerStatus.SUSPENDED: "danger",
    BrokerStatus.CHANGES_REQUESTED: "warning", LicenceState.CONFIRMED: "success",
    ReviewState.PUBLISHED: "success", ReviewState.HIDDEN: "danger", ReviewState.PENDING: "info",
}  # fmt: skip


@admin.register(Broker)
class BrokerPage(ReadOnlyPage):
    """Every professional; of those that wait for review the longest waiting first."""

    list_display = ("person", "state", "licence", "reviews_count", "closed_deals", "waiting", "created_at")
    list_filter = ("status", "licences__state", "created_at")
    list_select_related = ("user",)
    search_fields = ("=user__email", "=user__phone", "user__full_name", "=licences__number")
    search_help_text = _("E-mail, phone or name of the person, number of a licence, or an id")
    fields = (
        "person", "status", "status_reason", "submitted_at", "bio", "language", "languages", "places",
        "specialities", "years_experience", "phone", "whatsapp", "telegram", "website", "rating",
        "reviews_count", "closed_deals", "response_minutes", "created_at",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("approve", "request_changes", "suspend", "reinstate", "terminate")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("licences", "areas")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        waiting = request.GET.get("status__exact") == BrokerStatus.PENDING_REVIEW
        return ("submitted_at", "id") if waiting else ("-created_at", "-id")

    def panels(self, request: HttpRequest, row: Broker) -> list[Panel]:
        return [_licences(row), audit_panel(row)]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what is possible now, and nothing on one's own profile."""
        broker = Broker.objects.filter(pk=object_id).first()
        if broker is None or broker.user_id == request.user.pk:
            return []
        possible = broker_steps.allowed_actions(broker.status, actor=broker_steps.Actor.STAFF)
        offered = super().get_actions_detail(request, object_id)
        return [each for each in offered if each.action_name.endswith(tuple(possible))]

    @admin.display(description=_("person"))
    def person(self, broker: Broker) -> str:
        return link(broker.user, url=page_of("accounts.user", pk=broker.user_id))

    @display(description=_("status"), ordering="status", label=COLOURS)
    def state(self, broker: Broker) -> tuple[str, str]:
        return broker.status, broker.get_status_display()

    @display(description=_("licence"), label=COLOURS)
    def licence(self, broker: Broker) -> tuple[str, str]:
        """The state of the one that counts, or of the latest that was named."""
        named = sorted(broker.licences.all(), key=lambda each: each.state != LicenceState.CONFIRMED)
        return (named[0].state, named[0].get_state_display()) if named else ("", "–")

    @admin.display(description=_("areas"))
    def places(self, broker: Broker) -> str:
        return ", ".join(str(area) for area in broker.areas.all()) or "–"

    @admin.display(description=_("waits"), ordering="submitted_at")
    def waiting(self, broker: Broker) -> str:
        return age(broker.submitted_at) if broker.status == BrokerStatus.PENDING_REVIEW else "–"

    @action(
        description=_("Approve"),
        permissions=["act"],
        dialog={
            "title": _("Approve"),
            "description": _("Everybody sees the profile and the person may publish. Needs a valid licence."),
            "form_class": Confirmation,
            "form_submit_text": _("Approve"),
        },
    )
    def approve(self, request: HttpRequest, form: Confirmation, object_id: str) -> HttpResponse:
        return self._step(request, object_id, action="approve", done=_("Approved."))

    @action(
        description=_("Request changes"),
        permissions=["act"],
        dialog={
            "title": _("Request changes"),
            "description": _("The person corrects the profile and sends it in again."),
            "form_class": ReasonForm,
            "form_submit_text": _("Send back"),
        },
    )
    def request_changes(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._step(request, object_id, action="request_changes", form=form, done=_("Sent back."))

    @action(
        description=_("Suspend"),
        permissions=["act"],
        dialog={
            "title": _("Suspend"),
            "description": _("The profile and the listings are hidden. The person reads the reason."),
            "form_class": ReasonForm,
            "form_submit_text": _("Suspend"),
        },
    )
    def suspend(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._step(request, object_id, action="suspend", form=form, done=_("Suspended."))

    @action(
        description=_("Reinstate"),
        permissions=["act"],
        dialog={
            "title": _("Reinstate"),
            "description": _("Everything is shown again. Needs a valid licence."),
            "form_class": ReasonForm,
            "form_submit_text": _("Reinstate"),
        },
    )
    def reinstate(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._step(request, object_id, action="reinstate", form=form, done=_("Reinstated."))

    @action(
        description=_("Terminate"),
        icon="block",
        permissions=["act"],
        dialog={
            "title": _("End for good"),
            "description": _("The person cannot come back as a professional, and reads the reason."),
            "form_class": ReasonForm,
            "form_submit_text": _("Terminate"),
        },
    )
    def terminate(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._step(request, object_id, action="terminate", form=form, done=_("Terminated."))

    def _step(
        self, request: HttpRequest, object_id: str, *, action: str, done: Any, form: ReasonForm | None = None
    ) -> HttpResponse:
        key, reason = UUID(object_id), form.cleaned_data["reason"] if form else ""
        attempt(
            request,
            lambda: services.step_profile(broker_id=key, by=request.user, action=action, reason=reason),
            done=done,
        )
        return go(request, page_of(Broker, pk=key))


class ReportedFilter(admin.SimpleListFilter):
    """Only those on which a report waits."""

    title = _("reported")
    parameter_name = "reported"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("Waits for staff"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(reported_at__isnull=False) if self.value() == "waiting" else queryset


@admin.register(Review)
class ReviewPage(ReadOnlyPage):
    """Every review; of the reported ones those first whose report waits the longest."""

    list_display = ("rating", "author", "subject", "words", "status", "waiting", "created_at")
    list_filter = (ReportedFilter, "state", "rating", "side", "created_at")
    list_select_related = ("author", "subject")
    search_fields = ("=author__email", "=subject__email")
    search_help_text = _("E-mail of the author or of whom it is about, or an id")
    fields = (
        "rating", "sub_scores", "text", "author", "subject", "side", "transaction", "reply", "replied_at",
        "state", "state_reason", "published_at", "created_at",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("hide", "show")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # Not `super()`'s: it is in order already, by a column that comes only here.
        return profile_queue.with_reports(Review.objects.all())

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        waiting = request.GET.get(ReportedFilter.parameter_name) == "waiting"
        return ("reported_at", "id") if waiting else ("-created_at", "-id")

    def panels(self, request: HttpRequest, row: Review) -> list[Panel]:
        return [_reports(row), audit_panel(row)]

    @admin.display(description=_("text"))
    def words(self, review: Review) -> str:
        return review.text[:80] or "–"

    @display(description=_("state"), ordering="state", label=COLOURS)
    def status(self, review: Review) -> tuple[str, str]:
        return review.state, review.get_state_display()

    @admin.display(description=_("deal"))
    def transaction(self, review: Review) -> str:
        return link(review.deal, url=page_of("brokers.deal", pk=review.deal_id))

    @admin.display(description=_("waits"), ordering="reported_at")
    def waiting(self, review: Any) -> str:
        return age(review.reported_at) or "–"

    @action(
        description=_("Hide"),
        permissions=["act"],
        dialog={
            "title": _("Hide"),
            "description": _("Nobody reads it any more and it does not count. Its reports are settled."),
            "form_class": ReasonForm,
            "form_submit_text": _("Hide"),
        },
    )
    def hide(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._judge(request, object_id, form, hide=True, done=_("Hidden."))

    @action(
        description=_("Let it stand"),
        permissions=["act"],
        dialog={
            "title": _("Let it stand"),
            "description": _("It stays, or is shown again. Its reports are settled."),
            "form_class": ReasonForm,
            "form_submit_text": _("Let it stand"),
        },
    )
    def show(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._judge(request, object_id, form, hide=False, done=_("It stands."))

    def _judge(
        self, request: HttpRequest, object_id: str, form: ReasonForm, *, hide: bool, done: Any
    ) -> HttpResponse:
        key, reason = UUID(object_id), form.cleaned_data["reason"]
        attempt(
            request,
            lambda: services.judge_review(review_id=key, by=request.user, hide=hide, reason=reason),
            done=done,
        )
        return go(request, page_of(Review, pk=key))


def _licences(broker: Broker) -> Panel:
    """Confirming and revoking is verification's matter: by the papers of a case."""
    return Panel(
        title=_("Licences"),
        headers=[_("Number"), _("Authority"), _("Category"), _("Region"), _("Valid until"), _("State")],
        rows=[
            [
                licence.number,
                licence.authority,
                licence.category or "–",
                licence.region or "–",
                f"{licence.expires_on:%F}",
                licence.get_state_display(),
            ]
            for licence in broker.licences.order_by("-created_at")
        ],
    )


def _reports(review: Review) -> Panel:
    return Panel(
        title=_("Reports"),
        headers=[_("When"), _("Who"), _("Reason"), _("Text"), _("Settled")],
        rows=[
            [
                f"{report.created_at:%F %H:%M}",
                report.reporter,
                report.get_reason_display(),
                report.text or "–",
                f"{report.settled_at:%F %H:%M}" if report.settled_at else "–",
            ]
            for report in review.reports.select_related("reporter")
        ],
    )
