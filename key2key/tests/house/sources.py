"""The source as the rules read it: files, their places, their syntax trees."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from key2key.tests.house.rooms import APPS

ROOT = Path(__file__).resolve().parents[3]
SKIPPED = frozenset({".git", ".venv", ".local", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"})


@dataclass(frozen=True)
class Source:
    """One Python file. `app` is its app's name or "", `room` the module right below the app."""

    path: Path
    app: str
    room: str

    @property
    def name(self) -> str:
        """The path from the root of the repository."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def tree(self) -> ast.Module:
        """What the file says."""
        return _parsed(self.path)

    @property
    def is_test(self) -> bool:
        """Whether the file never runs in production."""
        return "tests" in self.path.parts or self.path.name == "conftest.py"


@cache
def files() -> tuple[Path, ...]:
    """Every file of the repository that is, or would be, committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode().split("\0") if name]
        return tuple(sorted(ROOT / name for name in names if (ROOT / name).is_file()))
    return tuple(sorted(path for path in ROOT.rglob("*") if path.is_file() and not SKIPPED & set(path.parts)))


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file but the migrations."""
    python = (path for path in files() if path.suffix == ".py" and "migrations" not in path.parts)
    return tuple(_placed(path) for path in python)


def of_room(*rooms: str) -> Iterator[Source]:
    """The files of these rooms, in every app and in the floor."""
    return (source for source in sources() if source.room in rooms and not source.is_test)


def production() -> Iterator[Source]:
    """The files that run in production."""
    return (source for source in sources() if not source.is_test)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions and methods, wherever they are."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    """The statements of a function without its docstring."""
    has_docstring = ast.get_docstring(function, clean=False) is not None
    return function.body[1:] if has_docstring else function.body


def called(node: ast.AST) -> str:
    """The dotted name of what a call or decorator names; "" when it is something else."""
    if isinstance(node, ast.Call):
        return called(node.func)
    if isinstance(node, ast.Attribute):
        inner = called(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return node.id if isinstance(node, ast.Name) else ""


def imported_names(tree: ast.Module) -> dict[str, str]:
    """What each imported name of a file stands for, as a dotted path."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update({alias.asname or alias.name.partition(".")[0]: alias.name for alias in node.names})
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return names


def full_name(node: ast.AST, names: dict[str, str]) -> str:
    """The dotted path of what a call names, with its first word resolved through the imports."""
    first, _, rest = called(node).partition(".")
    return f"{names.get(first, first)}.{rest}" if rest else names.get(first, first)


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _placed(path: Path) -> Source:
    parts = path.relative_to(ROOT).parts
    if parts[:2] == ("key2key", "common"):
        return Source(path, "key2key.common", _stem(parts[2:]))
    if parts[0] in APPS:
        return Source(path, parts[0], _stem(parts[1:]))
    return Source(path, "", "")


def _stem(rest: tuple[str, ...]) -> str:
    return rest[0].removesuffix(".py") if rest else ""
