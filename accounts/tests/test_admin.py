from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Organisation, Session, StaffInvitation, User
from accounts.services import open_session
from accounts.tests.desk import ADMIN, at_desk, code_of, said
from accounts.tests.factories import (
    PASSWORD,
    InvitationFactory,
    MembershipFactory,
    StaffFactory,
    UserFactory,
)
from key2key.common import clock
from key2key.common.models import AuditEntry, Event
from notifications.models import Notification

pytestmark = pytest.mark.django_db
LOGIN = f"{ADMIN}login/"


def sign_in(
    email: str | None, *, password: str = PASSWORD, otp: str = "", client: Client | None = None
) -> Any:
    return (client or Client()).post(LOGIN, {"username": email, "password": password, "otp": otp})


def page_of(user: User, action: str = "change") -> str:
    return f"{ADMIN}accounts/user/{user.pk}/{action}/"


def deed(client: Client, user: User, action: str, **form: Any) -> Any:
    return client.post(page_of(user, action), {"_form_submitted": "true", **form})


class TestSigningIn:
    def test_password_and_code_together_open_the_admin_and_leave_an_entry(self) -> None:
        staff, client = StaffFactory(), Client()
        assert sign_in(staff.email, otp=code_of(staff), client=client).status_code == 302
        assert client.get(ADMIN).status_code == 200
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.actor_id) == ("staff.signed_in", staff.pk)

    @pytest.mark.parametrize("otp", ["", "000000", "abcdef", "１２３４５６"])
    def test_the_password_alone_opens_nothing(self, otp: str) -> None:
        staff, client = StaffFactory(), Client()
        assert sign_in(staff.email, otp=otp, client=client).status_code == 200
        assert client.get(ADMIN).status_code == 302

    def test_a_wrong_code_after_a_right_password_is_in_the_audit_log(self) -> None:
        sign_in(StaffFactory().email, otp="000000")
        assert AuditEntry.objects.get().action == "staff.code_refused"

    def test_a_code_opens_once(self) -> None:
        staff = StaffFactory()
        code = code_of(staff)
        assert sign_in(staff.email, otp=code).status_code == 302
        assert sign_in(staff.email, otp=code).status_code == 200

    def test_customers_are_told_what_strangers_are_told(self) -> None:
        wrong = "The e-mail or the password is wrong."
        for email in (UserFactory().email, "nobody@example.com"):
            assert wrong in sign_in(email).content.decode()
        assert wrong in sign_in(StaffFactory().email, password="another one").content.decode()

    def test_suspended_and_unenrolled_staff_stay_outside(self) -> None:
        suspended = StaffFactory(status=User.Status.SUSPENDED)
        assert "suspended" in sign_in(suspended.email, otp=code_of(suspended)).content.decode()
        bare = StaffFactory()
        bare.totpdevice_set.all().delete()
        assert "not enrolled" in sign_in(bare.email, otp="123456").content.decode()
        assert not AuditEntry.objects.filter(action="staff.signed_in").exists()

    def test_ten_failures_close_the_door_even_for_the_right_code(self) -> None:
        staff = StaffFactory()
        for _ in range(10):
            sign_in(staff.email, password="guess")
        assert "Too many requests" in sign_in(staff.email, otp=code_of(staff)).content.decode()
        assert not AuditEntry.objects.exists()


