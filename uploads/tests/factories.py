"""Uploads for tests, of this app and of those above."""

from __future__ import annotations

from functools import cache
from typing import Any

import factory
from django.conf import settings

from uploads import images, services
from uploads.images import Derived
from uploads.models import Upload
from uploads.tests.pictures import jpeg


class OwnerFactory(factory.django.DjangoModelFactory):
    """Somebody who sends files in; uploads knows no more of people than that."""

    class Meta:
        model = settings.AUTH_USER_MODEL

    email = factory.Sequence(lambda number: f"owner{number}@example.com")
    full_name = factory.Sequence(lambda number: f"Owner {number}")


class UploadFactory(factory.Factory):
    """A photo that is ready, with its original and all its variants in the storages."""

    class Meta:
        model = Upload

    owner = factory.SubFactory(OwnerFactory)

    @classmethod
    def _create(cls, model_class: type[Upload], *args: Any, **fields: Any) -> Upload:
        return services.store_processed(original=jpeg(), derived=_derived(), **fields)


@cache
def _derived() -> Derived:
    return images.derive(jpeg())
