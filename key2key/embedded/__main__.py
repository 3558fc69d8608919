"""`python -m key2key.embedded guard|stop|erase [DATA]`: a guard is started by `ensure`, seldom by hand."""

import argparse
import logging
import os
import sys
from pathlib import Path

from .client import PROJECT, erase, stop
from .errors import DataHeld, EmbeddedError
from .guard import Guard
from .locks import LockFile


def main() -> int:
    """Do what the command line says; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m key2key.embedded", description=__doc__)
    parser.add_argument("task", choices=["guard", "stop", "erase"])
    parser.add_argument("data", nargs="?", type=Path, default=os.environ.get("K2K_DATA") or ".local")
    parser.add_argument("--servers", default="postgres,valkey", help="which of them the guard runs")
    parser.add_argument("--volatile", action="store_true", help="faster, for data that is thrown away")
    parser.add_argument("--lock-fd", type=int, help="the guard's lock, taken by its starter")
    asked = parser.parse_args()
    data = (PROJECT / asked.data).resolve()
    if asked.task == "stop":
        stop(data)
        return 0
    if asked.task == "erase":
        erase(data)
        return 0
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    lock = LockFile(data / "locks" / "guard", inherited_fd=asked.lock_fd)
    if asked.lock_fd is None and not lock.take():
        raise DataHeld(f"{data} has a guard already.")
    return Guard(data, lock=lock, names=asked.servers.split(","), durable=not asked.volatile).run()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except EmbeddedError as error:
        sys.exit(str(error))
