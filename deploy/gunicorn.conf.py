"""How gunicorn serves HTTP. How many processes: WEB_CONCURRENCY; anything else: GUNICORN_CMD_ARGS."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

bind = "0.0.0.0:8000"
worker_class = "gthread"
threads = 8  # DATABASE_POOL_SIZE must not be smaller
reuse_port = True  # without it one process takes most of the kept-alive connections
keepalive = 75  # longer than nginx keeps its end, so that nginx never meets a closed one
timeout = 30
graceful_timeout = 20
preload_app = False  # a connection pool must not be forked
control_socket_disable = True  # its place would be a home directory, which the image has not
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a heartbeat must not wait for a disk
accesslog = None  # the product writes a line for each request itself
errorlog = "-"

# Every process counts in files of this directory; /metrics sums them, whichever process answers. A reload
# (HUP) keeps it, so that the figures go on.
_figures = Path(tempfile.gettempdir()) / f"k2k-metrics-{os.getpid()}"
raw_env = [f"PROMETHEUS_MULTIPROC_DIR={_figures}"]


def on_starting(server: Any) -> None:
    """Begin with an empty directory of our own; fails when somebody else has put one there."""
    shutil.rmtree(_figures, ignore_errors=True)
    _figures.mkdir(mode=0o700)


def on_exit(server: Any) -> None:
    """Leave nothing behind."""
    shutil.rmtree(_figures, ignore_errors=True)
