"""Valkey, which carries the hints."""

import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

from .server import Server
from .wheels import valkey_server

SOCKET = "valkey.sock"


class Valkey(Server):
    """One instance, appended to disk and never evicting."""

    name = "valkey"
    title = "Valkey"
    polite = signal.SIGTERM

    def answers(self) -> bool:
        """Whether it has loaded its data."""
        return answers(self.layout.sockets)

    def prepare(self) -> None:
        """Nothing: what it holds can be lost."""

    def _launch(self) -> subprocess.Popen[bytes]:
        return self.spawn(
            *(valkey_server(account=self.layout.account), "--port", "0"),
            *("--unixsocket", self.layout.sockets / SOCKET, "--unixsocketperm", "700"),
            *("--dir", self.layout.private(self.layout.home / "valkey")),
            *("--appendonly", "yes" if self.durable else "no", "--save", ""),
            *("--maxmemory-policy", "noeviction"),
        )


def answers(sockets: Path) -> bool:
    """Whether Valkey has loaded its data; in its own tongue, which spares every command a client library."""
    with socket.socket(socket.AF_UNIX) as connection, suppress(OSError):
        connection.settimeout(5)
        connection.connect(str(sockets / SOCKET))
        connection.sendall(b"PING\r\n")
        return connection.recv(64).startswith(b"+PONG")
    return False
