from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from accounts import services
from accounts.models import Membership, Organisation, OrganisationInvitation, User
from accounts.services import Invited
from accounts.tests.factories import InvitationFactory, MembershipFactory, OrganisationFactory, UserFactory
from accounts.tests.parallel import at_once
from key2key.common import clock
from key2key.common.errors import Conflict, NotFound
from key2key.common.ids import uuid7
from key2key.common.models import AuditEntry, Event
from notifications.models import Notification

PATH = "/api/v1/organisations"
ACCEPT = "/api/v1/organisation-invitations/accept"
Role = Membership.Role


def working(role: Role, organisation: Organisation | None = None, **values: Any) -> Membership:
    if organisation:
        values["organisation"] = organisation
    made: Membership = MembershipFactory(role=role, **values)
    return made


def changes() -> int:
    return Event.objects.filter(name="accounts.MembershipChanged").count()


def token_in(mail: Any) -> str:
    return re.search(r"token=([\w-]+)", mail.body)[1]


@pytest.mark.django_db
class TestInviting:
    def test_the_link_lets_the_invited_person_join_once(self, sign_in, outbox):
        owner, invited = working(Role.OWNER), UserFactory(email="almaz@example.com")
        path = f"{PATH}/{owner.organisation_id}/invitations"
        sent = sign_in(owner.user).post(path, {"email": "Almaz@Example.com", "role": "agent"}, format="json")
        assert sent.status_code == 201
        assert set(sent.json()) == {"id", "email", "phone", "role", "created_at", "expires_at"}
        (mail,) = outbox()
        assert mail.to == ["almaz@example.com"]
        token = token_in(mail)
        assert token not in str(OrganisationInvitation.objects.values().get())  # only its hash is kept
        client = sign_in(invited)
        joined = client.post(ACCEPT, {"token": token}, format="json")
        assert (joined.status_code, joined.json()["role"]) == (200, "agent")
        assert Membership.objects.get(user=invited).organisation == owner.organisation
        assert changes() == 1
        assert AuditEntry.objects.get(action="organisation.joined").actor == invited
        Membership.objects.filter(user=invited).delete()
        assert client.post(ACCEPT, {"token": token}, format="json").status_code == 404

    def test_an_invitation_by_phone_goes_out_as_a_text_message(self, sign_in):
        owner = working(Role.OWNER)
        phone = "+251911998877"
        invited = UserFactory(phone=phone, phone_verified_at=clock.now(), email=None)
        answer = sign_in(owner.user).post(
            f"{PATH}/{owner.organisation_id}/invitations",
            {"phone": "0911998877", "role": "viewer"},
            format="json",
        )
        assert answer.json()["phone"] == phone
        row = Notification.objects.get(kind="organisation_invitation")
        assert (row.channel, row.recipient) == ("sms", phone)
        token = "known"
        InvitationFactory(email="", phone=phone, token=token)
        assert sign_in(invited).post(ACCEPT, {"token": token}, format="json").status_code == 200

    def test_a_repeat_replaces_the_link(self, sign_in, outbox):
        owner, invited = working(Role.OWNER), UserFactory()
        for role in ("agent", "assistant"):
            services.invite_member(
                Invited(role=role, email=invited.email), organisation_id=owner.organisation_id, by=owner.user
            )
        old, new = (token_in(mail) for mail in outbox())
        assert OrganisationInvitation.objects.count() == 1
        client = sign_in(invited)
        assert client.post(ACCEPT, {"token": old}, format="json").status_code == 404
        assert client.post(ACCEPT, {"token": new}, format="json").json()["role"] == "assistant"

    @pytest.mark.parametrize(
        "who",
        [
            {"email": "other@example.com"},
            {"email": "almaz@example.com", "email_verified_at": None},
        ],
    )
    def test_somebody_elses_link_is_no_link(self, sign_in, who):
        InvitationFactory(email="almaz@example.com", token="known")
        stranger = UserFactory(**who)
        client = sign_in(stranger)
        refused, unknown = (client.post(ACCEPT, {"token": token}, format="json") for token in ("known", "no"))
        assert refused.status_code == unknown.status_code == 404
        assert {**refused.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}
        assert not Membership.objects.filter(user=stranger).exists()
        assert OrganisationInvitation.objects.get().accepted_at is None

    def test_it_is_good_for_seven_days(self, sign_in):
        user = UserFactory()
        InvitationFactory(email=user.email, token="known")
        with clock.advanced(timedelta(days=7, minutes=1)):
            assert sign_in(user).post(ACCEPT, {"token": "known"}, format="json").status_code == 404
        assert not Membership.objects.exists()

    def test_it_is_forgotten_a_month_after_its_end(self):
        InvitationFactory()
        with clock.advanced(timedelta(days=36)):
            services.forget_old_sign_ins()
            assert OrganisationInvitation.objects.exists()
        with clock.advanced(timedelta(days=38)):
            services.forget_old_sign_ins()
        assert not OrganisationInvitation.objects.exists()

    def test_whoever_works_there_already_is_not_invited_again(self, sign_in):
        owner = working(Role.OWNER)
        agent = working(Role.AGENT, owner.organisation)
        answer = sign_in(owner.user).post(
            f"{PATH}/{owner.organisation_id}/invitations",
            {"email": agent.user.email, "role": "manager"},
            format="json",
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "already_member")
        assert not Notification.objects.exists()

    def test_whoever_works_there_already_keeps_the_role(self, sign_in):
        agent = working(Role.AGENT)
        InvitationFactory(
            organisation=agent.organisation, email=agent.user.email, role="owner", token="known"
        )
        answer = sign_in(agent.user).post(ACCEPT, {"token": "known"}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, "already_member")
        agent.refresh_from_db()
        assert agent.role == Role.AGENT

    def test_only_an_owner_makes_owners(self, sign_in):
        manager = working(Role.MANAGER)
        answer = sign_in(manager.user).post(
            f"{PATH}/{manager.organisation_id}/invitations",
            {"email": "a@example.com", "role": "owner"},
            format="json",
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
        assert not OrganisationInvitation.objects.exists()
        assert not Notification.objects.exists()

    @pytest.mark.parametrize("role", [Role.AGENT, Role.ASSISTANT, Role.ACCOUNTANT, Role.VIEWER])
    def test_those_who_do_not_manage_the_members_see_no_invitations(self, sign_in, role):
        place = working(role)
        waiting = InvitationFactory(organisation=place.organisation)
        client, path = sign_in(place.user), f"{PATH}/{place.organisation_id}/invitations"
        assert client.get(path).status_code == 404
        assert client.delete(f"{path}/{waiting.pk}").status_code == 404
        body = {"email": "a@example.com", "role": "viewer"}
        assert client.post(path, body, format="json").status_code == 404
        assert OrganisationInvitation.objects.count() == 1
        assert not Notification.objects.exists()

    def test_a_withdrawn_link_is_dead(self, sign_in):
        owner, invited = working(Role.OWNER), UserFactory()
        waiting = InvitationFactory(organisation=owner.organisation, email=invited.email, token="known")
        path = f"{PATH}/{owner.organisation_id}/invitations/{waiting.pk}"
        client = sign_in(owner.user)
        assert client.delete(path).status_code == 204
        assert client.delete(path).status_code == 404
        assert sign_in(invited).post(ACCEPT, {"token": "known"}, format="json").status_code == 404

    def test_nobody_withdraws_the_invitations_of_another_organisation(self, sign_in):
        waiting, owner = InvitationFactory(), working(Role.OWNER)
        path = f"{PATH}/{owner.organisation_id}/invitations/{waiting.pk}"
        assert sign_in(owner.user).delete(path).status_code == 404
        assert OrganisationInvitation.objects.exists()

    @pytest.mark.parametrize(
        "body",
        [
            {"role": "agent"},
            {"role": "agent", "email": "a@example.com", "phone": "+251911223344"},
            {"role": "boss", "email": "a@example.com"},
            {"email": "a@example.com"},
        ],
    )
    def test_a_wrong_body_is_refused(self, sign_in, body):
        owner = working(Role.OWNER)
        path = f"{PATH}/{owner.organisation_id}/invitations"
        assert sign_in(owner.user).post(path, body, format="json").status_code == 400
        assert not OrganisationInvitation.objects.exists()

    def test_one_address_gets_few_messages(self, sign_in):
        owner = working(Role.OWNER)
        client, path = sign_in(owner.user), f"{PATH}/{owner.organisation_id}/invitations"
        body = {"email": "a@example.com", "role": "agent"}
        answers = [client.post(path, body, format="json").status_code for _ in range(6)]
        assert answers == [201] * 5 + [429]
        assert Notification.objects.count() == 5

    def test_the_list_shows_what_still_holds_in_the_same_number_of_queries(
        self, sign_in, assert_same_queries
    ):
        owner = working(Role.OWNER)
        InvitationFactory(organisation=owner.organisation, accepted_at=clock.now())
        InvitationFactory(organisation=owner.organisation, expires_at=clock.now())
        InvitationFactory()
        client, path = sign_in(owner.user), f"{PATH}/{owner.organisation_id}/invitations"
        assert client.get(path).json()["results"] == []
        assert_same_queries(
            client,
            path,
            add=lambda number: InvitationFactory.create_batch(number, organisation=owner.organisation),
        )

    def test_the_page_behind_the_link_says_who_invites(self, client):
        waiting = InvitationFactory(token="known")
        page = client.get("/join-organisation?token=known").content.decode()
        assert waiting.organisation.name in page
        assert client.get("/join-organisation?token=no").status_code == 404


@pytest.mark.django_db
class TestMembers:
    def test_colleagues_see_each_other_and_nobody_else_does(self, sign_in):
        owner = working(Role.OWNER)
        viewer = working(Role.VIEWER, owner.organisation)
        path = f"{PATH}/{owner.organisation_id}/members"
        rows = sign_in(viewer.user).get(path).json()["results"]
        assert [(row["user"]["id"], row["role"]) for row in rows] == [
            (str(owner.user_id), "owner"),
            (str(viewer.user_id), "viewer"),
        ]
        assert "email" not in rows[0]["user"]
        assert sign_in(UserFactory()).get(path).status_code == 404

    def test_the_list_costs_the_same_number_of_queries_however_many(self, sign_in, assert_same_queries):
        owner = working(Role.OWNER)
        assert_same_queries(
            sign_in(owner.user),
            f"{PATH}/{owner.organisation_id}/members",
            add=lambda number: MembershipFactory.create_batch(number, organisation=owner.organisation),
        )

    def test_a_manager_gives_another_role_and_its_history_is_kept(self, sign_in):
        manager = working(Role.MANAGER)
        agent = working(Role.AGENT, manager.organisation)
        path = f"{PATH}/{manager.organisation_id}/members/{agent.user_id}"
        client = sign_in(manager.user)
        for _ in range(2):
            assert client.patch(path, {"role": "assistant"}, format="json").json()["role"] == "assistant"
        assert changes() == 1
        entry = AuditEntry.objects.get(action="organisation.role_changed")
        assert (entry.actor, entry.reason) == (manager.user, "agent → assistant")
        history = apps.get_model("accounts", "MembershipEvent").objects.filter(pgh_obj=agent)
        assert list(history.order_by("pgh_id").values_list("role", flat=True)) == ["agent", "assistant"]

    @pytest.mark.parametrize("role", [Role.AGENT, Role.ASSISTANT, Role.ACCOUNTANT, Role.VIEWER, None])
    def test_for_all_others_there_is_nothing_to_change(self, sign_in, role):
        owner = working(Role.OWNER)
        agent = working(Role.AGENT, owner.organisation)
        client = sign_in(working(role, owner.organisation).user if role else UserFactory())
        path = f"{PATH}/{owner.organisation_id}/members/{agent.user_id}"
        assert client.patch(path, {"role": "viewer"}, format="json").status_code == 404
        assert client.delete(path).status_code == 404
        agent.refresh_from_db()
        assert agent.role == Role.AGENT
        assert changes() == 0

    def test_a_manager_has_no_power_over_owners(self, sign_in):
        owner = working(Role.OWNER)
        working(Role.OWNER, owner.organisation)
        manager = working(Role.MANAGER, owner.organisation)
        client, path = sign_in(manager.user), f"{PATH}/{owner.organisation_id}/members"
        tries = [
            client.patch(f"{path}/{owner.user_id}", {"role": "viewer"}, format="json"),
            client.delete(f"{path}/{owner.user_id}"),
            client.patch(f"{path}/{manager.user_id}", {"role": "owner"}, format="json"),
        ]
        assert [(answer.status_code, answer.json()["code"]) for answer in tries] == [(403, "not_allowed")] * 3
        assert Membership.objects.filter(role=Role.OWNER).count() == 2
        assert changes() == 0

    def test_an_owner_makes_another_owner_and_may_then_leave(self, sign_in):
        owner = working(Role.OWNER)
        agent = working(Role.AGENT, owner.organisation)
        client, path = sign_in(owner.user), f"{PATH}/{owner.organisation_id}/members"
        assert client.patch(f"{path}/{agent.user_id}", {"role": "owner"}, format="json").status_code == 200
        assert client.delete(f"{path}/{owner.user_id}").status_code == 204
        assert Membership.objects.get().user == agent.user

    def test_the_last_owner_can_neither_leave_nor_step_down(self, sign_in):
        owner = working(Role.OWNER)
        working(Role.MANAGER, owner.organisation)
        client, path = sign_in(owner.user), f"{PATH}/{owner.organisation_id}/members/{owner.user_id}"
        tries = [client.delete(path), client.patch(path, {"role": "manager"}, format="json")]
        assert [(answer.status_code, answer.json()["code"]) for answer in tries] == [(409, "last_owner")] * 2
        owner.refresh_from_db()
        assert owner.role == Role.OWNER
        assert changes() == 0

    def test_everybody_may_leave(self, sign_in):
        viewer = working(Role.VIEWER)
        path = f"{PATH}/{viewer.organisation_id}/members/{viewer.user_id}"
        client = sign_in(viewer.user)
        assert client.delete(path).status_code == 204
        assert client.delete(path).status_code == 404
        assert changes() == 1
        assert AuditEntry.objects.get(action="organisation.left").actor == viewer.user

    def test_one_is_removed_from_ones_own_organisation_only(self, sign_in):
        owner, elsewhere = working(Role.OWNER), working(Role.AGENT)
        path = f"{PATH}/{owner.organisation_id}/members"
        client = sign_in(owner.user)
        assert client.delete(f"{path}/{elsewhere.user_id}").status_code == 404
        assert client.delete(f"{path}/{uuid7()}").status_code == 404
        assert Membership.objects.count() == 2

    def test_erasing_a_person_ends_their_work_and_their_invitations(self):
        agent = working(Role.AGENT)
        InvitationFactory(email=agent.user.email)
        by = User.objects.create_superuser("root@example.com", full_name="Root")
        services.erase_user(user_id=agent.user_id, by=by)
        assert not Membership.objects.exists()
        assert not OrganisationInvitation.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def two_owners(self) -> tuple[Organisation, list[User]]:
        organisation = OrganisationFactory()
        owners = [working(Role.OWNER, organisation).user for _ in range(2)]
        return organisation, owners

    def test_of_two_owners_who_leave_in_the_same_moment_one_stays(self):
        organisation, owners = self.two_owners()

        def leave(number: int) -> str:
            try:
                services.remove_member(
                    organisation_id=organisation.pk, user_id=owners[number].pk, by=owners[number]
                )
            except Conflict as refusal:
                return refusal.code
            return "left"

        assert sorted(at_once(2, leave)) == ["last_owner", "left"]
        assert Membership.objects.filter(role=Role.OWNER).count() == 1

    def test_without_the_lock_both_would_leave(self):
        """The negative control."""
        organisation, owners = self.two_owners()

        def leave_unlocked(number: int) -> None:
            with transaction.atomic():
                others = Membership.objects.filter(organisation=organisation, role=Role.OWNER)
                another = others.exclude(user=owners[number]).exists()
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(0.3)")
                if another:
                    others.filter(user=owners[number]).delete()

        at_once(2, leave_unlocked)
        assert not Membership.objects.exists()

    def test_a_link_that_is_used_twice_at_once_lets_in_once(self):
        user = UserFactory()
        InvitationFactory(email=user.email, token="known")

        def accept(_number: int) -> str:
            try:
                services.accept_invitation(token="known", by=user)
            except (Conflict, NotFound) as refusal:
                return type(refusal).__name__
            return "joined"

        answers = at_once(4, accept)
        assert answers.count("joined") == 1
        assert set(answers) <= {"joined", "Conflict", "NotFound"}
        assert Membership.objects.count() == 1
        assert changes() == 1
