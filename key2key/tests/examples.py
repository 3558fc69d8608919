"""Real objects for the paths of the API, and requests that leave nothing behind.

Every app tells its objects in its `tests/examples.py`:

    EXAMPLES: path, or "METHOD path", or a beginning of the path -> callable(owner) -> id, or
              {parameter: id} where a path has several; the object is the owner's
    BODIES:   "METHOD path" -> a body that is valid, or callable(owner) -> such a body; {} where absent
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from key2key.tests.house.rooms import APPS

_PARAMETER = re.compile(r"\{(\w+)\}")


class NoExample(LookupError):
    """No app has an object for the path."""


def parameters_of(method: str, path: str, owner: Any) -> dict[str, str]:
    """An object of the owner for each parameter of the path. Raises NoExample."""
    names = _PARAMETER.findall(path)
    if not names:
        return {}
    known = _told("EXAMPLES")
    fitting = [key for key in known if key == f"{method} {path}" or path.startswith(key)]
    if not fitting:
        raise NoExample(f"no tests/examples.py has an object for {method} {path}")
    given = known[max(fitting, key=len)](owner)
    values = given if isinstance(given, Mapping) else {names[0]: given}
    return {name: str(values[name]) for name in names}


def address_of(method: str, path: str, owner: Any) -> str:
    """The path with real objects in it."""
    values = parameters_of(method, path, owner)
    return _PARAMETER.sub(lambda found: values[found[1]], path)


def body_of(method: str, path: str, owner: Any) -> Any:
    """A valid body for the call; None for one that has none."""
    if method == "GET":
        return None
    body = _told("BODIES").get(f"{method} {path}", {})
    return body(owner) if callable(body) else body


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside never happened. A bare savepoint, so that durable blocks inside are allowed."""
    before = transaction.savepoint()
    try:
        yield
    finally:
        transaction.set_rollback(False)  # of an atomic block inside, which the savepoint takes back too
        transaction.savepoint_rollback(before)


def _told(name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for app in APPS:
        if importlib.util.find_spec(f"{app}.tests.examples"):
            found |= getattr(importlib.import_module(f"{app}.tests.examples"), name, {})
    return found
