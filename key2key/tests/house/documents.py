"""The parts of docs/ that are made from the code: settings, error codes, the life of a listing.

`python -m key2key.tests.house.documents --write` writes them between their markers; a test compares.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from key2key.settings.environment import Environment
from key2key.tests.house.sources import ROOT

COMMAND = "python -m key2key.tests.house.documents --write"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "key2key.settings")  # the words of the codes ask for it


def settings_table() -> Iterator[str]:
    """Every setting, its default, what it is for."""
    yield "| variable | default | what it is for |"
    yield "|---|---|---|"
    for name, field in Environment.model_fields.items():
        yield f"| `{name}` | {_default(field.default)} | {field.description} |"


def codes_table() -> Iterator[str]:
    """Every code of an answer, then those of single faults."""
    from key2key.common.api import codes

    for title, explained in (
        ("Of whole answers (`code`)", codes._ANSWERS),
        ("Of single faults (`errors[].code`), rules between fields", codes._FAULTS),
        ("Of single faults (`errors[].code`), the fields themselves", codes.FIELD_CODES),
    ):
        yield from ("", f"### {title}", "", "| code | meaning |", "|---|---|")
        yield from (f"| `{code}` | {sentence} |" for code, sentence in sorted(explained.items()))
    yield ""


def life_of_a_listing() -> Iterator[str]:
    """The steps as a state diagram; `remove`, which is nearly everywhere, in a sentence below it."""
    from listings.transitions import STEPS, Actor

    yield "```mermaid"
    yield "stateDiagram-v2"
    yield "    [*] --> draft"
    for name, step in STEPS.items():
        if name != "remove":
            action = name if step.actor == Actor.OWNER else f"{name} ({step.actor})"
            for source in sorted(step.sources):
                condition = ", once it was public" if source in step.returned else ""
                yield f"    {source} --> {step.target} : {action}{condition}"
    yield "    closed --> [*]"
    yield "    cancelled --> [*]"
    yield "    removed --> [*]"
    yield "```"
    kept = sorted({source for step in STEPS.values() for source in step.sources} - STEPS["remove"].sources)
    ends = sorted({step.target for step in STEPS.values()} - STEPS["remove"].sources)
    yield ""
    yield f"Staff may `remove` a listing in any state but {_named({*kept, *ends})}."


def _default(value: Any) -> str:
    plain = value.get_secret_value() if isinstance(value, SecretStr) else value
    if isinstance(plain, list):
        plain = ",".join(plain)
    if isinstance(plain, bool):
        plain = str(plain).lower()
    return f"`{plain}`" if str(plain) else ""


def _named(words: set[str]) -> str:
    return " and ".join(f"`{word}`" for word in sorted(words))


PARTS: Mapping[str, tuple[Path, Callable[[], Iterator[str]]]] = {
    "settings": (ROOT / "docs" / "settings.md", settings_table),
    "codes": (ROOT / "docs" / "codes.md", codes_table),
    "life": (ROOT / "docs" / "api.md", life_of_a_listing),
}


def renewed(name: str) -> str:
    """The document with the part as the code has it. Raises ValueError when its markers are missing."""
    path, made = PARTS[name]
    begin, end = f"<!-- {name}: made by `{COMMAND}` -->", f"<!-- /{name} -->"
    text = path.read_text(encoding="utf-8")
    part = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if len(part.findall(text)) != 1:
        raise ValueError(f"{path.name} has no place for {name}: {begin} … {end}")
    return part.sub(lambda _: "\n".join([begin, *made(), end]), text)


def main(arguments: list[str]) -> int:
    """Write the parts, or name those that are not what the code says."""
    stale = []
    for name, (path, _made) in PARTS.items():
        text = renewed(name)
        if text != path.read_text(encoding="utf-8"):
            stale.append(f"{path.relative_to(ROOT).as_posix()}: {name}")
            if "--write" in arguments:
                path.write_text(text, encoding="utf-8")
    sys.stdout.write("".join(f"{line}\n" for line in stale))
    return 1 if stale and "--write" not in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
