"""People for staff: looked at here, changed by services only. Secrets are never shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import admin as _groups  # noqa: F401 - registers what is taken off again below
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_otp import devices_for_user
from django_otp.plugins.otp_static import admin as _codes  # noqa: F401 - its page would show secrets
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp import admin as _apps  # noqa: F401 - its page would show secrets
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts import selectors, services
from accounts.models import Organisation, StaffInvitation, User
from accounts.roles import StaffGroup
from key2key.common import clock
from key2key.common.errors import DomainError
from key2key.common.plugins import Panel
from key2key.common.staff_pages import (
    Confirmation,
    ReadOnlyPage,
    ReasonForm,
    attempt,
    audit_panel,
    go,
    link,
    page_of,
    sentence_of,
)

COLOURS = {User.Status.ACTIVE: "success", User.Status.SUSPENDED: "warning", User.Status.ERASED: "danger"}
SHOWN_SESSIONS = 20


class ErasureForm(Confirmation):
    """An erasure is confirmed by a word, because nothing brings the person back."""

    word = forms.CharField(
        label=_("Type ERASE to confirm"), widget=UnfoldAdminTextInputWidget({"autocomplete": "off"})
    )

    def clean_word(self) -> str:
        """Exactly the word."""
        word: str = self.cleaned_data["word"]
        if word.strip() != "ERASE":
            raise forms.ValidationError(_("Type ERASE in capital letters."))
        return word


class InvitationForm(Confirmation):
    """Whom to invite, and to what."""

    email = forms.EmailField(label=_("E-mail"), widget=UnfoldAdminEmailInputWidget())
    full_name = forms.CharField(
        label=_("Full name"), required=False, max_length=150, widget=UnfoldAdminTextInputWidget()
    )
    groups = forms.MultipleChoiceField(
        label=_("Groups of staff"),
        required=False,
        choices=StaffGroup.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    superuser = forms.BooleanField(label=_("Every right"), required=False, widget=UnfoldBooleanSwitchWidget())


@admin.register(User)
class UserPage(ReadOnlyPage):
    """Everybody who has an account."""

    list_display = ("person", "phone", "role", "state", "is_staff", "created_at")
    list_filter = ("status", "role", "is_staff", "language", "groups", "created_at")
    search_fields = ("email", "phone", "full_name")
    search_help_text = _("E-mail, phone, name or id")
    ordering = ("-created_at", "-id")
    actions_list = ("invite",)
    actions_detail = ("suspend", "reinstate", "end_sessions", "reset_second_factor", "erase")
    fieldsets = (
        (None, {"fields": (
            "full_name", ("email", "email_verified_at"), ("phone", "phone_verified_at"), ("role", "status"),
            ("language", "market"), "identity_verified", ("created_at", "last_login"), "id",
        )}),
        (_("Staff"), {"fields": ("is_staff", "is_superuser", "staff_groups", "second_factors")}),
    )  # fmt: skip

    def has_invite_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("accounts.add_staffinvitation"))

    def has_erase_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("accounts.delete_user"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [
            name
            for _title, options in self.fieldsets
            for line in options["fields"]
            for name in ([line] if isinstance(line, str) else line)
        ]

    @display(description=_("person"), header=True, ordering="email")
    def person(self, user: User) -> list[str]:
        return [user.full_name or "–", user.email or user.phone or ""]

    @display(description=_("status"), ordering="status", label=COLOURS)
    def state(self, user: User) -> tuple[str, str]:
        return user.status, user.get_status_display()

    @admin.display(description=_("groups of staff"))
    def staff_groups(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all()) or "–"

    @admin.display(description=_("second factors"))
    def second_factors(self, user: User) -> int:
        return sum(1 for _device in devices_for_user(user))

    def panels(self, request: HttpRequest, row: User) -> list[Panel]:
        headers = [_("Device"), _("Address"), _("Second factor"), _("Last used"), _("Ended")]
        rows = [
            [
                session.device or "–",
                session.ip or "–",
                _("yes") if session.second_factor else _("no"),
                f"{session.last_used_at:%F %H:%M}",
                f"{session.ended_at:%F %H:%M} {session.get_end_reason_display()}"
                if session.ended_at
                else "–",
            ]
            for session in row.sessions.all()[:SHOWN_SESSIONS]
        ]
        return [Panel(title=_("Sessions"), headers=headers, rows=rows), audit_panel(row)]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """What fits the account: suspended ones are reinstated, only staff have a second factor."""
        user = User.objects.filter(pk=object_id).first()
        if user is None or user.status == User.Status.ERASED:
            return []
        hidden = {"suspend" if user.status == User.Status.SUSPENDED else "reinstate"}
        if not user.is_staff:
            hidden.add("reset_second_factor")
        shown = super().get_actions_detail(request, object_id)
        return [one for one in shown if one.method.original_function_name not in hidden]

    @action(
        description=_("Suspend"),
        icon="block",
        permissions=["act"],
        dialog={
            "title": _("Suspend the account"),
            "description": _("The person is signed out everywhere and cannot sign in."),
            "form_class": ReasonForm,
            "form_submit_text": _("Suspend"),
        },
    )
    def suspend(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        attempt(
            request,
            lambda: services.suspend_user(user_id=UUID(object_id), by=request.user, reason=reason),
            done=_("Suspended."),
        )
        return go(request, page_of(User, pk=object_id))

    @action(
        description=_("Reinstate"),
        icon="undo",
        permissions=["act"],
        dialog={
            "title": _("Reinstate the account"),
            "description": _("The person may sign in again."),
            "form_class": ReasonForm,
            "form_submit_text": _("Reinstate"),
        },
    )
    def reinstate(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        attempt(
            request,
            lambda: services.reinstate_user(user_id=UUID(object_id), by=request.user, reason=reason),
            done=_("Reinstated."),
        )
        return go(request, page_of(User, pk=object_id))

    @action(
        description=_("End sessions"),
        icon="logout",
        permissions=["act"],
        dialog={
            "title": _("End all sessions"),
            "description": _("Every device of the person is signed out."),
            "form_class": ReasonForm,
            "form_submit_text": _("End them"),
        },
    )
    def end_sessions(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        attempt(
            request,
            lambda: services.sign_out_user(user_id=UUID(object_id), by=request.user, reason=reason),
            done=_("Signed out everywhere."),
        )
        return go(request, page_of(User, pk=object_id))

    @action(
        description=_("New second factor"),
        icon="phonelink_lock",
        permissions=["invite"],
        dialog={
            "title": _("New second factor"),
            "description": _("A new invitation is mailed. Accepting it replaces password and device."),
            "form_class": Confirmation,
            "form_submit_text": _("Mail the invitation"),
        },
    )
    def reset_second_factor(self, request: HttpRequest, form: Confirmation, object_id: str) -> HttpResponse:
        user = User.objects.prefetch_related("groups").get(pk=object_id)
        _invite(
            request,
            email=user.email or "",
            full_name=user.full_name,
            groups=[group.name for group in user.groups.all()],
            superuser=user.is_superuser,
        )
        return go(request, page_of(User, pk=object_id))

    @action(
        description=_("Erase"),
        icon="person_remove",
        variant=ActionVariant.DANGER,
        permissions=["erase"],
        dialog={
            "title": _("Erase the person"),
            "description": _("Name, addresses and sign-ins go for good; what the law makes us keep stays."),
            "form_class": ErasureForm,
            "form_submit_text": _("Erase"),
        },
    )
    def erase(self, request: HttpRequest, form: ErasureForm, object_id: str) -> HttpResponse:
        attempt(
            request,
            lambda: services.erase_user(user_id=UUID(object_id), by=request.user),
            done=_("Erased."),
        )
        return go(request, page_of(User, pk=object_id))

    @action(
        description=_("Invite staff"),
        icon="person_add",
        url_path="invite",
        permissions=["invite"],
        dialog={
            "title": _("Invite staff"),
            "description": _("A single-use link, good for 72 hours, leads to password and second factor."),
            "form_class": InvitationForm,
            "form_submit_text": _("Mail the invitation"),
        },
    )
    def invite(self, request: HttpRequest, form: InvitationForm) -> HttpResponse:
        given = form.cleaned_data
        _invite(
            request,
            email=given["email"],
            full_name=given["full_name"],
            groups=given["groups"],
            superuser=given["superuser"],
        )
        return go(request, reverse("admin:accounts_user_changelist"))


@admin.register(StaffInvitation)
class InvitationPage(ReadOnlyPage):
    """Who was invited to the staff, and whether they came. The link is known to its receiver only."""

    list_display = ("email", "full_name", "invited_to", "state", "created_at", "expires_at")
    search_fields = ("email", "full_name")
    fields = ("email", "full_name", "invited_to", "superuser", "created_at", "expires_at", "used_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[StaffInvitation]:
        return super().get_queryset(request).defer("sealed_secret", "digest")  # type: ignore[no-any-return]

    @admin.display(description=_("groups of staff"))
    def invited_to(self, invitation: StaffInvitation) -> str:
        return ", ".join(invitation.groups) or "–"

    @display(description=_("state"), label={"accepted": "success", "open": "info"})
    def state(self, invitation: StaffInvitation) -> tuple[str, Any]:
        if invitation.used_at:
            return "accepted", _("accepted")
        return ("open", _("open")) if invitation.expires_at > clock.now() else ("over", _("over"))


@admin.register(Organisation)
class OrganisationPage(ReadOnlyPage):
    """Agencies, dealers, developers, and who works there."""

    list_display = ("name", "market", "size", "created_at")
    list_filter = ("market", "created_at")
    search_fields = ("name",)
    search_help_text = _("Name or id")
    fields = ("name", "market", "created_at", "id")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        return super().get_queryset(request).annotate(size=Count("memberships"))  # type: ignore[no-any-return]

    @admin.display(description=_("members"), ordering="size")
    def size(self, organisation: Any) -> int:
        return int(organisation.size)

    def panels(self, request: HttpRequest, row: Organisation) -> list[Panel]:
        members = [
            [
                link(one.user, url=page_of(User, pk=one.user_id)),
                one.get_role_display(),
                f"{one.created_at:%F}",
            ]
            for one in row.memberships.select_related("user").order_by("created_at", "id")
        ]
        invited = [
            [one.email or one.phone, one.get_role_display(), f"{one.expires_at:%F %H:%M}"]
            for one in selectors.invitations_that_hold().filter(organisation=row)
        ]
        return [
            Panel(title=_("Members"), headers=[_("Person"), _("Role"), _("Since")], rows=members),
            Panel(title=_("Invitations"), headers=[_("Address"), _("Role"), _("Expires")], rows=invited),
            audit_panel(row),
        ]


admin.site.unregister([Group, StaticDevice, TOTPDevice])


@admin.register(Group)
class GroupPage(ReadOnlyPage):
    """The groups of staff; their rights are laid down in `accounts.roles`."""

    list_display = ("name",)
    ordering = ("name",)
    fields = ("name", "rights")
    readonly_fields = fields

    @admin.display(description=_("rights"))
    def rights(self, group: Group) -> str:
        allowed = group.permissions.select_related("content_type")
        return ", ".join(f"{right.content_type.app_label}.{right.codename}" for right in allowed)

    def panels(self, request: HttpRequest, row: Group) -> list[Panel]:
        members = User.objects.filter(groups=row)
        return [Panel(title=_("Members"), headers=[_("Person")], rows=[[str(user)] for user in members])]


def _invite(request: HttpRequest, **invitation: Any) -> None:
    """Invite, and say that the mail is on its way; without a mail server, show the link instead."""
    try:
        url = services.invite_staff(by=request.user, **invitation)
    except DomainError as refusal:
        messages.error(request, sentence_of(refusal))
        return
    messages.success(request, _("An invitation is mailed to %s.") % invitation["email"])
    if not settings.EMAIL_HOST:
        messages.info(request, _("No mail server is set. Hand this link over: %s") % url)
