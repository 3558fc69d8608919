"""The staff site: e-mail, password and a one-time code; half an hour idle or eight hours, then again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_replace
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import PasswordChangeView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm
from unfold.sites import UnfoldAdminSite
from unfold.widgets import BASE_INPUT_CLASSES

from accounts import services
from key2key.common import clock
from key2key.common.errors import DomainError
from key2key.common.models import AuditEntry
from key2key.common.plugins import HomeCounter, home_counters
from key2key.common.staff_pages import age

IDLE_SECONDS = 30 * 60
NOTED_EVERY = 60  # seconds; a session is not written at every click
RECENT = 12
_own_policy = csp_replace(settings.ADMIN_CSP)


class SignInForm(AuthenticationForm):
    """E-mail, password, code. What the rule refuses is shown above the fields."""

    otp = forms.CharField(
        label=_("Code of the authenticator app"),
        required=False,
        max_length=8,
        widget=forms.TextInput(
            {
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "class": " ".join(BASE_INPUT_CLASSES),
            }
        ),
    )

    def __init__(self, request: HttpRequest | None = None, *args: Any, **known: Any) -> None:
        super().__init__(request, *args, **known)
        self.fields["username"].label = _("E-mail")
        self.fields["username"].widget.attrs |= {"autocomplete": "username", "type": "email"}

    def clean(self) -> dict[str, Any]:
        """Sign in by the rule of accounts."""
        given = self.cleaned_data
        if "username" not in given or "password" not in given:
            return given
        try:
            self.user_cache = services.admit_staff(
                email=given["username"],
                password=given["password"],
                otp=given.get("otp", "").replace(" ", ""),
            )
        except DomainError as refusal:
            raise forms.ValidationError(refusal.detail, code=refusal.code) from refusal
        return given


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """One's own password, changed by the rule of accounts: other sign-ins end, and a mail tells."""

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Change it."""
        with transaction.atomic():
            services.set_password(self.user, password=self.cleaned_data["new_password1"])
        return self.user


class StaffSite(UnfoldAdminSite):
    """Django's admin behind the second factor, under the admin's own content security policy."""

    login_form = SignInForm
    login_template = "admin/sign_in.html"
    index_title = _("My work")
    site_title = site_header = "Key2Key"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff who showed the second factor in this very session."""
        user: Any = request.user
        return bool(super().has_permission(request) and user.is_verified())

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., Any]:  # noqa: FBT001, FBT002
        """The page, if the session has neither idled nor grown old."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **known: Any) -> HttpResponse:
            if request.user.is_authenticated and not _still_good(request):
                logout(request)
                messages.info(request, _("You were away for a while. Please sign in again."))
            return inner(request, *args, **known)

        return _own_policy(guarded)  # type: ignore[no-any-return]

    @method_decorator(_own_policy)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The page that asks for all three at once."""
        return super().login(request, extra_context)  # type: ignore[no-any-return]

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page on which staff change their own password."""
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse("admin:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """What waits for this member of staff, then what happened last."""
        work = {"counters": _counters_for(request), "recent": _recent_for(request)}
        return super().index(request, {**work, **(extra_context or {})})  # type: ignore[no-any-return]


def environment_badge(request: HttpRequest) -> list[str] | None:
    """Says on every page that this is not the real thing."""
    return None if settings.ENVIRONMENT == "production" else [str(_("Development")), "info"]


def _still_good(request: HttpRequest) -> bool:
    """Whether the session may go on; it is noted as used."""
    now = clock.now().timestamp()
    began, seen = request.session.get("began", now), request.session.get("seen", now)
    if now - seen > IDLE_SECONDS or now - began > settings.SESSION_COOKIE_AGE:
        return False
    if "seen" not in request.session or now - seen > NOTED_EVERY:
        request.session["began"], request.session["seen"] = began, now
    return True


def _counters_for(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        _figures(counter)
        for _name, counter in home_counters
        if request.user.has_perm(counter.permission)  # type: ignore[union-attr]
    ]


def _figures(counter: HomeCounter) -> dict[str, Any]:
    count = counter.count()
    return {
        "label": counter.label,
        "count": count,
        "url": f"{reverse(counter.url)}{counter.query}",
        "waits": age(counter.oldest()) if count and counter.oldest else "",
    }


def _recent_for(request: HttpRequest) -> list[AuditEntry]:
    if not request.user.has_perm("common.view_auditentry"):  # type: ignore[union-attr]
        return []
    return list(AuditEntry.objects.select_related("actor")[:RECENT])
