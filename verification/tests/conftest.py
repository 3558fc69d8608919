from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

DISK = "django.core.files.storage.FileSystemStorage"


@pytest.fixture(autouse=True)
def vault(settings: Any, tmp_path: Path) -> Path:
    """The private storage of one test, on a disk of its own."""
    root = tmp_path / "private"
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": DISK, "OPTIONS": {"location": str(root)}},
    }
    return root
