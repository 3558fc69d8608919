"""The Amharic catalogue: extracted from the source, compiled, compared (decision 35).

Django and DRF ship no Amharic, so what they say through our doors is extracted from them too.
"""

from __future__ import annotations

import importlib.util
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from key2key.tests.house.sources import ROOT, files

LANGUAGE = "am"
PO = ROOT / "key2key" / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
# Whose words reach people: what checks the input of the API and of forms, and the pages of the staff admin.
# Of templates with one name the first counts, as it does when Django looks for them.
THEIRS = (
    "rest_framework/exceptions.py",
    "rest_framework/fields.py",
    "rest_framework/relations.py",
    "rest_framework/serializers.py",
    "rest_framework/validators.py",
    "django_filters/fields.py",
    "phonenumber_field/serializerfields.py",
    "phonenumber_field/validators.py",
    "django/contrib/auth/apps.py",
    "django/contrib/auth/forms.py",
    "django/contrib/auth/models.py",
    "django/contrib/auth/password_validation.py",
    "django/contrib/contenttypes/apps.py",
    "django/core/paginator.py",
    "django/core/validators.py",
    "django/db/models/base.py",
    "django/db/models/constraints.py",
    "django/db/models/fields/__init__.py",
    "django/forms/*.py",
    "django/utils/dateformat.py",
    "django/utils/dates.py",
    "django/utils/ipv6.py",
    "django/utils/text.py",
    "django/utils/timesince.py",
    "constance/admin.py",
    "constance/apps.py",
    "constance/forms.py",
    "constance/models.py",
    "unfold/*.py",
    "unfold/contrib/constance/templates/**/*.html",
    "unfold/contrib/forms/templates/unfold/forms/array.html",
    "unfold/templates/admin/**/*.html",
    "unfold/templates/registration/**/*.html",
    "unfold/templates/unfold/**/*.html",
    "django/contrib/admin/*.py",
    "django/contrib/admin/templatetags/*.py",
    "django/contrib/admin/views/*.py",
    "django/contrib/admin/templates/admin/**/*.html",
)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# Babel takes the keys in `_(message["added"]["name"])` of the admin's log for words.
NOT_SAID = {"addedname", "changedname", "deletedname"}
_PLURALS = "nplurals=2; plural=(n > 1);"  # as CLDR has it: nought and one are singular; Babel does not know
_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdr]|\{[\w:]*\}")
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # dates in the header would make every extraction a change


def extracted() -> Catalog:
    """Every message of the source, in the order of the alphabet."""
    catalogue = _empty()
    for name, text in _texts():
        found = extract.extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS)
        for _, message, comments, context in found:
            if message not in NOT_SAID:
                catalogue.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalogue


def present() -> Catalog:
    """The catalogue as it is written in the repository; empty when there is none."""
    if not PO.exists():
        return _empty()
    with PO.open("rb") as file:
        return read_po(file, locale=LANGUAGE, domain="django")


def faults() -> Iterator[str]:
    """What is not translated, what is no longer said, what lost a placeholder, and a stale .mo."""
    name, written, wanted = PO.relative_to(ROOT).as_posix(), present(), extracted()
    for message in wanted:
        if message.id:
            yield from _faults_of(name, message, written.get(message.id, message.context))
    known = {(message.id, message.context) for message in wanted}
    for message in written:
        if message.id and (message.id, message.context) not in known:
            yield f"{name}: nobody says {message.id!r} any more"
    if not MO.exists() or MO.read_bytes() != _compiled(written):
        yield f"{MO.relative_to(ROOT).as_posix()}: not compiled from {PO.name}"


def renew() -> None:
    """Write the catalogue anew: what is said, with the translations there are; and compile it."""
    old, new = present(), extracted()
    for message in new:
        before = old.get(message.id, message.context) if message.id else None
        if before is not None:
            message.string = before.string
    new.creation_date = new.revision_date = _NEVER
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, new, width=110, sort_output=True, include_lineno=False)
    MO.write_bytes(_compiled(present()))


def main(arguments: list[str]) -> int:
    """Renew, or with --check only tell; the number of messages without a translation on the last line."""
    if "--check" not in arguments:
        renew()
    found = list(faults())
    print("\n".join(found) or "The Amharic catalogue is complete.")
    return 1 if found else 0


def _faults_of(name: str, message: Message, written: Message | None) -> Iterator[str]:
    place = ", ".join(sorted({place for place, _ in message.locations}))
    strings = written.string if written is not None else ""
    for string in (strings,) if isinstance(strings, str) else strings:
        if not string:
            yield f"{name}: no Amharic for {message.id!r} ({place})"
        elif not _keeps_placeholders(message, string):
            yield f"{name}: other placeholders than {message.id!r} ({place})"


def _keeps_placeholders(message: Message, string: str) -> bool:
    """None of its own, and all that both the singular and the plural have."""
    ids = (message.id,) if isinstance(message.id, str) else message.id
    theirs = [set(_PLACEHOLDER.findall(text)) for text in ids]
    return set.intersection(*theirs) <= set(_PLACEHOLDER.findall(string)) <= set.union(*theirs)


def _empty() -> Catalog:
    catalogue = Catalog(
        locale=LANGUAGE,
        domain="django",
        header_comment="# What Key2Key says, in Amharic. Extracted and compiled by `make messages`.",
        project="Key2Key",
        version="1",
        msgid_bugs_address="Key2Key",
        last_translator="Key2Key",
        language_team="Amharic",
        fuzzy=False,
    )
    catalogue.mime_headers = [("Plural-Forms", _PLURALS)]
    return catalogue


def _compiled(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def _texts() -> Iterator[tuple[str, str]]:
    for path in files():
        relative = path.relative_to(ROOT)
        if not {"tests", "migrations", "static"} & set(relative.parts):
            yield from _text(path, relative.as_posix())
    yield from _their_texts()


def _their_texts() -> Iterator[tuple[str, str]]:
    seen = {name for path in files() if (name := _template_name(path))}
    for pattern in THEIRS:
        package, _, inside = pattern.partition("/")
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            continue
        root = Path(spec.origin).parent
        found = [path for path in sorted(root.glob(inside)) if _template_name(path) not in seen]
        seen |= {name for path in found if (name := _template_name(path))}
        for path in found:
            yield from _text(path, path.relative_to(root.parent).as_posix())


def _text(path: Path, name: str) -> Iterator[tuple[str, str]]:
    if path.suffix == ".py":
        yield name, path.read_text(encoding="utf-8")
    elif path.suffix in {".html", ".txt"} and _template_name(path):
        source = templatize(path.read_text(encoding="utf-8"), origin=name)
        yield name, "\n".join(line.strip() for line in source.splitlines())


def _template_name(path: Path) -> str:
    """How Django calls the template; empty for other files."""
    return path.as_posix().partition("/templates/")[2]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
