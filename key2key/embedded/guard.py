"""The process that owns both servers of a data root and stops them when nobody uses them."""

import logging
import os
import select
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from .errors import EmbeddedError
from .layout import Layout, socket_directory
from .locks import LockFile, this_process
from .postgres import Postgres
from .server import Server
from .valkey import Valkey

START_SECONDS = 300.0  # recovery after a crash may take minutes on a slow disk
TICK_SECONDS = 0.5
LINGER_SECONDS = 1.5  # commands in a row do not restart the servers between them

log = logging.getLogger("guard")


class Guard:
    """One life: start, watch, stop. It holds `lock` from before its birth until its end.

    The lock's text is what clients read: who guards, then what is ready, or in the end what went wrong.
    """

    def __init__(self, data: Path, *, lock: LockFile, names: Sequence[str], durable: bool) -> None:
        self.data = data
        self.lock = lock
        self.names = names
        self.durable = durable
        self.servers: list[Server] = []
        self.told_to_stop = False
        self.ears = self._listen()

    def run(self) -> int:
        """Return the exit status: 1 when the lock's text says what went wrong."""
        failure: dict[str, str] = {}
        try:
            self._start()
            self._watch()
        except (EmbeddedError, OSError) as error:
            failure = {"error": str(error)}
            log.error("%s", error)
        finally:
            for server in reversed(self.servers):
                server.stop()
        if self.servers:
            with suppress(OSError):
                socket_directory(self.data).rmdir()
        if not self.durable and not self.data.exists():  # thrown away, but the rows may have been elsewhere
            Layout.of(self.data).remove_rows()
        self.lock.write(**failure)
        log.info("stopped")
        return 1 if failure else 0

    def _start(self) -> None:
        self.lock.write(**this_process())
        layout = Layout.of(self.data)
        layout.prepare()
        both: list[Server] = [Postgres(layout, durable=self.durable), Valkey(layout, durable=self.durable)]
        for server in both:
            server.end_earlier()
        layout.clear_sockets()
        self.servers = [server for server in both if server.name in self.names]
        for server in self.servers:
            server.start()
        for server in self.servers:
            self._wait_for(server)
        if not self.told_to_stop:
            self.lock.write(**this_process(), ready=list(self.names), durable=self.durable)
            log.info("ready at %s, data in %s", layout.sockets, layout.home)

    def _wait_for(self, server: Server) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not server.answers():
            if self.told_to_stop:
                return
            if server.has_ended:
                raise EmbeddedError(f"{server.title} did not start: {server.complaint()}")
            if time.monotonic() > deadline:
                raise EmbeddedError(f"{server.title} does not answer (see {server.log}).")
            self._pause(0.02)
        server.prepare()

    def _watch(self) -> None:
        """Return when told to stop, or when nobody has held a lease for a while.

        The exclusive lease is then kept to the end: a newcomer waits for our exit and joins no stop.
        """
        lease = LockFile(self.data / "locks" / "lease")
        last_used = time.monotonic()
        while not self.told_to_stop:
            self._pause(TICK_SECONDS)
            for server in self.servers:
                if server.has_ended:
                    raise EmbeddedError(f"{server.title} ended unexpectedly: {server.complaint()}")
            if not self.lock.exists():
                raise EmbeddedError(f"{self.data} was removed.")
            if not lease.take():
                last_used = time.monotonic()
            elif time.monotonic() - last_used > LINGER_SECONDS:
                return
            else:
                lease.give_back()

    def _listen(self) -> list[int]:
        """Let a signal, a server's end and our starter's end cut a pause short."""
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._stop)
        starter = 0  # standard input is a pipe that our starter holds open and never writes to
        return [reading, starter]

    def _stop(self, sign: int, _frame: object) -> None:
        log.info("told to stop (%s)", signal.Signals(sign).name)
        self.told_to_stop = True

    def _pause(self, seconds: float) -> None:
        heard, _, _ = select.select(self.ears, [], [], seconds)
        for ear in heard:
            if not os.read(ear, 4096):
                self.ears.remove(ear)
