"""`python -m key2key.management.attached FD MODULE ...`: run a module that dies with its starter.

FD is the reading end of a pipe whose other end only the starter has. Linux could tell us of its death by
a signal, macOS could not; the end of a pipe both can see.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

PATIENCE_SECONDS = 20.0


def main() -> None:
    """Become the module, watched."""
    lifeline, module, *words = sys.argv[1:]
    threading.Thread(target=_watch, args=(int(lifeline),), name="lifeline", daemon=True).start()
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _watch(lifeline: int) -> None:
    os.read(lifeline, 1)  # nothing is ever written: this returns when the starter is dead
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE_SECONDS)
    os.killpg(os.getpgid(0), signal.SIGKILL)


if __name__ == "__main__":
    main()
