#!/usr/bin/env python
"""Django's command line. Commands that need the servers have them started first."""

import os
import sys

# These look at code only and start nothing.
WITHOUT_SERVERS = {
    "help",
    "version",
    "spectacular",
    "env_example",
    "makemigrations",
    "messages",
    "collectstatic",
}


def main() -> None:
    """Run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "key2key.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if not command.startswith("-"):
        command = command.replace("-", "_")  # `advance-clock` is typed as it is spoken of
        sys.argv[1:2] = [command]
    if command not in WITHOUT_SERVERS and "--help" not in sys.argv:
        from key2key.start import servers  # noqa: PLC0415

        servers()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
