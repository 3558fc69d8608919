"""The violations that key2key/tests/planted_violations.py plants, one line for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

FUTURE = "from __future__ import annotations\n"


@dataclass(frozen=True)
class Violation:
    """What is planted where, which check must find it, and a word of its finding besides the file."""

    name: str
    check: str
    file: str
    plant: Callable[[str], str]
    says: str = ""
    names: str = ""  # how the finding calls the file, where not by its path


def adding(text: str) -> Callable[[str], str]:
    return lambda before: f"{before}\n{text}\n" if before else f'"""Planted."""\n\n{FUTURE}\n{text}\n'


def changing(old: str, new: str) -> Callable[[str], str]:
    def change(before: str) -> str:
        assert old in before, f"{old!r} is not there any more"
        return before.replace(old, new, 1)

    return change


LONG_FUNCTION = "def planted(*, number: int) -> int:\n" + "".join(
    f"    if number == {case}:\n        return {case + 1}\n" for case in range(9)
)

# fmt: off
VIOLATIONS = [
    # Floors
    Violation("a lower app imports an upper one", "contracts", "accounts/planted.py", adding("import listings.services"), "Floors", "accounts.planted"),
    Violation("the floor imports an app", "contracts", "key2key/common/planted.py", adding("import accounts.models"), "Floors", "common.planted"),
    Violation("two apps of one floor know each other", "contracts", "uploads/planted.py", adding("import notifications.services"), "Floors", "uploads.planted"),
    Violation("an app reaches up to the roof", "contracts", "uploads/planted.py", adding("import key2key.urls"), "Floors", "uploads.planted"),
    Violation("an app that stands on no floor", "house", "estates/__init__.py", adding("FLOOR = None"), "top_level_apps", "estates/"),
    # Doors and rooms
    Violation("a view imports models", "contracts", "uploads/views.py", adding("import uploads.models"), "No door but the admin", "uploads.views"),
    Violation("a task imports models", "contracts", "uploads/tasks.py", adding("import uploads.models"), "No door but the admin", "uploads.tasks"),
    Violation("a view imports another app's view", "contracts", "listings/planted.py", adding("import accounts.views"), "Doors of accounts", "listings.planted"),
    Violation("a service imports its own view", "contracts", "uploads/services.py", adding("import uploads.views"), "Rooms", "uploads.services"),
    Violation("a model imports a service", "contracts", "uploads/models.py", adding("import uploads.services"), "Rooms", "uploads.models"),
    Violation("a leaf climbs to the services", "contracts", "accounts/planted.py", adding("import accounts.services"), "Leaves", "accounts.planted"),
    Violation("a gateway imports a model", "contracts", "payments/gateways/planted.py", adding("import accounts.models"), "Gateways", "payments.gateways.planted"),
    Violation("a channel imports another channel", "contracts", "notifications/channels/planted.py", adding("import notifications.channels.email"), "No gateway knows another", "notifications.channels.planted"),
    Violation("a cycle inside a split services", "contracts", "listings/services/planted.py", adding("import listings.services.planted_too"), "No knot", "listings.services"),
    Violation("a service imports the HTTP framework", "contracts", "uploads/services.py", adding("import rest_framework.response"), "no HTTP framework", "uploads.services"),
    Violation("a service imports our own API layer", "contracts", "uploads/services.py", adding("import key2key.common.api.views"), "no HTTP framework", "uploads.services"),
    Violation("a vendor's SDK in a service", "contracts", "uploads/services.py", adding("import boto3"), "SDKs", "uploads.services"),
    Violation("production imports tests", "contracts", "accounts/planted.py", adding("import accounts.tests"), "imports no tests", "accounts.planted"),
    Violation("a leaf speaks django.http", "ruff", "accounts/planted.py", adding("from django.http import HttpRequest\n\nASKED = HttpRequest"), "banned-api"),
    Violation("a view that queries", "house", "uploads/views.py", adding("def planted(rows):\n    return rows.filter(pk=1)"), "views_only_pass_on"),
    Violation("a receiver that locks", "house", "listings/receivers.py", adding('from accounts.events import UserRegistered\nfrom key2key.common.events import on\nfrom listings import selectors\n\n\n@on(UserRegistered)\ndef planted(event: UserRegistered) -> None:\n    selectors.planted().select_for_update().get()'), "receivers_call_one_service"),
    Violation("a task with a rule in it", "house", "uploads/tasks.py", adding('@shared_task(name="uploads.tasks.planted")\ndef planted() -> None:\n    one = 1\n    two = one + 1\n    three = two + 1\n    services.planted(three)'), "tasks_are_three_lines"),
    Violation("a task that is woken but not there", "house", "uploads/services.py", adding('background.wake("uploads.tasks.nowhere")'), "woken_tasks_exist"),
    Violation("a model that overrides save", "house", "uploads/models.py", adding("class Planted:\n    def save(self) -> None:\n        self.saved = True"), "rows_do_not_act"),
    Violation("an event in the present tense", "house", "uploads/events.py", adding("@dataclass(frozen=True)\nclass SendUpload:\n    pass"), "past tense"),
    Violation("a service with positional arguments", "house", "uploads/services.py", adding("def planted(upload, by) -> None:\n    pass"), "services_take_keywords"),
    # Names, sizes, style
    Violation("a file called helpers", "house", "accounts/helpers.py", adding("HELP = 1"), "names_tell"),
    Violation("a file of 401 lines", "house", "accounts/planted.py", adding("ROW = 1\n" * 396), "files_are_short"),
    Violation("a path of one machine", "house", "accounts/planted.py", adding('WHERE = "/home" "/somebody"'.replace('" "', "")), "no_machine_is_mentioned"),
    Violation("an undocumented error code", "house", "accounts/planted.py", adding('from key2key.common.errors import Conflict\n\n\ndef planted() -> None:\n    """Refuse."""\n    raise Conflict("never_heard_of")'), "never_heard_of"),
    Violation("a test that patches our own code", "house", "uploads/tests/test_planted.py", adding("from unittest.mock import patch\n\nPLANTED = patch"), "own_code_is_never_patched"),
    Violation("the time read past the clock", "ruff", "accounts/planted.py", adding("from datetime import UTC, datetime\n\nSINCE = datetime.now(UTC)"), "banned-api"),
    Violation("a print", "ruff", "accounts/planted.py", adding('print("here")'), "print:"),
    Violation("the environment read in an app", "ruff", "accounts/planted.py", adding('import os\n\nHOST = os.environ["HOST"]'), "banned-api"),
    Violation("a function that is too complex", "ruff", "accounts/planted.py", adding(LONG_FUNCTION), "complex-structure"),
    Violation("an exception that is swallowed", "ruff", "accounts/planted.py", adding("def planted() -> None:\n    try:\n        planted()\n    except Exception:\n        pass"), "blind-except"),
    Violation("a service without a return type", "types", "uploads/services.py", adding("def planted(*, number: int):\n    return number"), "no-untyped-def"),
    Violation("an import that no requirement brings", "requirements", "accounts/planted.py", adding("import pandas"), "pandas"),
    # Rows and the contract
    Violation("a relation that shows on the other app's model", "rows", "uploads/models.py", changing('related_name="+"', 'related_name="planted"'), "test_relations_that_leave", "uploads."),
    Violation("a table that may be changed though it is a log", "rows", "key2key/common/models.py", changing("class AuditEntry(AppendOnly)", "class AuditEntry(models.Model)"), "append_only", "common_auditentry"),
    Violation("a call without a row in WHO_MAY", "contract", "uploads/permissions.py", changing('    ("POST", "/api/v1/uploads"): Who.USER,\n', ""), "without a row in WHO_MAY", "/api/v1/uploads"),
    Violation("an operation without an id", "contract", "uploads/views.py", changing('operation_id="getUpload"', 'operation_id="get_upload"'), "get_upload", "get_upload"),
    Violation("a setting without its line in .env.example", "contract", "key2key/settings/environment.py", changing('    SMS_CHANNEL: Literal', '    PLANTED: str = Field("", description="Planted.")\n    SMS_CHANNEL: Literal'), "PLANTED", ".env.example"),
    Violation("a missing migration", "migrations", "uploads/models.py", changing("    class Meta", "    planted = models.BooleanField(default=False)\n\n    class Meta"), "planted", "uploads"),
    Violation("a sentence without Amharic", "catalogue", "accounts/planted.py", adding('from django.utils.translation import gettext_lazy as _\n\nPLANTED = _("Nobody has translated this.")'), "Nobody has translated this."),
    Violation(
        "an UPDATE on an append-only table as the product", "planted test", "key2key/tests/test_planted.py",
        adding("import pytest\n\nfrom key2key.common.models import AuditEntry\n\n\n@pytest.mark.django_db\ndef test_history_is_rewritten() -> None:\n    AuditEntry.objects.update(reason='')"),
        "permission denied",
    ),
]
# fmt: on
