from __future__ import annotations

import pytest

from accounts import selectors
from accounts.models import Block
from accounts.tests.factories import BlockFactory, UserFactory
from key2key.common.ids import uuid7
from key2key.common.models import AuditEntry

pytestmark = pytest.mark.django_db
PATH = "/api/v1/users/me/blocks"


def test_a_block_counts_both_ways_until_it_is_taken_back(sign_in):
    one, other = UserFactory(), UserFactory()
    client, path = sign_in(one), f"{PATH}/{other.pk}"
    assert client.get(path).status_code == 404
    assert [client.put(path).status_code for _ in range(2)] == [201, 200]
    assert client.get(path).json()["user"]["id"] == str(other.pk)
    assert selectors.is_blocked(one.pk, other.pk)
    assert selectors.is_blocked(other.pk, one.pk)
    assert [client.delete(path).status_code for _ in range(2)] == [204, 204]
    assert not selectors.is_blocked(one.pk, other.pk)
    deeds = AuditEntry.objects.filter(actor=one).order_by("created_at", "id")
    assert list(deeds.values_list("action", flat=True)) == ["user.blocked", "user.unblocked"]


def test_the_blocked_person_learns_nothing_and_takes_nothing_back(sign_in):
    block = BlockFactory()
    client, path = sign_in(block.blocked), f"{PATH}/{block.user_id}"
    assert client.get(path).status_code == 404
    assert client.get(PATH).json()["results"] == []
    assert client.delete(path).status_code == 204
    assert Block.objects.get() == block


def test_others_are_not_touched_by_a_block():
    block, stranger = BlockFactory(), UserFactory()
    assert not selectors.is_blocked(block.user_id, stranger.pk)
    assert not selectors.is_blocked(block.blocked_id, stranger.pk)


def test_nobody_blocks_themselves(sign_in):
    user = UserFactory()
    answer = sign_in(user).put(f"{PATH}/{user.pk}")
    assert (answer.status_code, answer.json()["code"]) == (409, "own_block")
    assert not Block.objects.exists()


def test_nobody_blocks_whom_there_is_not(sign_in):
    client = sign_in(UserFactory())
    assert client.put(f"{PATH}/{uuid7()}").status_code == 404
    assert client.put(f"{PATH}/{UserFactory(status='erased').pk}").status_code == 404
    assert not Block.objects.exists()


def test_the_list_costs_the_same_number_of_queries_however_many(sign_in, assert_same_queries):
    user = UserFactory()
    assert_same_queries(sign_in(user), PATH, add=lambda number: BlockFactory.create_batch(number, user=user))
