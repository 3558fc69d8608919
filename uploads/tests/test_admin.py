from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import RequestFactory

from uploads.kinds import State
from uploads.models import Upload
from uploads.tests.factories import UploadFactory

pytestmark = pytest.mark.django_db


def test_staff_look_at_uploads_and_cannot_touch_them() -> None:
    page = admin.site._registry[Upload]
    request = RequestFactory().get("/")
    request.user = get_user_model()(is_staff=True, is_superuser=True)

    assert page.has_view_permission(request)
    assert not page.has_add_permission(request)
    assert not page.has_change_permission(request)
    assert not page.has_delete_permission(request)


def test_staff_see_the_picture_once_it_is_ready() -> None:
    page = admin.site._registry[Upload]
    upload = UploadFactory()

    assert f"{upload.folder}/thumb.webp" in page.picture(upload)
    upload.state = State.SCANNING
    assert page.picture(upload) == "–"
    assert str(upload.pk) in str(upload)
