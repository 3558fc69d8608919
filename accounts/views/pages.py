"""The pages behind mailed links: enough HTML to be useful without a web client."""

from __future__ import annotations

from typing import Any

import qrcode
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from qrcode.image.svg import SvgPathImage

from accounts import services
from accounts.forms import EnrolmentForm, PasswordForm
from key2key.common.errors import DomainError, InvalidInput, NotFound


@method_decorator([never_cache, csp_replace(settings.ADMIN_CSP)], name="dispatch")
class Page(View):
    """A page that is kept nowhere and whose address, which holds a secret, is told to nobody."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; a dead link is a page of its own."""
        try:
            response: Any = super().dispatch(request, *args, **kwargs)
        except DomainError as error:
            response = show(request, "refused", detail=error.detail, status=error.status)
        # Not "no-referrer": with it browsers send `Origin: null`, which the CSRF check refuses.
        response["Referrer-Policy"] = "same-origin"
        return response  # type: ignore[no-any-return]


class VerifyEmail(Page):
    """The link of the verification mail. A button, because mail scanners open links."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Asks for the press of a button."""
        return show(request, "verify_email")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Takes the link as proof."""
        services.verify_email(token=request.GET.get("token", ""))
        return show(request, "email_verified")


class ResetPassword(Page):
    """The link of the password mail."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Asks for the new password."""
        return show(request, "reset_password", form=PasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Sets it."""
        form = PasswordForm(request.POST)
        if not form.is_valid():
            return show(request, "reset_password", form=form)
        try:
            services.reset_password(
                token=request.GET.get("token", ""), password=form.cleaned_data["password"]
            )
        except InvalidInput as error:
            return _again(request, "reset_password", form=form, error=error)
        return show(request, "password_set")


class JoinOrganisation(Page):
    """The link of an invitation to an organisation. Joining needs a sign-in, so it is the app's to do."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Says who invites, and what to take along."""
        token = request.GET.get("token", "")
        invitation = services.organisation_invitation_of(token)
        return show(request, "join_organisation", invitation=invitation, token=token)


class EnrolStaff(Page):
    """The link of a staff invitation."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Shows the secret and asks for a password and the first code."""
        return self._ask(request, token=token, form=EnrolmentForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Enrols. Signs nobody in: that is what the admin's own page is for."""
        form = EnrolmentForm(request.POST)
        if not form.is_valid():
            return self._ask(request, token=token, form=form)
        try:
            services.enrol_staff(token=token, **form.cleaned_data)
        except InvalidInput as error:
            form.refuse(error.faults)
            return self._ask(request, token=token, form=form)
        return show(request, "enrolled", admin_url=reverse("admin:index"))

    def _ask(self, request: HttpRequest, *, token: str, form: EnrolmentForm) -> HttpResponse:
        invitation = services.invitation_of(token)
        device = services.device_of(invitation)
        picture = qrcode.make(device.config_url, image_factory=SvgPathImage, box_size=12)
        return show(
            request,
            "enrol_staff",
            form=form,
            email=invitation.email,
            picture=picture.to_string(encoding="unicode"),
            secret=services.readable_secret(device),
            status=400 if form.errors else 200,
        )


def _again(request: HttpRequest, page: str, *, form: PasswordForm, error: InvalidInput) -> HttpResponse:
    if not error.faults:
        raise NotFound(error.code, error.detail)
    form.refuse(error.faults)
    return show(request, page, form=form, status=400)


def show(request: HttpRequest, page: str, *, status: int = 200, **known: Any) -> HttpResponse:
    """One of the pages."""
    return render(request, f"accounts/{page}.html", known, status=status)