class TestStayingIn:
    def test_without_the_second_factor_no_page_opens(self) -> None:
        client = Client()
        client.force_login(StaffFactory(is_superuser=True))
        for model, page in admin.site._registry.items():
            path = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")
            assert client.get(path).url.startswith(LOGIN), model
        assert client.get(ADMIN).url.startswith(LOGIN)

    def test_half_an_hour_away_ends_the_session(self) -> None:
        client = at_desk("support")
        assert client.get(ADMIN).status_code == 200
        with clock.advanced(timedelta(minutes=29)):
            assert client.get(ADMIN).status_code == 200
        with clock.advanced(timedelta(minutes=60)):
            assert client.get(ADMIN).url.startswith(LOGIN)
        assert client.get(ADMIN).status_code == 302

    def test_after_eight_hours_even_the_busy_sign_in_again(self) -> None:
        client = at_desk("support")
        for minutes in range(0, 8 * 60, 25):
            with clock.advanced(timedelta(minutes=minutes)):
                assert client.get(ADMIN).status_code == 200
        with clock.advanced(timedelta(hours=8, minutes=1)):
            assert client.get(ADMIN).status_code == 302

    def test_who_is_suspended_or_leaves_the_staff_is_out_at_once(self) -> None:
        for change in ({"status": User.Status.SUSPENDED}, {"is_staff": False}):
            client = at_desk("support")
            assert client.get(ADMIN).status_code == 200
            User.objects.filter(pk=client.user.pk).update(**change)
            assert client.get(ADMIN).status_code == 302

    def test_ones_own_password_is_changed_by_the_rule(self) -> None:
        client = at_desk("support")
        open_session(user=client.user, second_factor=True)
        new = {
            "old_password": PASSWORD,
            "new_password1": "a longer phrase",
            "new_password2": "a longer phrase",
        }
        assert client.post(f"{ADMIN}password_change/", new).status_code == 302
        assert Session.objects.get().end_reason == "password"
        assert Notification.objects.get(channel="email").kind == "password_changed"


class TestPeople:
    def test_the_page_shows_the_person_and_no_secret(self) -> None:
        staff = StaffFactory(groups=["moderator"])
        open_session(user=staff, second_factor=True)
        text = at_desk("support").get(page_of(staff)).content.decode()
        assert staff.email in text
        assert "moderator" in text
        assert staff.password not in text
        assert staff.totpdevice_set.get().key not in text

    def test_devices_have_no_page(self) -> None:
        assert TOTPDevice not in admin.site._registry

    def test_no_form_changes_a_person(self) -> None:
        user, client = UserFactory(), at_desk(is_superuser=True)
        assert client.post(page_of(user), {"full_name": "Another"}).status_code == 403
        assert client.get(f"{ADMIN}accounts/user/add/").status_code == 403
        assert client.post(page_of(user, "delete"), {"post": "yes"}).status_code == 403
        assert User.objects.get(pk=user.pk).full_name == user.full_name

    def test_suspending_and_reinstating_go_through_the_rule(self) -> None:
        user, client = UserFactory(), at_desk("support")
        open_session(user=user, second_factor=False)
        assert deed(client, user, "suspend", reason="Fraud").status_code == 302
        user.refresh_from_db()
        assert user.status == User.Status.SUSPENDED
        assert Session.objects.get().end_reason == "suspended"
        assert deed(client, user, "reinstate", reason="Cleared").status_code == 302
        user.refresh_from_db()
        assert user.status == User.Status.ACTIVE
        assert list(AuditEntry.objects.order_by("id").values_list("action", "reason")) == [
            ("user.suspended", "Fraud"),
            ("user.reinstated", "Cleared"),
        ]

    def test_asking_or_leaving_the_reason_out_changes_nothing(self) -> None:
        user, client = UserFactory(), at_desk("support")
        assert client.get(page_of(user, "suspend")).status_code == 200
        assert deed(client, user, "suspend", reason="").status_code == 200
        user.refresh_from_db()
        assert user.status == User.Status.ACTIVE
        assert not Event.objects.exists()

    def test_a_refusal_is_a_message_and_changes_nothing(self) -> None:
        client = at_desk("support")
        answer = deed(client, client.user, "suspend", reason="Tired")
        assert "your own account" in said(answer)
        client.user.refresh_from_db()
        assert client.user.status == User.Status.ACTIVE
        colleague = StaffFactory()
        assert "may not" in said(deed(client, colleague, "suspend", reason="Why not"))
        assert not Event.objects.exists()

    def test_ending_sessions_signs_every_device_out(self) -> None:
        user = UserFactory()
        for _ in range(2):
            open_session(user=user, second_factor=False)
        deed(at_desk("support"), user, "end_sessions", reason="Lost phone")
        assert not Session.objects.filter(ended_at__isnull=True).exists()
        assert AuditEntry.objects.get().action == "user.signed_out"

    def test_erasing_wants_the_word_and_the_right(self) -> None:
        user = UserFactory()
        assert deed(at_desk("moderator"), user, "erase", word="ERASE").status_code == 403
        administration = at_desk("admin")
        assert deed(administration, user, "erase", word="erase").status_code == 200
        assert User.objects.get(pk=user.pk).status == User.Status.ACTIVE
        assert deed(administration, user, "erase", word="ERASE").status_code == 302
        assert User.objects.get(pk=user.pk).status == User.Status.ERASED


