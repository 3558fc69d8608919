"""The guard rails bite: each violation of the house is planted in a copy of the tree and must be found.

Every case runs only the cheapest check that has to find it, and the finding must name the file. The
untouched copy passes the same checks: what is found is what was planted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from key2key.tests.house.sources import ROOT, files
from key2key.tests.house.violations import VIOLATIONS, Violation, adding

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(600)]

BIN = Path(sys.prefix) / "bin"
PYTEST = [str(BIN / "python"), "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider"]
CHECKS: dict[str, list[str]] = {
    "ruff": [str(BIN / "ruff"), "check", "--no-cache", "--output-format=concise", "."],
    "contracts": [str(BIN / "lint-imports"), "--no-logo"],
    "house": [str(BIN / "python"), "-m", "key2key.tests.house"],
    "types": [str(BIN / "mypy")],
    "migrations": [str(BIN / "python"), "manage.py", "makemigrations", "--check", "--dry-run"],
    "catalogue": [str(BIN / "python"), ".ci/messages", "--check"],
    "requirements": [str(BIN / "deptry"), "--no-ansi", "."],
    "rows": [*PYTEST, "key2key/tests/test_house_rows.py"],
    "contract": [*PYTEST, "key2key/tests/test_house_contract.py"],
    "planted test": [*PYTEST, "key2key/tests/test_planted.py"],
}
# A cycle takes two.
COMPANIONS = {
    "listings/services/planted.py": ("listings/services/planted_too.py", "import listings.services.planted")
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree as it would be committed, in a directory of its own."""
    target = tmp_path_factory.mktemp("house")
    for path in files():
        there = target / path.relative_to(ROOT)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, there)
    (target / ".venv").symlink_to(sys.prefix)
    subprocess.run(["git", "init", "--quiet"], cwd=target, check=True)
    return target


@pytest.mark.parametrize("check", CHECKS.keys() - {"planted test"})
def test_the_untouched_copy_passes(copy: Path, check: str) -> None:
    ended = run(copy, check)
    assert ended.returncode == 0, ended.stdout[-3000:]


@pytest.mark.parametrize("violation", VIOLATIONS, ids=lambda violation: violation.name.replace(" ", "_"))
def test_the_violation_is_found(copy: Path, violation: Violation) -> None:
    with planted(copy, violation):
        ended = run(copy, violation.check)
    assert ended.returncode != 0, f"{violation.check} has not noticed: {violation.name}"
    assert violation.says in ended.stdout, ended.stdout[-3000:]
    assert (violation.names or violation.file) in ended.stdout, ended.stdout[-3000:]


def run(copy: Path, check: str) -> subprocess.CompletedProcess[str]:
    """Run the check inside the copy, on the servers that this run has."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(copy),
        "PYTEST_XDIST_WORKER": "gw9",  # a database of its own beside those of this run's workers
        "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache"),
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    environment.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(
        CHECKS[check],
        cwd=copy,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@contextmanager
def planted(copy: Path, violation: Violation) -> Iterator[None]:
    """The violation stands in the copy while the block runs."""
    before: dict[Path, str | None] = {}
    try:
        _write(copy / violation.file, violation.plant, before)
        if violation.file in COMPANIONS:
            file, text = COMPANIONS[violation.file]
            _write(copy / file, adding(text), before)
        yield
    finally:
        for path, text in before.items():
            if text is None:
                path.unlink()
            else:
                path.write_text(text, encoding="utf-8")


def _write(path: Path, plant: Callable[[str], str], before: dict[Path, str | None]) -> None:
    before[path] = path.read_text(encoding="utf-8") if path.exists() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(plant(before[path] or ""), encoding="utf-8")
    package = path.parent / "__init__.py"
    if not package.exists():
        before[package] = None
        package.write_text("", encoding="utf-8")
