from __future__ import annotations

import re
import threading
import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import services
from accounts.models import Session, StaffInvitation, User
from accounts.roles import StaffGroup
from accounts.services import open_session
from accounts.tests.factories import PASSWORD, StaffFactory, UserFactory
from accounts.tests.parallel import at_once
from accounts.tests.test_signin import code_of
from key2key.common import clock
from key2key.common.errors import InvalidInput, NotAllowed
from key2key.common.models import AuditEntry
from key2key.common.sealing import unseal

pytestmark = pytest.mark.django_db
EMAIL = "sara@key2key.example"


def path_of(link: str) -> str:
    return re.sub(r"^https?://[^/]+", "", link)


def code_for(link: str) -> str:
    invitation = services.invitation_of(link.rpartition("/")[2])
    return f"{totp(services.device_of(invitation).bin_key):06d}"


@pytest.fixture
def browser() -> Client:
    return Client()


@pytest.fixture
def link() -> str:
    return services.invite_staff(email="Sara@key2key.example", full_name="Sara Bekele", groups=["moderator"])


class TestInvitation:
    def test_the_link_comes_by_mail(self, link, outbox):
        (mail,) = outbox()
        assert mail.to == [EMAIL]
        assert link in mail.body
        assert AuditEntry.objects.get().action == "staff.invited"

    def test_neither_link_nor_secret_lies_in_the_table(self, link):
        row = str(StaffInvitation.objects.values().get())
        assert link.rpartition("/")[2] not in row
        assert services.device_of(StaffInvitation.objects.get()).key not in row

    def test_a_new_invitation_ends_the_one_before(self, link, browser):
        services.invite_staff(email=EMAIL, groups=["moderator"])
        assert browser.get(path_of(link)).status_code == 404

    def test_only_the_administration_invites_and_only_superusers_make_their_like(self):
        root, admin = StaffFactory(is_superuser=True), StaffFactory(groups=["admin"])
        assert services.invite_staff(email=EMAIL, groups=["support"], by=admin)
        assert services.invite_staff(email=EMAIL, superuser=True, by=root)
        for by, superuser in [(admin, True), (StaffFactory(groups=["support"]), False)]:
            with pytest.raises(NotAllowed):
                services.invite_staff(email=EMAIL, groups=["support"], superuser=superuser, by=by)
        with pytest.raises(NotAllowed):
            services.invite_staff(email=root.email.upper(), groups=["support"], by=admin)

    @pytest.mark.parametrize("groups", [[], ["kings"], ["support", "kings"]])
    def test_it_names_groups_that_exist(self, groups):
        with pytest.raises(InvalidInput, match="unknown_group"):
            services.invite_staff(email=EMAIL, groups=groups)
        assert not StaffInvitation.objects.exists()

    def test_the_command_prints_the_link(self, capsys, browser):
        call_command("invite_staff", EMAIL, "--group", "moderator", "--name", "Sara")
        printed = capsys.readouterr().out.strip()
        assert browser.get(path_of(printed)).status_code == 200
        with pytest.raises(CommandError):
            call_command("invite_staff", EMAIL, "--group", "kings")


