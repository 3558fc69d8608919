"""What tests may not do, and what the locked requirements must say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TypeGuard

from key2key.tests.house.rooms import APPS
from key2key.tests.house.sources import ROOT, called, full_name, imported_names, sources

LOCKS = ("base", "embedded", "dev")
_NAME = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*([~=<>!].*)?$")
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
OWN = ("key2key", *APPS)
PATCHERS = frozenset({"monkeypatch.setattr", "mocker.patch"})


def own_code_is_never_patched() -> Iterator[str]:
    """Only the network is faked: a patched rule proves nothing."""
    for source in sources():
        if not source.is_test:
            continue
        names = imported_names(source.tree)
        if any(path.startswith("unittest.mock") for path in names.values()):
            yield f"{source.name}: unittest.mock; fake the network by a stand-in instead"
        for node in ast.walk(source.tree):
            if _patches(node) and _target(node.args[0], names).partition(".")[0] in OWN:
                yield f"{source.name}:{node.lineno}: patches our own code"


def locks_are_in_step() -> Iterator[str]:
    """Every requirement is locked, every pin has its hashes, and the three locks agree."""
    pins: dict[str, dict[str, set[str]]] = {}
    for lock in LOCKS:
        text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
        pins[lock] = {}
        for name, version in _PIN.findall(text):
            pins[lock].setdefault(_same(name), set()).add(version)
        if len(_PIN.findall(text)) > len(re.findall(r"^\S.*\\\n\s+--hash=", text, re.MULTILINE)):
            yield f"requirements/{lock}.txt: a pin without a hash"
        yield from (
            f"requirements/{lock}.in: {name} is not locked in {lock}.txt"
            for name in sorted(_wanted(lock) - set(pins[lock]))
        )
    for low, high in pairwise(LOCKS):
        for name, versions in pins[low].items():
            if not versions <= pins[high].get(name, set()):
                yield f"requirements/{high}.txt: {name} differs from {low}.txt"


def requirements_say_their_purpose() -> Iterator[str]:
    """Every line of base.in says what the package is for."""
    for number, line in enumerate(
        (ROOT / "requirements" / "base.in").read_text(encoding="utf-8").splitlines(), 1
    ):
        continues = re.match(r"[\w.-]+", line) and "python_version >=" in line
        if line.strip() and "#" not in line and not continues:
            yield f"requirements/base.in:{number}: no purpose is given"


def _patches(node: ast.AST) -> TypeGuard[ast.Call]:
    """A registry that is emptied for a test, by a literal, is state; anything else is code."""
    if not isinstance(node, ast.Call) or not node.args or called(node) not in PATCHERS:
        return False
    return not isinstance(node.args[-1], ast.Dict | ast.List | ast.Set | ast.Tuple | ast.Constant)


def _target(node: ast.AST, names: dict[str, str]) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return full_name(node, names)


def _wanted(lock: str) -> set[str]:
    wanted: set[str] = set()
    for line in (ROOT / "requirements" / f"{lock}.in").read_text(encoding="utf-8").splitlines():
        requirement = line.partition("#")[0].partition(";")[0].strip()
        if requirement.startswith("-r"):
            wanted |= _wanted(requirement.split()[1].removesuffix(".in"))
        elif match := _NAME.match(requirement):
            wanted.add(_same(match[1]))
    return wanted


def _same(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


RULES = (own_code_is_never_patched, locks_are_in_step, requirements_say_their_purpose)
