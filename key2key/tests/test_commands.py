"""Commands that operators type."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from key2key.settings.environment import environment


@pytest.mark.skipif(bool(environment.DATABASE_URL), reason="a server of your own has a client of your own")
def test_the_prompt_is_the_client_that_came_with_the_server(capfd, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    call_command("dbshell", "--", "--version")
    assert capfd.readouterr().out.startswith("psql (PostgreSQL) 18.")
