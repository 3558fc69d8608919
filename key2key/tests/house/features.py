"""What Key2Key must be able to do, and which acceptance tests prove it.

`python -m key2key.tests.house.features --write` writes docs/features.md. A feature is done when a test named
after it (`test_auth_1_…`) exists and is not skipped; such a test proves the whole row. `MISSING` says what
keeps the others from being done, where a part of them is there.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from key2key.tests.house.feature_list import FEATURES, MISSING, Feature
from key2key.tests.house.sources import ROOT, Source, called, functions, sources

DOCUMENT = ROOT / "docs" / "features.md"
COMMAND = "python -m key2key.tests.house.features --write"
_NAMED_AFTER = re.compile(r"test_(?P<area>[a-z]+)_(?P<number>\d+)_\w+")
_SKIPS = ("pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail")
_WEIGHTS = {"M": "must", "S": "should", "X": "needs a partner or money; against a stand-in"}


@dataclass(frozen=True)
class AcceptanceTest:
    """A test that is named after a feature."""

    feature: str
    file: str
    name: str
    is_skipped: bool


def acceptance_tests(files: Iterable[Source] | None = None) -> Iterator[AcceptanceTest]:
    """Those of the given sources, of all tests when none are given."""
    areas = {feature.area for feature in FEATURES}
    for source in sources() if files is None else files:
        if not source.is_test or not source.path.name.startswith("test_"):
            continue
        skips_all = _skips_its_module(source.tree)
        for function in functions(source.tree):
            named = _NAMED_AFTER.fullmatch(function.name)
            if named and named["area"] in areas:
                yield AcceptanceTest(
                    feature=f"{named['area'].upper()}-{int(named['number'])}",
                    file=source.name,
                    name=function.name,
                    is_skipped=skips_all or any(_is_skip(mark) for mark in function.decorator_list),
                )


def done(feature: Feature, tests: Iterable[AcceptanceTest]) -> bool:
    """Whether a test that runs proves it."""
    return any(test.feature == feature.id and not test.is_skipped for test in tests)


def faults() -> Iterator[str]:
    """Tests of features that nobody asked for, and words about what is missing that are no longer true."""
    tests = list(acceptance_tests())
    ids = {feature.id for feature in FEATURES}
    for test in tests:
        if test.feature not in ids:
            yield f"{test.file}: {test.name} names no feature"
    for name in sorted(set(MISSING) - ids):
        yield f"feature_list.py: {name} is no feature"
    for feature in FEATURES:
        if feature.id in MISSING and done(feature, tests):
            yield f"feature_list.py: {feature.id} is done, so nothing of it is missing"


def document() -> str:
    """docs/features.md."""
    return "\n".join(_lines(list(acceptance_tests()))) + "\n"


def main(arguments: list[str]) -> int:
    """Print the document, or write it."""
    text = document()
    if "--write" in arguments:
        DOCUMENT.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


def _lines(tests: list[AcceptanceTest]) -> Iterator[str]:
    yield "# Features"
    yield ""
    yield f"Made by `{COMMAND}`; a test compares."
    yield ""
    yield "A feature is **done** when an acceptance test named after its id runs: it proves the whole"
    yield "row over HTTP, the admin or a command. What is partly there is open and says what is missing."
    yield "; ".join(f"{weight}: {meaning}" for weight, meaning in _WEIGHTS.items()) + "."
    yield ""
    yield "| | of | done |"
    yield "|---|---|---|"
    for weight in _WEIGHTS:
        asked = [feature for feature in FEATURES if feature.weight == weight]
        yield f"| {weight} | {len(asked)} | {sum(done(feature, tests) for feature in asked)} |"
    group = ""
    for feature in FEATURES:
        if feature.group != group:
            group = feature.group
            yield from ("", f"## {group}", "", "| id | | feature | state | proof |")
            yield "|---|---|---|---|---|"
        yield _row(feature, tests)


def _row(feature: Feature, tests: list[AcceptanceTest]) -> str:
    own = sorted((test for test in tests if test.feature == feature.id), key=lambda test: test.name)
    state = "**done**" if done(feature, tests) else "open"
    if feature.id in MISSING:
        state = f"open: {MISSING[feature.id]}"
    proof = "<br>".join(f"`{test.name}`{' (skipped)' if test.is_skipped else ''}" for test in own)
    return f"| {feature.id} | {feature.weight} | {feature.text} | {state} | {proof} |"


def _skips_its_module(tree: ast.Module) -> bool:
    marks = [
        mark
        for node in tree.body
        if isinstance(node, ast.Assign) and "pytestmark" in {called(target) for target in node.targets}
        for mark in (node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value])
    ]
    return any(_is_skip(mark) for mark in marks)


def _is_skip(mark: ast.expr) -> bool:
    return called(mark) in _SKIPS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
