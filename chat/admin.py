"""Conversations for staff: the queue of complaints, and who talks about what. Words need a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from chat import selectors, services
from chat.enums import ReportState, State
from chat.models import Conversation, Message, Nudge, Report
from key2key.common.plugins import Panel
from key2key.common.staff_pages import ReadOnlyPage, ReasonForm, age, attempt, audit_panel, go, link, page_of

COLOURS = {State.OPEN: "success", State.CLOSED: "warning", State.FROZEN: "danger"}


def _dialog(title: Any, description: Any) -> dict[str, Any]:
    return {
        "title": title,
        "description": description,
        "form_class": ReasonForm,
        "form_submit_text": title,
    }


@admin.register(Conversation)
class ConversationPage(ReadOnlyPage):
    """Who talks with whom about what, and how much; not what they say."""

    list_display = ("about", "buyer", "selling_side", "shown_state", "last_seq", "last_at")
    list_filter = ("state",)
    list_select_related = ("listing", "buyer", "seller", "organisation")
    search_fields = ("=buyer__email", "=seller__email", "=organisation__name")
    ordering = ("-last_at", "-id")
    fields = ("about", "buyer", "selling_side", "shown_state", "last_seq", "last_at", "created_at")
    readonly_fields = fields
    actions_detail = ("read", "freeze", "close", "open_again")

    @admin.display(description=_("about"))
    def about(self, conversation: Conversation) -> str:
        if conversation.listing is None:
            return "–"
        return link(conversation.listing, url=page_of("listings.listing", pk=conversation.listing_id))

    @admin.display(description=_("selling side"))
    def selling_side(self, conversation: Conversation) -> str:
        return str(conversation.organisation or conversation.seller)

    @display(description=_("state"), ordering="state", label=COLOURS)
    def shown_state(self, conversation: Conversation) -> tuple[str, str]:
        return conversation.state, conversation.get_state_display()

    def panels(self, request: HttpRequest, row: Conversation) -> list[Panel]:
        said = selectors.words_shown_to(request.user, conversation=row)
        return [_members(row), *([] if said is None else [_words(said)]), audit_panel(row)]

    @action(
        description=_("Read"),
        icon="visibility",
        permissions=["act"],
        dialog=_dialog(_("Read what was said"), _("That you read it, and why, is written down.")),
    )
    def read(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        key = UUID(object_id)
        attempt(
            request,
            lambda: services.begin_reading(conversation_id=key, by=request.user, reason=reason),
            done=_("You see the words for a quarter of an hour."),
        )
        return go(request, page_of(Conversation, pk=key))

    @action(
        description=_("Freeze"),
        icon="ac_unit",
        permissions=["act"],
        dialog=_dialog(_("Freeze"), _("Nobody writes in it until it is opened again.")),
    )
    def freeze(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._set(request, form, object_id, state=State.FROZEN)

    @action(
        description=_("Close"),
        icon="lock",
        permissions=["act"],
        dialog=_dialog(_("Close"), _("It is over; both sides can still read it.")),
    )
    def close(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._set(request, form, object_id, state=State.CLOSED)

    @action(
        description=_("Open again"),
        icon="lock_open",
        permissions=["act"],
        dialog=_dialog(_("Open again"), _("Both sides may write again.")),
    )
    def open_again(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._set(request, form, object_id, state=State.OPEN)

    def _set(self, request: HttpRequest, form: ReasonForm, object_id: str, *, state: State) -> HttpResponse:
        key, reason = UUID(object_id), form.cleaned_data["reason"]
        attempt(
            request,
            lambda: services.set_state(conversation_id=key, state=state, by=request.user, reason=reason),
            done=_("Done."),
        )
        return go(request, page_of(Conversation, pk=key))


def _members(conversation: Conversation) -> Panel:
    members = conversation.members.select_related("user").order_by("side", "joined_at")
    return Panel(
        title=_("Members"),
        headers=[_("Person"), _("Side"), _("Joined"), _("Left"), _("Has read")],
        rows=[
            [
                link(member.user, url=page_of("accounts.user", pk=member.user_id)),
                member.get_side_display(),
                f"{member.joined_at:%F %H:%M}",
                f"{member.left_at:%F %H:%M}" if member.left_at else "–",
                member.read_seq,
            ]
            for member in members
        ],
    )


def _words(said: list[Message]) -> Panel:
    return Panel(
        title=_("What was said"),
        headers=[_("Number"), _("Sender"), _("Said"), _("When")],
        rows=[
            [message.seq, message.sender.full_name, message.body or "–", f"{message.created_at:%F %H:%M}"]
            for message in said
        ],
    )


@admin.register(Report)
class ReportPage(ReadOnlyPage):
    """The queue of complaints, each with the messages around it as they stood."""

    list_display = ("reason", "reporter", "shown_state", "waiting")
    list_filter = ("state", "reason")
    list_select_related = ("reporter", "conversation")
    search_fields = ("=reporter__email",)
    ordering = ("created_at", "id")
    fields = ("about", "reporter", "reason", "comment", "shown_state", "created_at", "settled_at")
    readonly_fields = fields
    actions_detail = ("remove_message", "freeze", "settle")

    @admin.display(description=_("conversation"))
    def about(self, report: Report) -> str:
        return link(report.conversation_id, url=page_of(Conversation, pk=report.conversation_id))

    @admin.display(description=_("waiting"), ordering="created_at")
    def waiting(self, report: Report) -> str:
        return age(report.created_at)

    @display(
        description=_("state"),
        ordering="state",
        label={ReportState.OPEN: "warning", ReportState.SETTLED: "success"},
    )
    def shown_state(self, report: Report) -> tuple[str, str]:
        return report.state, report.get_state_display()

    def panels(self, request: HttpRequest, row: Report) -> list[Panel]:
        evidence = [_evidence(row)] if self.has_act_permission(request) else []
        return [*evidence, audit_panel(row)]

    @action(
        description=_("Remove the message"),
        icon="delete",
        permissions=["act"],
        dialog=_dialog(_("Remove the message"), _("Its words go for both sides; its place stays.")),
    )
    def remove_message(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        key, reason = UUID(object_id), form.cleaned_data["reason"]
        message_id = Report.objects.values_list("message_id", flat=True).get(pk=key)
        attempt(
            request,
            lambda: services.remove_message(message_id=message_id, by=request.user, reason=reason),
            done=_("Removed."),
        )
        return go(request, page_of(Report, pk=key))

    @action(
        description=_("Freeze the conversation"),
        icon="ac_unit",
        permissions=["act"],
        dialog=_dialog(_("Freeze"), _("Nobody writes in it until it is opened again.")),
    )
    def freeze(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        key, reason = UUID(object_id), form.cleaned_data["reason"]
        conversation_id = Report.objects.values_list("conversation_id", flat=True).get(pk=key)
        attempt(
            request,
            lambda: services.set_state(
                conversation_id=conversation_id, state=State.FROZEN, by=request.user, reason=reason
            ),
            done=_("Frozen."),
        )
        return go(request, page_of(Report, pk=key))

    @action(
        description=_("Settled"),
        icon="done",
        permissions=["act"],
        dialog=_dialog(_("Settled"), _("Say what was done about it.")),
    )
    def settle(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        key, reason = UUID(object_id), form.cleaned_data["reason"]
        attempt(
            request,
            lambda: services.settle_report(report_id=key, by=request.user, reason=reason),
            done=_("Settled."),
        )
        return go(request, page_of(Report, pk=key))


def _evidence(report: Report) -> Panel:
    return Panel(
        title=_("Evidence"),
        headers=[_("Number"), _("Sender"), _("Said"), _("When")],
        rows=[
            [
                f"→ {said['seq']}" if said["message"] == str(report.message_id) else said["seq"],
                link(said["sender"], url=page_of("accounts.user", pk=said["sender"])),
                said["body"] or "–",
                said["sent_at"][:16],
            ]
            for said in report.snapshot
        ],
    )


@admin.register(Nudge)
class NudgePage(ReadOnlyPage):
    """Whom we still have to tell of messages; what is parked is tried again in the queue of stuck work."""

    list_display = ("__str__", "work_state", "attempts", "due_at", "last_error")
    list_filter = ("work_state",)
    list_select_related = ("member",)
    ordering = ("-due_at", "-id")
    fields = ("member", "told_seq", "work_state", "attempts", "due_at", "last_error")
    readonly_fields = fields
