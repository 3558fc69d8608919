"""Every stable code that the source raises is explained in `CODES`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from key2key.tests.house.sources import Source, called, functions, production

REFUSALS = {
    "NotFound": 0,
    "NotAllowed": 0,
    "Conflict": 0,
    "InvalidInput": 0,
    "Unavailable": 0,
    "DomainError": 0,
    "Fault": 1,
}
CARRIERS = frozenset({"problem_response", "ErrorDetail", "ValidationError"})


def codes_are_explained() -> Iterator[str]:
    """A code that a client may meet has its sentence in key2key/common/api/codes.py."""
    explained = _explained()
    for place, code in raised():
        if code not in explained:
            yield f"{place}: the code {code!r} is not in key2key/common/api/codes.py"


def explanations_are_used() -> Iterator[str]:
    """No sentence in `CODES` outlives its code; those of the fields belong to Django and DRF."""
    words = {
        node.value
        for source in production()
        if not source.name.endswith("api/codes.py")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for code in sorted(_explained(only=("_ANSWERS", "_FAULTS")) - words):
        yield f"key2key/common/api/codes.py: nothing raises {code!r}"


def raised() -> Iterator[tuple[str, str]]:
    """Where, and which code."""
    refusals = dict(REFUSALS)
    for source in production():  # refusals with a code of their own: subclasses
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef) and {
                called(base).rpartition(".")[2] for base in node.bases
            } & set(REFUSALS):
                refusals[node.name] = 0
                yield from _fixed(source, node)
    for source in production():
        known = refusals | dict.fromkeys(_passing_on(source, refusals), 0)
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call):
                yield from _spoken(source, node, known)


def _spoken(source: Source, call: ast.Call, refusals: dict[str, int]) -> Iterator[tuple[str, str]]:
    name = called(call).rpartition(".")[2]
    if name in refusals and len(call.args) > refusals[name]:
        yield from _text(source, call.args[refusals[name]])
    elif name in refusals or name in CARRIERS:
        for word in call.keywords:
            if word.arg == "code":
                yield from _text(source, word.value)


def _passing_on(source: Source, refusals: dict[str, int]) -> Iterator[str]:
    """Functions of the file that make a refusal with the code that they are given first."""
    for function in functions(source.tree):
        first = function.args.args[0].arg if function.args.args else ""
        calls = (node for node in ast.walk(function) if isinstance(node, ast.Call) and node.args)
        if any(
            called(call).rpartition(".")[2] in refusals and called(call.args[0]) == first for call in calls
        ):
            yield function.name


def _fixed(source: Source, refusal: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for node in ast.walk(refusal):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "__init__"
            and node.args
        ):
            yield from _text(source, node.args[0])


def _text(source: Source, node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.IfExp):
        yield from _text(source, node.body)
        yield from _text(source, node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield f"{source.name}:{node.lineno}", node.value


def _explained(only: tuple[str, ...] = ()) -> set[str]:
    source = next(one for one in production() if one.name == "key2key/common/api/codes.py")
    return {
        key.value
        for node in source.tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
        if not only or called(node.targets[0]) in only
        for key in node.value.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


RULES = (codes_are_explained, explanations_are_used)