class TestStaff:
    INVITE = f"{ADMIN}accounts/user/invite/"

    def test_an_invitation_is_mailed_and_its_link_shown_where_no_mail_leaves(self) -> None:
        client = at_desk("admin")
        answer = client.post(
            self.INVITE, {"_form_submitted": "true", "email": "new@example.com", "groups": ["moderator"]}
        )
        assert "/staff/enrol/" in said(answer)
        assert StaffInvitation.objects.get().groups == ["moderator"]
        assert Notification.objects.get().recipient == "new@example.com"

    def test_with_a_mail_server_the_link_stays_in_the_mail(self, settings: Any) -> None:
        settings.EMAIL_HOST = "mail.example.com"
        answer = at_desk("admin").post(
            self.INVITE, {"_form_submitted": "true", "email": "new@example.com", "groups": ["support"]}
        )
        assert "/staff/enrol/" not in said(answer)

    def test_only_the_administration_invites_and_only_superusers_superusers(self) -> None:
        form = {"_form_submitted": "true", "email": "new@example.com", "groups": ["admin"]}
        assert at_desk("support").post(self.INVITE, form).status_code == 403
        assert "may not" in said(at_desk("admin").post(self.INVITE, {**form, "superuser": "on"}))
        assert not StaffInvitation.objects.exists()

    def test_a_lost_second_factor_is_replaced_by_an_invitation(self) -> None:
        staff = StaffFactory(groups=["moderator", "content"])
        deed(at_desk("admin"), staff, "reset_second_factor")
        invitation = StaffInvitation.objects.get()
        assert (invitation.email, invitation.groups) == (staff.email, ["content", "moderator"])
        assert staff.totpdevice_set.count() == 1  # until the invitation is accepted

    def test_the_page_of_an_invitation_shows_no_secret(self) -> None:
        client = at_desk("admin")
        deed(client, StaffFactory(), "reset_second_factor")
        invitation = StaffInvitation.objects.get()
        text = client.get(f"{ADMIN}accounts/staffinvitation/{invitation.pk}/change/").content.decode()
        assert invitation.email in text
        assert invitation.digest not in text
        assert invitation.sealed_secret not in text

    def test_a_group_lists_its_rights_and_members_and_cannot_be_edited(self) -> None:
        staff = StaffFactory(groups=["content"], full_name="Hirut Alemu")
        group = staff.groups.get()
        client = at_desk("admin")
        text = client.get(f"{ADMIN}auth/group/{group.pk}/change/").content.decode()
        assert "Hirut Alemu" in text
        assert client.post(f"{ADMIN}auth/group/{group.pk}/change/", {"name": "x"}).status_code == 403


class TestOrganisations:
    def test_support_sees_who_works_there_and_who_is_invited_and_changes_nothing(self):
        place = MembershipFactory(role="manager")
        waiting = InvitationFactory(organisation=place.organisation)
        client = at_desk("support")
        path = f"{ADMIN}accounts/organisation/{place.organisation_id}/change/"
        page = client.get(path).content.decode()
        assert place.user.full_name in page
        assert waiting.email in page
        assert waiting.digest not in page
        assert client.post(path, {"name": "Another"}).status_code == 403
        assert Organisation.objects.get().name == place.organisation.name
