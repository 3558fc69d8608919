from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

DISK = "django.core.files.storage.FileSystemStorage"


class Disk:
    """Both storages of one test, on a disk of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def objects(self) -> set[str]:
        return {str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file()}

    @property
    def public(self) -> set[str]:
        return {name.removeprefix("public/") for name in self.objects if name.startswith("public/")}


@pytest.fixture(autouse=True)
def disk(settings: Any, tmp_path: Path) -> Disk:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": DISK,
            "OPTIONS": {"location": str(tmp_path / "public"), "base_url": "/media/"},
        },
        "private": {"BACKEND": DISK, "OPTIONS": {"location": str(tmp_path / "private")}},
    }
    return Disk(tmp_path)
