"""`python -m key2key.tests.house`: every rule that needs the source alone; `make lint` runs it."""

from __future__ import annotations

import sys

from key2key.tests.house import RULES


def main() -> int:
    """Print every offence; 1 when there is one."""
    offences = [f"{offence}  ({rule.__name__})" for rule in RULES for offence in rule()]
    print("\n".join(offences) or f"{len(RULES)} rules of the house hold")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
