"""The rules of house.md that the source alone shows (decisions 1, 5 and 6)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

import pytest

from key2key.tests.house import RULES, catalogue
from key2key.tests.house.sources import sources


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps_the_rule(rule: Callable[[], Iterable[str]]) -> None:
    assert not list(rule())


def test_every_source_file_is_looked_at() -> None:
    names = {source.name for source in sources()}
    assert {"key2key/common/errors.py", "listings/__init__.py", "conftest.py"} <= names
    assert all(isinstance(source.tree, ast.Module) for source in sources())


def test_the_amharic_catalogue_is_complete_and_compiled() -> None:
    assert not list(catalogue.faults())
