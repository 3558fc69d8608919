from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model


@pytest.fixture
def person(db):
    """`person(**fields)`: an account, with an e-mail address unless told otherwise."""

    def made(**fields):
        return get_user_model().objects.create_user(**{"email": "hana@example.com", **fields})

    return made


@pytest.fixture
def hana(person):
    return person(full_name="Hana Tesfaye")


@pytest.fixture
def almaz(person):
    return person(full_name="Almaz Bekele", email="almaz@example.com")
