"""Objects for the paths of uploads (key2key/tests/test_who_may.py)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from uploads.tests.factories import UploadFactory


def upload(owner: Any) -> UUID:
    made: UUID = UploadFactory(owner=owner).pk
    return made


EXAMPLES: dict[str, Any] = {"/api/v1/uploads/{id}": upload}
