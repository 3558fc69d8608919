"""What the doors, the rules and the rows may contain."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from key2key.tests.house.rooms import FLOOR
from key2key.tests.house.sources import (
    Source,
    body,
    called,
    full_name,
    functions,
    imported_names,
    of_room,
    production,
)

QUERIES = frozenset(
    {"objects", "all", "filter", "exclude", "annotate", "aggregate", "select_related", "prefetch_related",
     "select_for_update"}
)  # fmt: skip
WRITES = frozenset({"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create"})
TASK_STATEMENTS = 3
PAST = frozenset(
    {"Begun", "Bought", "Found", "Gone", "Held", "Left", "Lost", "Made", "Met", "Paid", "Read", "Seen",
     "Sent", "Sold", "Taken", "Withdrawn", "Won", "Written"}
)  # fmt: skip


def views_only_pass_on() -> Iterator[str]:
    """A view or consumer has no query, no `try`, no refusal of its own, and calls one rule.

    `views/pages.py`, the few HTML forms, may catch refusals: no exception handler answers for them.
    """
    for source in of_room("views", "consumers"):
        if source.app == FLOOR or source.path.name == "pages.py":
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and node.attr in QUERIES | WRITES:
                yield f"{source.name}:{node.lineno}: `.{node.attr}` belongs into selectors or services"
            elif isinstance(node, ast.Try | ast.Raise) and "Http404" not in ast.dump(node):
                yield f"{source.name}:{node.lineno}: a {type(node).__name__.lower()} belongs there"
        yield from _more_than_one_rule(source)


def tasks_are_three_lines() -> Iterator[str]:
    """A task has its full name, at most three statements, and calls one service."""
    for source in of_room("tasks"):
        for function in functions(source.tree):
            where = f"{source.name}:{function.lineno}: {function.name}"
            tasks = [node for node in function.decorator_list if called(node).endswith("shared_task")]
            if not tasks:
                yield f"{where} is not a task; rules live in services"
                continue
            if _given_name(tasks[0]) != f"{source.app}.tasks.{function.name}":
                yield f"{where}: give it the name {source.app}.tasks.{function.name}, by which it is woken"
            if len(body(function)) > TASK_STATEMENTS:
                yield f"{where} has more than {TASK_STATEMENTS} statements"
            if source.app != FLOOR and _service_calls(source, function) != 1:
                yield f"{where} calls {_service_calls(source, function)} services, not one"


def receivers_call_one_service() -> Iterator[str]:
    """A handler hears one event and makes one service call: no row, no lock, no I/O, no condition."""
    for source in of_room("receivers"):
        for node in source.tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom) or _is_docstring(node):
                continue
            where = f"{source.name}:{node.lineno}"
            if not isinstance(node, ast.FunctionDef):
                yield f"{where}: only handlers live here"
            elif not any(
                full_name(mark, imported_names(source.tree)).endswith("events.on")
                for mark in node.decorator_list
            ):
                yield f"{where}: {node.name} hears no event (@on)"
            elif not _is_one_service_call(source, node):
                yield f"{where}: {node.name} must be one service call"


def only_their_doors_hear() -> Iterator[str]:
    """Tasks are declared in `tasks.py`, handlers in `receivers.py`."""
    for source in production():
        for function in functions(source.tree):
            names = {full_name(mark, imported_names(source.tree)) for mark in function.decorator_list}
            if source.room != "receivers" and any(name.endswith("common.events.on") for name in names):
                yield f"{source.name}:{function.lineno}: {function.name} hears an event outside receivers.py"
            if source.room != "tasks" and any(name.endswith("shared_task") for name in names):
                yield f"{source.name}:{function.lineno}: {function.name} is a task outside tasks.py"


def woken_tasks_exist() -> Iterator[str]:
    """Every `background.wake("app.tasks.name")` names a task that is there."""
    tasks = {
        f"{source.app}.tasks.{function.name}"
        for source in of_room("tasks")
        for function in functions(source.tree)
    }
    for source in production():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and called(node).rpartition(".")[2] == "wake" and node.args:
                name = node.args[0]
                if isinstance(name, ast.Constant) and name.value not in tasks:
                    yield f"{source.name}:{node.lineno}: there is no task {name.value}"


def services_take_keywords() -> Iterator[str]:
    """Public functions of services take at most one argument by position."""
    for source in of_room("services"):
        for node in source.tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                positional = node.args.posonlyargs + node.args.args
                if len(positional) > 1:
                    yield f"{source.name}:{node.lineno}: {node.name} takes {len(positional)} by position"


def events_are_facts() -> Iterator[str]:
    """An event is a frozen dataclass in the past tense, and nothing else lives in `events.py`."""
    for source in of_room("events"):
        if source.app == FLOOR:
            continue
        for node in source.tree.body:
            where = f"{source.name}:{node.lineno}"
            if isinstance(node, ast.ClassDef):
                if not any(_is_frozen(mark) for mark in node.decorator_list):
                    yield f"{where}: {node.name} is no frozen dataclass"
                if not _is_past(node.name):
                    yield f"{where}: {node.name} is not in the past tense"
            elif not (isinstance(node, ast.Import | ast.ImportFrom) or _is_docstring(node)):
                yield f"{where}: only events live here"


def rows_do_not_act() -> Iterator[str]:
    """No model overrides `save` or `delete`: a rule hidden there runs for some writers only."""
    for source in of_room("models"):
        for function in functions(source.tree):
            if function.name in {"save", "delete", "full_clean", "refresh_from_db"}:
                yield f"{source.name}:{function.lineno}: {function.name} is overridden; a rule is a service"


def _more_than_one_rule(source: Source) -> Iterator[str]:
    for function in functions(source.tree):
        if _on_one_path(source, body(function)) > 1:
            yield f"{source.name}:{function.lineno}: {function.name} calls more than one service"


def _on_one_path(source: Source, statements: list[ast.stmt]) -> int:
    """The most services that are called from here to a return."""
    for position, statement in enumerate(statements):
        if isinstance(statement, ast.If):
            before = sum(_service_calls(source, one) for one in statements[:position])
            rest = statements[position + 1 :]
            ways = ((way if _returns(way) else [*way, *rest]) for way in (statement.body, statement.orelse))
            return (
                before
                + _service_calls(source, statement.test)
                + max(_on_one_path(source, way) for way in ways)
            )
    return sum(_service_calls(source, statement) for statement in statements)


def _returns(statements: list[ast.stmt]) -> bool:
    return bool(statements) and isinstance(statements[-1], ast.Return | ast.Raise)


def _service_calls(source: Source, node: ast.AST) -> int:
    """How many rules are called; a dataclass of services (`services.PhotoChange(...)`) is none."""
    names = imported_names(source.tree)
    calls = [full_name(inner, names) for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    return sum(1 for name in calls if ".services." in f".{name}." and name.rpartition(".")[2][0].islower())


def _is_one_service_call(source: Source, function: ast.FunctionDef) -> bool:
    statements = body(function)
    if (
        len(statements) != 1
        or not isinstance(statements[0], ast.Expr)
        or not isinstance(statements[0].value, ast.Call)
    ):
        return False
    return _service_calls(source, function) == 1


def _given_name(task: ast.AST) -> object:
    if not isinstance(task, ast.Call):
        return None
    return next(
        (
            word.value.value
            for word in task.keywords
            if word.arg == "name" and isinstance(word.value, ast.Constant)
        ),
        None,
    )


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _is_frozen(mark: ast.AST) -> bool:
    return (
        isinstance(mark, ast.Call)
        and called(mark).endswith("dataclass")
        and any(word.arg == "frozen" and getattr(word.value, "value", False) for word in mark.keywords)
    )


def _is_past(name: str) -> bool:
    words = re.findall(r"[A-Z][a-z]+", name)
    return any(word in PAST or word.endswith("ed") for word in words[1:])


RULES = (
    views_only_pass_on,
    tasks_are_three_lines,
    receivers_call_one_service,
    only_their_doors_hear,
    woken_tasks_exist,
    services_take_keywords,
    events_are_facts,
    rows_do_not_act,
)
