from __future__ import annotations

import bcrypt
import pytest
from django.contrib.auth.hashers import check_password, make_password

from accounts.models import User
from accounts.tests.factories import PASSWORD, UserFactory


def imported_hash(*, prefix: bytes, password: str = PASSWORD) -> str:
    made = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4))
    return "bcrypt$" + made.replace(b"$2b$", prefix).decode()


def test_a_new_hash_is_argon2id_with_the_costs_of_the_settings(settings):
    settings.ARGON2_TIME_COST, settings.ARGON2_MEMORY_KIB = 3, 128
    assert make_password("long enough").startswith("argon2$argon2id$v=19$m=128,t=3,p=1$")


@pytest.mark.parametrize("prefix", [b"$2a$", b"$2b$", b"$2y$"])
def test_an_imported_bcrypt_hash_is_verified(prefix):
    encoded = imported_hash(prefix=prefix)
    assert check_password(PASSWORD, encoded)
    assert not check_password(PASSWORD + "x", encoded)


def test_an_imported_hash_of_a_very_long_password_is_verified_as_bcrypt_always_did():
    long = "ረጅም የይለፍ ቃል " * 10
    assert check_password(long, imported_hash(prefix=b"$2b$", password=long))


@pytest.mark.django_db
def test_an_imported_hash_becomes_argon2id_at_the_next_login(post):
    user = UserFactory(password=None)
    User.objects.filter(pk=user.pk).update(password=imported_hash(prefix=b"$2y$"))

    assert post("auth/login", email=user.email, password="wrong").status_code == 401
    user.refresh_from_db()
    assert user.password.startswith("bcrypt$")

    assert post("auth/login", email=user.email, password=PASSWORD).status_code == 200
    user.refresh_from_db()
    assert user.password.startswith("argon2$argon2id$")
    assert post("auth/login", email=user.email, password=PASSWORD).status_code == 200


@pytest.mark.django_db
def test_a_hash_of_lower_costs_is_made_anew_at_the_next_login(post, settings):
    user = UserFactory()
    settings.ARGON2_TIME_COST = 2
    assert post("auth/login", email=user.email, password=PASSWORD).status_code == 200
    user.refresh_from_db()
    assert "t=2,p=1" in user.password
