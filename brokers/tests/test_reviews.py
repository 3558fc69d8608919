"""Reviews: between the sides of a completed deal, once each, neither sees the other's first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Membership, User
from accounts.services import erase_user
from accounts.tests.factories import MembershipFactory, StaffFactory, UserFactory
from brokers import services
from brokers.enums import DealState, ReviewState, Side
from brokers.models import Broker, Deal, Review, ReviewReport
from brokers.services import Verdict
from brokers.tests.factories import BrokerFactory, ReviewFactory, deal_in, hear_all, person_of
from key2key.common import clock
from key2key.common.errors import Conflict, InvalidInput, NotAllowed, NotFound
from key2key.common.models import AuditEntry, Event
from key2key.common.plugins import privacy
from listings.models import Seller
from listings.services import open_private_seller
from listings.tests.factories import AgencySellerFactory, ListingFactory
from listings.tests.factories import SellerFactory as SellingFactory
from notifications.models import Notification

pytestmark = pytest.mark.django_db
S, R = DealState, ReviewState
API = "/api/v1"
DAY = timedelta(days=1)
SignIn = Callable[..., APIClient]


@pytest.fixture
def moderator() -> User:
    made: User = StaffFactory(groups=["moderator"])
    return made


def write(deal: Deal, side: Side, rating: int = 5, text: str = "All went well.") -> Review:
    verdict = Verdict(rating=rating, text=text)
    return services.write_review(deal_id=deal.pk, by=person_of(deal, side), verdict=verdict)


def write_both(deal: Deal, *, of_seller: int = 5, of_buyer: int = 5) -> None:
    write(deal, Side.BUYER, of_seller)
    write(deal, Side.SELLER, of_buyer)


def about(api: APIClient, person: User) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = api.get(f"{API}/users/{person.pk}/reviews").json()["results"]
    return rows


def post(client: APIClient, path: str, body: Any = None) -> Any:
    return client.post(f"{API}{path}", body or {}, format="json")


def told(kind: str) -> set[Any]:
    return set(Notification.objects.filter(kind=kind, channel="email").values_list("user_id", flat=True))


def published(**values: Any) -> Review:
    """A review as it stands in a list. Its deal has only begun, which is made faster; nothing asks for it."""
    subject = values.pop("subject", None) or UserFactory()
    listing = ListingFactory(seller=open_private_seller(subject.pk), photos=0)
    made: Review = ReviewFactory(subject=subject, deal=deal_in(S.DEPOSIT_DUE, listing=listing), **values)
    return made


class TestWriting:
    def test_neither_side_sees_the_other_first(self, sign_in: SignIn, api: APIClient) -> None:
        deal = deal_in(S.COMPLETED)
        body = {"rating": 4, "sub_scores": {"honesty": 5}, "text": "Came on time."}
        answer = post(sign_in(deal.buyer), f"/deals/{deal.pk}/reviews", body)
        assert answer.status_code == 201, answer.content
        assert (answer.json()["state"], answer.json()["side"]) == ("pending", "buyer")
        assert (about(api, deal.owner), told("reviews_published")) == ([], set())
        seen_by_owner = sign_in(deal.owner).get(f"{API}/deals/{deal.pk}").content.decode()
        assert "Came on time." not in seen_by_owner

    def test_the_second_publishes_both_at_the_same_moment(self, sign_in: SignIn, api: APIClient) -> None:
        deal = deal_in(S.COMPLETED)
        write(deal, Side.BUYER, 4, "Came on time.")
        answer = post(sign_in(deal.owner), f"/deals/{deal.pk}/reviews", {"rating": 5})
        assert answer.json()["state"] == "published"
        (of_owner,), (of_buyer,) = about(api, deal.owner), about(api, deal.buyer)
        assert (of_owner["rating"], of_owner["text"], of_owner["author"]) == (
            4,
            "Came on time.",
            deal.buyer.full_name,
        )
        assert of_owner["published_at"] == of_buyer["published_at"]
        assert told("reviews_published") == {deal.buyer_id, deal.owner_id}
        assert Event.objects.filter(name__endswith="ReviewsPublished").count() == 1

    def test_contact_data_is_taken_out_of_the_words(self) -> None:
        review = write(deal_in(S.COMPLETED), Side.BUYER, text="Call me: +251 911 234567, a@b.example")
        assert review.text == "Call me: […], […]"

    @pytest.mark.parametrize("state", [S.DEPOSIT_DUE, S.HANDOVER, S.CANCELLED])
    def test_only_a_completed_deal_is_reviewed(self, state: DealState) -> None:
        deal = deal_in(state)
        with pytest.raises(Conflict) as refused:
            write(deal, Side.BUYER)
        assert refused.value.code == "deal_not_completed"
        assert not Review.objects.exists()

    def test_once_each(self, sign_in: SignIn) -> None:
        deal = deal_in(S.COMPLETED)
        first = write(deal, Side.BUYER, 4)
        answer = post(sign_in(deal.buyer), f"/deals/{deal.pk}/reviews", {"rating": 1})
        assert (answer.status_code, answer.json()["code"]) == (409, "review_exists")
        assert (Review.objects.get().rating, Review.objects.get().pk) == (4, first.pk)

    def test_a_colleague_speaks_for_the_agency_once(self) -> None:
        agency = AgencySellerFactory()
        owner, colleague = (
            MembershipFactory(organisation=agency.organisation, role=Membership.Role.AGENT).user
            for _person in range(2)
        )
        deal = deal_in(S.COMPLETED, listing=ListingFactory(seller=agency, owner=owner))
        services.write_review(deal_id=deal.pk, by=colleague, verdict=Verdict(rating=5))
        with pytest.raises(Conflict) as refused:
            write(deal, Side.SELLER)
        assert refused.value.code == "review_exists"
        assert Review.objects.get().author == colleague

    def test_the_time_ends_on_the_fourteenth_day(self) -> None:
        deal = deal_in(S.COMPLETED)
        with clock.advanced(14 * DAY), pytest.raises(Conflict) as refused:
            write(deal, Side.BUYER)
        assert refused.value.code == "review_time_over"
        assert not Review.objects.exists()
        with clock.advanced(14 * DAY - timedelta(minutes=5)):
            write(deal, Side.BUYER)

    def test_strangers_do_not_even_learn_of_the_deal(self) -> None:
        deal = deal_in(S.COMPLETED)
        with pytest.raises(NotFound):
            services.write_review(deal_id=deal.pk, by=UserFactory(), verdict=Verdict(rating=1))
        assert not Review.objects.exists()

    def test_what_makes_no_sense_is_refused(self, sign_in: SignIn) -> None:
        deal = deal_in(S.COMPLETED)
        client = sign_in(deal.buyer)
        for senseless in (
            {},
            {"rating": 0},
            {"rating": 6},
            {"rating": "5"},
            {"rating": 5, "state": "hidden"},
        ):
            answer = post(client, f"/deals/{deal.pk}/reviews", senseless)
            assert answer.status_code == 400, senseless
        assert not Review.objects.exists()


class TestTheClock:
    def test_at_the_deadline_the_one_that_was_written_is_published(self, api: APIClient) -> None:
        deal = deal_in(S.COMPLETED)
        write(deal, Side.BUYER, 3)
        with clock.advanced(14 * DAY - timedelta(minutes=5)):
            assert services.publish_due() == 0
        assert about(api, deal.owner) == []
        with clock.advanced(14 * DAY):
            assert [services.publish_due(), services.publish_due()] == [1, 0]
        assert [row["rating"] for row in about(api, deal.owner)] == [3]
        assert told("reviews_published") == {deal.buyer_id, deal.owner_id}

    def test_whoever_has_not_written_is_reminded_once_three_days_before(self) -> None:
        deal = deal_in(S.COMPLETED)
        write(deal, Side.BUYER)
        told_on = []
        for day in range(16):
            with clock.advanced(day * DAY + timedelta(hours=1)):
                told_on += [day] * services.remind_due()
        assert told_on == [11]
        assert told("review_due") == {deal.owner_id}
        words = Notification.objects.get(kind="review_due", channel="email").data
        deadline = Deal.objects.get().ended_at + 14 * DAY
        assert (words["listing"], words["deadline"]) == (deal.listing.title, deadline.isoformat())

    def test_nobody_is_reminded_when_both_have_written_or_the_time_is_over(self) -> None:
        write_both(deal_in(S.COMPLETED))
        with clock.advanced(12 * DAY):
            assert services.remind_due() == 0
        deal_in(S.COMPLETED)
        with clock.advanced(15 * DAY):
            assert services.remind_due() == 0
        assert told("review_due") == set()


class TestFigures:
    def test_profile_and_seller_tell_the_mean_of_what_is_published(self) -> None:
        first = deal_in(S.COMPLETED)
        broker = BrokerFactory(user=first.owner)
        second = deal_in(S.COMPLETED, listing=ListingFactory(seller=first.listing.seller))
        write_both(first, of_seller=5)
        write_both(second, of_seller=4)
        deal_with_waiting = deal_in(S.COMPLETED, listing=ListingFactory(seller=first.listing.seller))
        write(deal_with_waiting, Side.BUYER, 1)
        broker.refresh_from_db()
        assert (broker.rating, broker.reviews_count) == (Decimal("4.50"), 2)
        assert Seller.objects.get(user=first.owner).rating == Decimal("4.50")
        assert Seller.objects.filter(user=first.buyer).first() is None  # who buys has no card

    def test_an_agency_is_rated_beside_its_agent(self) -> None:
        agency = AgencySellerFactory()
        agent = MembershipFactory(organisation=agency.organisation, role=Membership.Role.AGENT).user
        write_both(deal_in(S.COMPLETED, listing=ListingFactory(seller=agency, owner=agent)), of_seller=4)
        agency.refresh_from_db()
        assert agency.rating == Decimal("4.00")

    def test_completed_deals_count_at_once(self, api: APIClient) -> None:
        seller = SellingFactory()
        broker = BrokerFactory(user=seller.user)
        deal_in(S.COMPLETED, listing=ListingFactory(seller=seller))
        hear_all()
        assert api.get(f"{API}/brokers/{broker.pk}").json()["closed_deals"] == 1
        deal_in(S.CANCELLED, listing=ListingFactory(seller=seller))
        hear_all()
        assert Broker.objects.get().closed_deals == 1


class TestReplying:
    def test_the_subject_answers_once_for_everybody_to_read(self, sign_in: SignIn, api: APIClient) -> None:
        review = published()
        client = sign_in(review.subject)
        answer = post(client, f"/reviews/{review.pk}/reply", {"text": "Thank you, call 0911234567"})
        assert answer.status_code == 200, answer.content
        assert about(api, review.subject)[0]["reply"] == "Thank you, call […]"
        again = post(client, f"/reviews/{review.pk}/reply", {"text": "And more."})
        assert (again.status_code, again.json()["code"]) == (409, "reply_exists")
        review.refresh_from_db()
        assert review.reply == "Thank you, call […]"

    @pytest.mark.parametrize("state", [R.PENDING, R.HIDDEN])
    def test_what_nobody_reads_is_not_answered(self, state: str) -> None:
        review = published(state=state)
        with pytest.raises(NotFound):
            services.reply(review_id=review.pk, by=review.subject, text="No!")
        review.refresh_from_db()
        assert review.reply == ""

    def test_nobody_answers_for_another(self) -> None:
        review = published()
        for person in (review.author, UserFactory()):
            with pytest.raises(NotFound):
                services.reply(review_id=review.pk, by=person, text="No!")
        review.refresh_from_db()
        assert review.reply == ""


class TestReporting:
    def test_a_repeat_changes_nothing(self, sign_in: SignIn) -> None:
        review, person = published(), UserFactory()
        bodies = [{"reason": "fraud", "text": "Never met."}, {"reason": "spam"}]
        answers = [post(sign_in(person), f"/reviews/{review.pk}/report", body) for body in bodies]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        report = ReviewReport.objects.get()
        assert (report.reason, report.text, report.reporter) == ("fraud", "Never met.", person)
        assert AuditEntry.objects.filter(action="review.reported").count() == 1

    def test_what_nobody_reads_is_not_reported(self, sign_in: SignIn) -> None:
        review = published(state=R.PENDING)
        answer = post(sign_in(UserFactory()), f"/reviews/{review.pk}/report", {"reason": "spam"})
        assert answer.status_code == 404
        assert not ReviewReport.objects.exists()


class TestJudging:
    def judge(self, review: Review, staff: User, *, hide: bool, reason: str = "Not about the deal.") -> Any:
        return services.judge_review(review_id=review.pk, by=staff, hide=hide, reason=reason)

    def test_what_is_hidden_is_not_read_and_does_not_count(self, moderator: User, api: APIClient) -> None:
        deal = deal_in(S.COMPLETED)
        broker = BrokerFactory(user=deal.owner)
        write_both(deal, of_seller=1)
        review = Review.objects.get(subject=deal.owner)
        services.report(review_id=review.pk, by=deal.owner, reason="fraud")
        self.judge(review, moderator, hide=True)
        assert about(api, deal.owner) == []
        assert len(about(api, deal.buyer)) == 1
        broker.refresh_from_db()
        assert (broker.rating, broker.reviews_count) == (None, 0)
        assert Seller.objects.get(user=deal.owner).rating is None
        assert ReviewReport.objects.get().settled_at is not None
        entry = AuditEntry.objects.get(action="review.hidden")
        assert (entry.actor, entry.reason) == (moderator, "Not about the deal.")
        self.judge(review, moderator, hide=False)
        assert [row["rating"] for row in about(api, deal.owner)] == [1]
        assert Seller.objects.get(user=deal.owner).rating == Decimal("1.00")

    def test_what_stays_settles_its_reports(self, moderator: User) -> None:
        review = published()
        services.report(review_id=review.pk, by=UserFactory(), reason="other")
        self.judge(review, moderator, hide=False)
        review.refresh_from_db()
        assert (review.state, ReviewReport.objects.get().settled_at is not None) == (R.PUBLISHED, True)

    @pytest.mark.parametrize(
        ("state", "hide"), [(R.PENDING, True), (R.PENDING, False), (R.HIDDEN, True), (R.REJECTED, False)]
    )
    def test_an_illegal_step_changes_nothing(self, moderator: User, state: str, hide: bool) -> None:
        review = published(state=state)
        with pytest.raises(Conflict) as refused:
            self.judge(review, moderator, hide=hide)
        assert refused.value.code == "illegal_transition"
        review.refresh_from_db()
        assert (review.state, AuditEntry.objects.filter(actor=moderator).count()) == (state, 0)

    def test_a_judgement_needs_a_reason_and_somebody_else(self, moderator: User) -> None:
        review, own = published(), published(subject=moderator)
        with pytest.raises(InvalidInput):
            self.judge(review, moderator, hide=True, reason=" ")
        with pytest.raises(NotAllowed) as refused:
            self.judge(own, moderator, hide=True)
        assert refused.value.code == "own_review"
        assert set(Review.objects.values_list("state", flat=True)) == {R.PUBLISHED}


class TestLists:
    def test_reviews_of_a_professional_are_those_of_the_person(self, api: APIClient) -> None:
        broker = BrokerFactory()
        published(subject=broker.user, text="Of the broker.")
        published(text="Of somebody else.")
        rows = api.get(f"{API}/brokers/{broker.pk}/reviews").json()["results"]
        assert [row["text"] for row in rows] == ["Of the broker."]
        assert set(rows[0]) == {
            "id", "author", "side", "listing", "rating", "sub_scores", "text", "reply", "replied_at",
            "published_at",
        }  # fmt: skip

    @pytest.mark.parametrize("path", ["users", "brokers"])
    def test_a_list_costs_the_same_for_many(
        self, api: APIClient, assert_same_queries: Callable[..., None], path: str
    ) -> None:
        broker = BrokerFactory()
        key = broker.pk if path == "brokers" else broker.user_id

        def add(rows: int) -> None:
            for _row in range(rows):
                published(subject=broker.user)

        assert_same_queries(api, f"{API}/{path}/{key}/reviews", add=add)


class TestErasure:
    def test_the_words_of_an_erased_person_go_and_the_rating_stays(self) -> None:
        written = published(text="My words.")
        answered = published(subject=written.author, reply="My answer.")
        services.report(review_id=answered.pk, by=written.author, reason="other", text="My complaint.")
        assert [
            row.get("text") or row["reply"] for row in privacy["brokers.review"].export(written.author)
        ] == [
            "My words.",
            "My answer.",
        ]
        erase_user(user_id=written.author_id, by=StaffFactory(groups=["support"]))
        hear_all()
        written.refresh_from_db()
        answered.refresh_from_db()
        assert (written.text, written.rating, answered.reply) == ("", 5, "")
        assert ReviewReport.objects.get().text == ""