class TestEnrolment:
    def join(self, browser, link, **changes):
        return browser.post(path_of(link), {"password": PASSWORD, "code": code_for(link), **changes})

    def test_the_page_shows_picture_and_secret_and_is_kept_nowhere(self, browser, link):
        page = browser.get(path_of(link))
        text = page.content.decode()
        assert page.status_code == 200
        assert "<svg" in text
        device = services.device_of(StaffInvitation.objects.get())
        assert services.readable_secret(device) in text
        assert "no-store" in page["Cache-Control"]
        assert page["Referrer-Policy"] == "same-origin"
        assert "default-src 'self'" in page["Content-Security-Policy"]

    def test_password_and_code_make_a_member_of_staff(self, browser, link, post):
        code = code_for(link)
        page = self.join(browser, link)
        assert page.status_code == 200
        assert "/admin/" in page.content.decode()
        user = User.objects.get(email=EMAIL)
        assert (user.is_staff, user.is_superuser, user.full_name) == (True, False, "Sara Bekele")
        assert user.email_verified
        assert list(user.groups.values_list("name", flat=True)) == ["moderator"]
        assert "_auth_user_id" not in browser.session
        assert StaffInvitation.objects.get().sealed_secret == ""
        assert post("auth/login", email=EMAIL, password=PASSWORD).json()["code"] == "otp_required"
        reused = post("auth/login", email=EMAIL, password=PASSWORD, otp=code)
        assert reused.json()["code"] == "otp_not_valid"
        TOTPDevice.objects.update(last_t=-1, throttling_failure_count=0, throttling_failure_timestamp=None)
        assert post("auth/login", email=EMAIL, password=PASSWORD, otp=code_of(user)).status_code == 200

    def test_the_link_works_once(self, browser, link):
        self.join(browser, link)
        assert browser.get(path_of(link)).status_code == 404
        assert browser.post(path_of(link), {"password": PASSWORD, "code": "000000"}).status_code == 404
        assert TOTPDevice.objects.count() == 1

    def test_the_link_lives_three_days(self, browser, link):
        with clock.advanced(timedelta(hours=73)):
            assert browser.get(path_of(link)).status_code == 404
        with clock.advanced(timedelta(hours=71)):
            assert browser.get(path_of(link)).status_code == 200

    @pytest.mark.parametrize(
        "changes",
        [{"code": "abcdef"}, {"code": ""}, {"code": "1"}, {"password": "short"}, {"password": ""}],
    )
    def test_what_does_not_fit_is_shown_and_changes_nothing(self, browser, link, changes):
        page = self.join(browser, link, **changes)
        assert page.status_code == 400
        assert "errorlist" in page.content.decode()
        assert not User.objects.exists()
        assert not TOTPDevice.objects.exists()
        assert browser.get(path_of(link)).status_code == 200

    def test_a_wrong_code_enrols_nobody(self, browser, link):
        wrong = f"{(int(code_for(link)) + 1) % 1_000_000:06d}"
        assert self.join(browser, link, code=wrong).status_code == 400
        assert not User.objects.exists()

    def test_it_replaces_the_device_and_ends_the_sessions_of_before(self, browser):
        user = StaffFactory(email=EMAIL, groups=["content"])
        StaticDevice.objects.create(user=user, confirmed=True)
        open_session(user=user, second_factor=True)
        old = TOTPDevice.objects.get().key
        link = services.invite_staff(email=EMAIL, groups=["moderator"])
        new = unseal(StaffInvitation.objects.get().sealed_secret)
        assert self.join(browser, link, password="another good horse").status_code == 200
        assert TOTPDevice.objects.get().key == new != old
        assert not StaticDevice.objects.exists()
        assert Session.objects.get().end_reason == "enrolment"
        user.refresh_from_db()
        assert user.check_password("another good horse")
        assert list(user.groups.values_list("name", flat=True)) == ["moderator"]

    def test_a_superuser_is_made_by_a_superusers_invitation_only(self, browser):
        link = services.invite_staff(email=EMAIL, superuser=True)
        self.join(browser, link)
        assert User.objects.get().is_superuser

    def test_a_suspended_account_does_not_come_back_this_way(self, browser):
        user = UserFactory(email=EMAIL, status=User.Status.SUSPENDED)
        page = self.join(browser, services.invite_staff(email=EMAIL, groups=["support"]))
        assert page.status_code == 403
        user.refresh_from_db()
        assert not user.is_staff

    def test_a_form_from_elsewhere_is_refused(self, link):
        strict = Client(enforce_csrf_checks=True)
        page = strict.post(path_of(link), {"password": PASSWORD, "code": code_for(link)})
        assert page.status_code == 403
        assert not User.objects.exists()

    @pytest.mark.parametrize("token", ["x", "ሀ", "%00", "../admin"])
    def test_a_made_up_link_is_no_link(self, browser, token):
        assert browser.get(f"/staff/enrol/{token}").status_code == 404


class TestGroups:
    def test_they_are_laid_as_often_as_one_likes(self):
        Group.objects.filter(name="support").delete()
        services.lay_staff_groups()
        services.lay_staff_groups()
        assert set(Group.objects.values_list("name", flat=True)) >= set(StaffGroup.values)

    def test_each_has_exactly_its_rights(self):
        services.lay_staff_groups()
        user = StaffFactory(groups=["moderator"])
        assert user.has_perm("accounts.change_user")
        assert user.has_perm("common.view_auditentry")
        assert not user.has_perm("accounts.delete_user")
        assert not user.has_perm("common.change_exchangerate")
        assert user.has_perm("listings.change_listing")
        assert not user.has_perm("listings.change_vehiclebrand")
        assert StaffFactory(groups=["content"]).has_perm("listings.change_vehiclebrand")
        assert StaffFactory(groups=["support"]).has_perm("accounts.delete_user")
        assert StaffFactory(groups=["finance"]).has_perm("common.change_exchangerate")
        assert StaffFactory(groups=["admin"]).has_perm("auth.change_group")

    def test_a_right_that_was_added_by_hand_is_taken_back(self):
        from django.contrib.auth.models import Permission

        group = Group.objects.get_or_create(name="support")[0]
        group.permissions.add(Permission.objects.get(codename="delete_membership"))
        services.lay_staff_groups()
        assert not group.permissions.filter(codename="delete_membership").exists()


@pytest.mark.django_db(transaction=True)
def test_an_enrolment_does_not_write_back_what_was_changed_at_the_same_time(link):
    user = UserFactory(email=EMAIL, full_name="Sara Bekele")
    code, held = code_for(link), threading.Event()

    def change(_):
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(full_name="Sara Tesfaye")
            held.set()
            time.sleep(0.5)

    def enrol(_):
        held.wait(5)
        services.enrol_staff(token=link.rpartition("/")[2], password=PASSWORD, code=code)

    at_once(2, lambda number: (change, enrol)[number](number))
    user.refresh_from_db()
    assert (user.full_name, user.is_staff) == ("Sara Tesfaye", True)
