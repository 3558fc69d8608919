"""docs/ says what the code says: which features are proven, and the tables made from the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from key2key.common import metrics
from key2key.settings.environment import Environment
from key2key.tests.house import documents, features
from key2key.tests.house.feature_list import FEATURES, MISSING
from key2key.tests.house.sources import ROOT, Source

ONE = FEATURES[0]


def planted(folder: Path, text: str, *, name: str = "test_planted.py") -> list[features.AcceptanceTest]:
    """The acceptance tests of one file with that text."""
    path = folder / "tests" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    source = type("Planted", (Source,), {"name": "tests/test_planted.py"})(path, "", "")
    return list(features.acceptance_tests([source]))


def test_the_feature_page_is_what_the_generator_prints() -> None:
    assert features.DOCUMENT.read_text(encoding="utf-8") == features.document(), f"run {features.COMMAND}"


def test_every_acceptance_test_names_a_feature_and_no_note_is_out_of_date() -> None:
    assert not list(features.faults())
    assert len({feature.id for feature in FEATURES}) == len(FEATURES)
    assert set(MISSING) <= {feature.id for feature in FEATURES}


def test_a_test_that_runs_proves_its_feature(tmp_path: Path) -> None:
    found = planted(tmp_path, "def test_auth_1_somebody_signs_up() -> None:\n    assert True\n")
    assert [(test.feature, test.is_skipped) for test in found] == [("AUTH-1", False)]
    assert features.done(ONE, found)


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\n\n@pytest.mark.skip\ndef test_auth_1_x() -> None: ...\n",
        "import pytest\n\n@pytest.mark.skipif(True, reason='never')\ndef test_auth_1_x() -> None: ...\n",
        "import pytest\n\n@pytest.mark.xfail(reason='later')\ndef test_auth_1_x() -> None: ...\n",
        "import pytest\n\npytestmark = [pytest.mark.skip]\n\n\ndef test_auth_1_x() -> None: ...\n",
        "def test_auth_10_x() -> None: ...\n",
        "def test_auth_x() -> None: ...\n",
        "# def test_auth_1_x() -> None: ...\n",
    ],
)
def test_what_is_skipped_or_only_sounds_alike_proves_nothing(tmp_path: Path, text: str) -> None:
    assert not features.done(ONE, planted(tmp_path, text))


def test_only_files_of_tests_count(tmp_path: Path) -> None:
    text = "def test_auth_1_somebody_signs_up() -> None:\n    assert True\n"
    assert planted(tmp_path, text)
    assert not planted(tmp_path, text, name="market.py")


@pytest.mark.parametrize("name", documents.PARTS)
def test_a_part_of_the_documents_is_what_the_code_says(name: str) -> None:
    path, _made = documents.PARTS[name]
    assert documents.renewed(name) == path.read_text(encoding="utf-8"), f"run {documents.COMMAND}"


def test_alerts_are_about_figures_that_exist() -> None:
    rules = (ROOT / "deploy" / "alerts.yml").read_text(encoding="utf-8")
    named = {re.sub(r"_(bucket|count|sum)$", "", name) for name in re.findall(r"\bk2k_\w+", rules)}
    shown = {name for family in metrics.registry.collect() for name in (family.name, f"{family.name}_total")}
    assert named
    assert named <= shown


def test_the_compose_file_sets_only_what_the_product_reads() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    ours = {name: known["environment"] for name, known in services.items() if "build" in known}
    assert {"migrate", "app", "ws", "worker", "beat"} == set(ours)
    for name, given in ours.items():
        assert set(given) - {"WEB_CONCURRENCY"} <= set(Environment.model_fields), name  # gunicorn's own
        secrets = {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "DATABASE_OWNER_URL"} & set(given)
        assert all(":?" in given[secret] for secret in secrets), "a secret has a default"
