from __future__ import annotations

import pytest

from accounts import selectors, services
from accounts.agency import ROLE_RIGHTS, Right
from accounts.models import Membership, Organisation, User
from accounts.tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from key2key.common.ids import uuid7
from key2key.common.models import AuditEntry, Event

pytestmark = pytest.mark.django_db
PATH = "/api/v1/organisations"
Role = Membership.Role


def working(role: Role, organisation: Organisation | None = None) -> Membership:
    made: Membership = MembershipFactory(
        role=role, **({"organisation": organisation} if organisation else {})
    )
    return made


def events(name: str) -> list[dict]:
    return list(
        Event.objects.filter(name=f"accounts.{name}").order_by("pk").values_list("payload", flat=True)
    )


class TestRights:
    @pytest.mark.parametrize("role", list(Role))
    def test_each_role_has_what_the_table_says_and_no_more(self, role):
        place = working(role)
        for right in Right:
            may = right in ROLE_RIGHTS[role]
            assert selectors.has_right(place.user, organisation_id=place.organisation_id, right=right) is may
            assert (place.organisation_id in selectors.organisations_where(place.user, right=right)) is may
            assert (place.user in selectors.members_with(place.organisation_id, right=right)) is may

    def test_no_right_reaches_into_another_organisation(self):
        place, other = working(Role.OWNER), OrganisationFactory()
        for right in Right:
            assert not selectors.has_right(place.user, organisation_id=other.pk, right=right)
            assert list(selectors.organisations_where(place.user, right=right)) == [place.organisation_id]

    def test_whoever_is_suspended_is_told_nothing(self):
        place = working(Role.AGENT)
        User.objects.update(status=User.Status.SUSPENDED)
        assert not selectors.members_with(place.organisation_id, right=Right.WORK_LEADS).exists()

    def test_the_ids_are_fit_for_a_subquery(self):
        place = working(Role.AGENT)
        MembershipFactory(organisation=place.organisation, role=Role.VIEWER)
        mine = selectors.organisations_where(place.user, right=Right.DEAL)
        assert list(Organisation.objects.filter(pk__in=mine)) == [place.organisation]


class TestOpening:
    def test_whoever_opens_it_owns_it(self, sign_in):
        user = UserFactory()
        answer = sign_in(user).post(PATH, {"name": "  Bole Homes "}, format="json")
        assert (answer.status_code, answer.json()["name"], answer.json()["market"]) == (
            201,
            "Bole Homes",
            "ET",
        )
        place = Membership.objects.get()
        assert (place.user, place.role, str(place.organisation_id)) == (
            user,
            Role.OWNER,
            answer.json()["id"],
        )
        assert AuditEntry.objects.get(action="organisation.created").actor == user
        assert events("MembershipChanged") == [
            {"user_id": str(user.pk), "organisation_id": answer.json()["id"]}
        ]

    def test_it_takes_a_contact_that_was_proven(self, sign_in):
        user = UserFactory(email_verified_at=None)
        answer = sign_in(user).post(PATH, {"name": "Bole Homes"}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_verified")
        assert not Organisation.objects.exists()
        assert not events("MembershipChanged")

    def test_the_same_key_opens_it_once(self, sign_in):
        client = sign_in(UserFactory())
        first, second = (
            client.post(PATH, {"name": "Bole Homes"}, format="json", HTTP_IDEMPOTENCY_KEY="one")
            for _ in range(2)
        )
        assert first.json() == second.json()
        assert Organisation.objects.count() == 1

    @pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "x" * 151}, {"name": "x", "market": "KE"}])
    def test_a_wrong_body_is_refused(self, sign_in, body):
        assert sign_in(UserFactory()).post(PATH, body, format="json").status_code == 400
        assert not Organisation.objects.exists()


