"""`make bench`: the search page through the whole middleware, beside its own statement sent bare.

The figures are CPU milliseconds per request, split into ours and PostgreSQL's: on a shared machine they
are steadier than wall time, and only ratios inside one run are claimed. Raw figures go to `results/`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "key2key.settings")
os.environ.setdefault("K2K_DATA", str(ROOT / ".local" / "bench"))
os.environ.setdefault("LOG_LEVEL", "WARNING")


def main() -> None:
    """Prepare rows, measure in alternating rounds, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="search rows")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=100, help="requests per question and round")
    options = parser.parse_args()

    from key2key.start import servers

    servers()
    import django

    django.setup()
    from benchmarks import rows, search
    from key2key.common import clock

    rows.prepare(options.rows)
    figures = search.measure(rounds=options.rounds, requests=options.requests)
    search.show(figures)
    stamp = clock.now().strftime("%Y-%m-%dT%H%MZ")
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "rows": options.rows}
    kept = ROOT / "benchmarks" / "results" / f"search-{stamp}.json"
    kept.write_text(json.dumps({"machine": machine, "questions": figures}, indent=1) + "\n", encoding="utf-8")
    print(f"kept in {kept.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
