"""What things are called, and how long they may be."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from key2key.tests.house.rooms import APPS, FLOOR, MACHINE_ROOM, REFUSED_NAMES, ROOF
from key2key.tests.house.sources import ROOT, files, sources

LONGEST_FILE = 400
SOURCE_SUFFIXES = frozenset(
    {".py", ".html", ".css", ".js", ".sql", ".sh", ".conf", ".toml", ".yml", ".yaml", ".md"}
)
NOT_APPS = frozenset({"key2key", "requirements", "docs", "deploy", "benchmarks"})
FEWEST_WORDS = 3
_MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:home|Users|root|work)/[\w.-]+|[A-Z]:\\\\?Users\\")


def top_level_apps_stand_on_a_floor() -> Iterator[str]:
    """Packages at the top are apps of `rooms.FLOORS`, those of key2key the roof: so contracts bind them."""
    known = {name.partition(".")[2] for name in (*ROOF, FLOOR, MACHINE_ROOM)}
    for path in sorted((ROOT / "key2key").iterdir()):
        if (path.suffix == ".py" or (path / "__init__.py").exists()) and path.stem not in known | {
            "__init__"
        }:
            yield f"key2key/{path.name}: not named in key2key/tests/house/rooms.py and .importlinter"
    for directory in sorted({path.relative_to(ROOT).parts[0] for path in files() if path.parent != ROOT}):
        is_package = any((ROOT / directory).glob("*.py"))
        if is_package and directory not in {*APPS, *NOT_APPS}:
            yield f"{directory}/: not named in key2key/tests/house/rooms.py and .importlinter"


def contracts_name_every_app() -> Iterator[str]:
    """`.importlinter` lists the same apps, and one `doors` contract for each."""
    text = (ROOT / ".importlinter").read_text(encoding="utf-8")
    for app in APPS:
        if f"[importlinter:contract:doors-{app}]" not in text:
            yield f".importlinter: no contract doors-{app}"


def names_tell() -> Iterator[str]:
    """No `utils`, `helpers`, `misc`, `manager`: such a name says nothing of what is inside."""
    for path in files():
        relative = path.relative_to(ROOT)
        words = {part.partition(".")[0].strip("_").lower() for part in relative.parts}
        parts = {part for word in words for part in word.split("_")}
        if path.suffix in {".py", ".html"} and (words | parts) & REFUSED_NAMES:
            yield f"{relative.as_posix()}: names its content {sorted((words | parts) & REFUSED_NAMES)}"


def files_are_short() -> Iterator[str]:
    """No source file has more than 400 lines; one that grows becomes a package of the same name."""
    for path in files():
        relative = path.relative_to(ROOT).as_posix()
        exempt = "/migrations/" in relative or "/static/" in relative or relative.startswith("requirements/")
        if path.suffix in SOURCE_SUFFIXES and not exempt:
            lines = path.read_bytes().count(b"\n")
            if lines > LONGEST_FILE:
                yield f"{relative}: {lines} lines, more than {LONGEST_FILE}"


def no_machine_is_mentioned() -> Iterator[str]:
    """No file holds a path of somebody's machine."""
    for path in files():
        if (
            path.suffix in {".png", ".webp", ".jpg", ".mo", ".ico", ".woff2"}
            or path.stat().st_size > 1_000_000
        ):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if _MACHINE_PATH.search(line) and "_MACHINE_PATH" not in line:
                yield f"{path.relative_to(ROOT).as_posix()}:{number}: a path of one machine"


def names_of_tests_are_sentences() -> Iterator[str]:
    """`test_a_stranger_sees_no_draft`, not `test_draft`."""
    for source in sources():
        if not source.is_test:
            continue
        for function in source.tree.body:  # a method completes the sentence of its class
            if not isinstance(function, ast.FunctionDef):
                continue
            words = function.name.removeprefix("test_").split("_")
            if function.name.startswith("test_") and len(words) < FEWEST_WORDS:
                yield f"{source.name}:{function.lineno}: {function.name} is no sentence"


RULES = (
    top_level_apps_stand_on_a_floor,
    contracts_name_every_app,
    names_tell,
    files_are_short,
    no_machine_is_mentioned,
    names_of_tests_are_sentences,
)