class TestSeeing:
    def test_everybody_sees_what_is_public_and_no_more(self, api):
        organisation = OrganisationFactory()
        answer = api.get(f"{PATH}/{organisation.pk}")
        assert set(answer.json()) == {"id", "name", "market", "created_at"}
        assert answer["Cache-Control"] == "public, max-age=60"
        assert api.get(f"{PATH}/{uuid7()}").status_code == 404

    def test_ones_own_are_listed_with_role_and_rights(self, sign_in):
        place = working(Role.ACCOUNTANT)
        working(Role.OWNER)
        (row,) = sign_in(place.user).get(PATH).json()["results"]
        assert row["organisation"]["id"] == str(place.organisation_id)
        assert (row["role"], row["rights"]) == ("accountant", ["see_listings", "see_money"])

    def test_ones_own_cost_the_same_number_of_queries_however_many(self, sign_in, assert_same_queries):
        user = UserFactory()
        assert_same_queries(
            sign_in(user), PATH, add=lambda number: MembershipFactory.create_batch(number, user=user)
        )


class TestChanging:
    @pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER])
    def test_those_who_manage_it_rename_it(self, sign_in, role):
        place = working(role)
        client, path = sign_in(place.user), f"{PATH}/{place.organisation_id}"
        etag = client.get(path)["ETag"]
        done = client.patch(path, {"name": "New"}, format="json", HTTP_IF_MATCH=etag)
        assert (done.status_code, done.json()["name"]) == (200, "New")
        late = client.patch(path, {"name": "Newer"}, format="json", HTTP_IF_MATCH=etag)
        assert late.status_code == 412
        assert Organisation.objects.get().name == "New"
        assert events("OrganisationChanged") == [{"organisation_id": str(place.organisation_id)}]

    def test_nothing_changed_is_no_news(self, sign_in):
        place = working(Role.OWNER)
        assert (
            sign_in(place.user).patch(f"{PATH}/{place.organisation_id}", {}, format="json").status_code == 200
        )
        assert not events("OrganisationChanged")

    @pytest.mark.parametrize("role", [Role.AGENT, Role.ASSISTANT, Role.ACCOUNTANT, Role.VIEWER, None])
    def test_for_all_others_there_is_nothing_to_change_or_close(self, sign_in, role):
        place = working(role or Role.OWNER)
        client = sign_in(place.user if role else UserFactory())
        path, name = f"{PATH}/{place.organisation_id}", place.organisation.name
        assert client.patch(path, {"name": "New"}, format="json").status_code == 404
        assert client.delete(path).status_code == 404
        assert Organisation.objects.get().name == name
        assert not AuditEntry.objects.filter(action__startswith="organisation.").exists()

    def test_closing_it_ends_everybodys_work_there(self, sign_in):
        place = working(Role.OWNER)
        working(Role.AGENT, place.organisation)
        assert sign_in(place.user).delete(f"{PATH}/{place.organisation_id}").status_code == 204
        assert not Organisation.objects.exists()
        assert not Membership.objects.exists()
        assert len(events("MembershipChanged")) == 2
        assert AuditEntry.objects.get(action="organisation.deleted").subject_id == str(place.organisation_id)


class TestIdentity:
    def test_it_is_noted_once_with_its_news_and_shown_to_everybody(self, api):
        user = UserFactory()
        staff = UserFactory(is_staff=True)
        for _ in range(2):
            services.set_identity_verified(user_id=user.pk, verified=True, by=staff)
        assert api.get(f"/api/v1/users/{user.pk}").json()["identity_verified"] is True
        assert events("UserChanged") == [{"user_id": str(user.pk)}]
        assert AuditEntry.objects.get(action="user.identity_verified").actor == staff

    def test_it_is_taken_back_by_the_clock(self):
        user = UserFactory(identity_verified=True)
        services.set_identity_verified(user_id=user.pk, verified=False, by=None)
        user.refresh_from_db()
        assert user.identity_verified is False
        assert AuditEntry.objects.get(action="user.identity_no_longer_verified").actor_id is None
